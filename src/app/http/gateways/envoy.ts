/** Envoy's ext_authz over HTTP: Envoy sends the customer's method, path and headers here, under a prefix and without the body. */
import { writeEnvoyHttpAnswer } from "../../../integrations/envoy/authorization.js";
import { readCaller } from "../../../sdk/index.js";
import type { HttpPart } from "../../serve/services.js";
import { FREE } from "../description/json-schema.js";
import { answerCall } from "./check.js";
import { type HeaderSettings, listHeaders } from "./settings.js";

/** Set as `path_prefix`. */
export const ENVOY_HTTP_PREFIX = "/v1/gateways/envoy";

const REFUSAL = {
  description: "Refused; the body is shaped as OpenAI's errors are, and the code stands in `x-stillwatch-code` too.",
  schema: FREE,
};
const ANSWERS = { 200: { description: "Passes." }, 403: REFUSAL, 429: REFUSAL };

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Registers the routes. */
export const envoyGateway =
  (settings: HeaderSettings): HttpPart =>
  (services) =>
  async (app) => {
    const { verify_at: verifyAt } = settings;
    const names = listHeaders(settings);
    // The customer's content type may come along, the customer's body never does: nothing is parsed here.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, payload, done) => {
      payload.resume();
      done(null);
    });
    app.route({
      method: METHODS,
      url: `${ENVOY_HTTP_PREFIX}/*`,
      config: { scope: "check", answers: ANSWERS },
      schema: {
        summary: "Envoy's ext_authz over HTTP",
        description: "Envoy sends the customer's method, path and headers here, without the body. See docs/integrations/envoy.md.",
        tags: ["gateways"],
      },
      handler: (request, reply) => {
        services.probes?.noteCheck("envoy", [request.url, request.headers]);
        const checked = readCaller(request.headers, names);
        const { status, headers, body } = writeEnvoyHttpAnswer(answerCall(services, checked, "envoy"), { verifyAt });
        void reply.status(status).headers(headers).send(body);
      },
    });
  };
