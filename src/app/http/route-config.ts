/** What every route says about itself besides its schema. */
import type { Caller, Scope } from "../serve/services.js";
import type { RouteDescription } from "./description/describe-interface.js";

declare module "fastify" {
  interface FastifyContextConfig extends Omit<RouteDescription, "scope"> {
    /** What a key must be allowed to do here; null for routes that anybody may ask (`/healthz`). A route that does not say is refused. */
    scope?: Scope | null;
  }
  interface FastifyRequest {
    /** Who is asking; null on routes without a scope. */
    caller: Caller | null;
  }
}
