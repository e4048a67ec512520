/** The operations surface over the real runtime: health, readiness with real checks, metrics, the API's own description. */
import { env, exports } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { configOf } from "../../../workers/env.ts";
import { checkReadiness } from "../../../workers/services/operations/check-readiness.ts";

const HOST = "http://mkeka.test";

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return exports.default.fetch(`${HOST}${path}`, { headers });
}

function sample(text: string, start: string): number {
  const line = text.split("\n").find((one) => one.startsWith(start));
  return Number(line?.split(" ").at(-1) ?? 0);
}

afterEach(() => {
  vi.restoreAllMocks();
});

it("tells that it is healthy, and since when in which version", async () => {
  const health = await get("/health");
  expect(health.status).toBe(200);
  expect(await health.json()).toEqual({ status: "healthy", service: "mkeka", timestamp: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(await (await get("/healthz")).json()).toEqual({
    status: "ok",
    service: "mkeka",
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    uptime: expect.any(Number),
  });
});

it("answers probes from anywhere", async () => {
  for (const path of ["/health", "/healthz", "/readyz", "/metrics"])
    expect((await get(path, { "X-Dev-Country": "US" })).status, path).toBe(200);
});

it("is ready when every database, an object and the configuration answer", async () => {
  const response = await get("/readyz");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    status: "ready",
    checks: { configuration: "ok", durable_objects: "ok", d1_ke: "ok", d1_ng: "ok", d1_gh: "ok" },
  });
});

it("is not ready when one country's database fails, and says which", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(env.DB_NG, "prepare").mockImplementation(() => {
    throw new Error("no such database");
  });
  const readiness = await checkReadiness({ env, config: configOf(env) } as Parameters<typeof checkReadiness>[0]);
  expect(readiness).toMatchObject({ ready: false, checks: { d1_ng: "failed", d1_ke: "ok" } });
});

it("counts requests by method, route and status, with a histogram that adds up", async () => {
  const label = 'method="GET",route="/health"';
  const before = await (await get("/metrics")).text();
  for (let i = 0; i < 3; i += 1) await get("/health");
  const response = await get("/metrics");
  expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const after = await response.text();
  const grown = (start: string) => sample(after, start) - sample(before, start);
  expect(grown(`http_requests_total{${label},status="200"}`)).toBe(3);
  expect(grown(`http_request_duration_seconds_count{${label}}`)).toBe(3);
  expect(grown(`http_request_duration_seconds_bucket{${label},le="+Inf"}`)).toBe(3);
  expect(after).toContain("# TYPE http_request_duration_seconds histogram");
});

it("never makes a label of an address", async () => {
  await get("/api/v1/nothing-7f3a");
  const text = await (await get("/metrics")).text();
  expect(text).not.toContain("nothing-7f3a");
  expect(sample(text, 'http_requests_total{method="GET",route="none",status="404"}')).toBeGreaterThan(0);
});

it("counts what the fence turns away", async () => {
  const name = "geolocation_requests_failed_total";
  const before = sample(await (await get("/metrics")).text(), name);
  await get("/api/v1/nothing", { "X-Dev-Country": "US" });
  expect(sample(await (await get("/metrics")).text(), name)).toBe(before + 1);
});

it("describes itself in OpenAPI 3.1 with the error shape and the bearer scheme", async () => {
  const response = await get("/api/v1/openapi.json");
  expect(response.status).toBe(200);
  const document = await response.json<{
    openapi: string;
    paths: Record<string, unknown>;
    components: { schemas: unknown; securitySchemes: unknown };
  }>();
  expect(document.openapi).toBe("3.1.0");
  expect(document.paths).toHaveProperty("/readyz");
  expect(document.components.schemas).toHaveProperty("Error");
  expect(document.components.securitySchemes).toEqual({ bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } });
  expect(await (await get("/api/v1/openapi.json")).json()).toEqual(document);
});

it("shows the reference without inline script or foreign origins", async () => {
  const response = await get("/docs");
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Security-Policy")).toContain("script-src 'self';");
  const page = await response.text();
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|https?:\/\//);
});
