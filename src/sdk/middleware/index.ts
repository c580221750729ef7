/** Middleware for services in TypeScript: `import { createFastifyGuard } from "stillwatch/middleware"`. */
export { createExpressGuard, createFastifyGuard, createHonoGuard } from "./adapters.js";
export { createGuard, type Guard, type Guarded, type GuardOptions } from "./guard.js";
