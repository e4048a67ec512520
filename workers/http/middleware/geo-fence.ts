/**
 * Answers 451 outside the tenants' countries, Tor and unknown places included. Open to all: health, the key set, and the addresses
 * that providers and feeds call, which a fence must never block.
 */
import { createMiddleware } from "hono/factory";
import { type AppEnv, errorResponse } from "../api.ts";

const OPEN = /^\/(?:(?:health|healthz|readyz|metrics)$|\.well-known\/|cb\/|feeds\/|api\/mpesa\/|api\/v1\/payments\/mpesa\/)/;

export const geoFence = createMiddleware<AppEnv>(async (c, next) => {
  if (c.get("ctx").country === null && !OPEN.test(c.req.path)) return errorResponse(c, { code: "GEO_BLOCKED" });
  await next();
});
