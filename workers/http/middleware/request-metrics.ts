/** Counts requests and their duration by route and status; flushed to the Metrics object off the path. */
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { recordRequest } from "../../services/operations/request-counters.ts";
import type { AppEnv } from "../api.ts";

export const requestMetrics = createMiddleware<AppEnv>(async (c, next) => {
  const startedAtMs = Date.now();
  await next();
  const ctx = c.get("ctx");
  recordRequest(ctx, { method: c.req.method, route: routePath(c, -1), status: c.res.status, durationMs: Date.now() - startedAtMs });
});
