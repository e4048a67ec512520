/** Operations: is it up, is it ready, what does it count, and what can it do. */

import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339 } from "../../../shared/kernel/time.ts";
import { healthAnswer, livenessAnswer, readinessAnswer } from "../../../shared/protocol/http/operations.ts";
import { checkReadiness } from "../../services/operations/check-readiness.ts";
import { PROMETHEUS_TYPE } from "../../services/operations/prometheus.ts";
import { readMetrics } from "../../services/operations/read-metrics.ts";
import { SERVICE, VERSION } from "../../version.ts";
import { type Api, errorResponse, route } from "../api.ts";
import { openApiDocument } from "../openapi.ts";
import { REFERENCE_PAGE, REFERENCE_POLICY } from "../reference-page.ts";

const TAG = "Operations";

/** An isolate's clock stands at zero until its first request. */
let startedAtMs: number | null = null;

export function addOperationsRoutes(app: Api): void {
  addProbes(app);
  app.get("/metrics", async (c) => {
    const metrics = await readMetrics(c.get("ctx"), c.req.header("Authorization") ?? null);
    return metrics.ok ? c.body(metrics.value, 200, { "Content-Type": PROMETHEUS_TYPE }) : errorResponse(c, metrics.error);
  });
  app.get("/api/v1/openapi.json", (c) => c.body(openApiDocument(app), 200, { "Content-Type": "application/json" }));
  app.get("/docs", (c) => c.html(REFERENCE_PAGE, 200, { "Content-Security-Policy": REFERENCE_POLICY }));
}

function addProbes(app: Api): void {
  route(app, {
    method: "get",
    path: "/health",
    tag: TAG,
    summary: "Say that the service answers",
    auth: "none",
    answer: healthAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => ok({ body: { status: "healthy", service: SERVICE, timestamp: toRfc3339(ctx.nowMs) } }),
  });
  route(app, {
    method: "get",
    path: "/healthz",
    tag: TAG,
    summary: "Say which version answers, and for how long it has",
    auth: "none",
    answer: livenessAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      startedAtMs ??= ctx.nowMs;
      return ok({ body: { status: "ok", service: SERVICE, version: VERSION, uptime: Math.floor((ctx.nowMs - startedAtMs) / 1_000) } });
    },
  });
  route(app, {
    method: "get",
    path: "/readyz",
    tag: TAG,
    summary: "Ask every part that serving needs",
    auth: "none",
    answer: readinessAnswer,
    statuses: [200, 503],
    errors: [],
    handle: async ({ ctx }) => {
      const { ready, checks } = await checkReadiness(ctx);
      return ok({ status: ready ? 200 : 503, body: { status: ready ? "ready" : "not_ready", checks } });
    },
  });
}
