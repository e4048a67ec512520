/**
 * Security headers on every answer of the API, and `Cache-Control: no-store` where a balance or a price could be cached.
 *
 * Written before `next` on the prepared response instead of hono/secure-headers after it: a WebSocket upgrade's headers are
 * immutable, and this is on the path of every request.
 */
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../api.ts";

const HEADERS: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
  ["Referrer-Policy", "no-referrer"],
  ["Strict-Transport-Security", "max-age=31536000; includeSubDomains"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), microphone=(), geolocation=()"],
  ["Cache-Control", "no-store"],
];

export const responseHeaders = createMiddleware<AppEnv>(async (c, next) => {
  for (const [name, value] of HEADERS) c.header(name, value);
  await next();
});
