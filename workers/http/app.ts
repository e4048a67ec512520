/**
 * The HTTP application: the middleware in the order in which a request meets it, then the routes.
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { routePath } from "hono/route";
import { log } from "../../durable-objects/platform/log.ts";
import { InvariantViolation } from "../../shared/kernel/invariant.ts";
import { type Api, type AppEnv, errorResponse } from "./api.ts";
import { accessToken } from "./middleware/access-token.ts";
import { geoFence } from "./middleware/geo-fence.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { requestContext } from "./middleware/request-context.ts";
import { requestMetrics } from "./middleware/request-metrics.ts";
import { responseHeaders } from "./middleware/response-headers.ts";
import { addRoutes } from "./routes/index.ts";

/** Makes the app; it holds no state of a request. */
export function createApp(): Api {
  const app: Api = new OpenAPIHono<AppEnv>();
  app.onError((error, c) => {
    // The route's pattern, not the address: addresses of callbacks carry secrets.
    log("error", "request_failed", {
      method: c.req.method,
      route: routePath(c, -1),
      requestId: c.get("ctx")?.requestId,
      invariant: error instanceof InvariantViolation,
      error,
    });
    return errorResponse(c, isOverload(error) ? { code: "OVERLOADED", retryAfterSeconds: 1 } : { code: "INTERNAL_ERROR" });
  });
  app.notFound((c) => errorResponse(c, { code: "NOT_FOUND" }));

  app.use(requestContext);
  app.use(responseHeaders);
  app.use(requestMetrics);
  app.use(geoFence);
  app.use(rateLimit);
  app.use(accessToken);

  addRoutes(app);
  return app;
}

/** Durable Objects mark errors of their own runtime; these may be tried again, ours may not. */
function isOverload(error: Error): boolean {
  const flags = error as Error & { overloaded?: boolean; retryable?: boolean };
  return flags.overloaded === true || flags.retryable === true;
}
