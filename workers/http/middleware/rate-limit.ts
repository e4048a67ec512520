/**
 * Brakes by address: 5 log-in attempts, 20 loads of booking codes and 100 other requests a minute (api.md), counted by the platform's
 * rate-limit bindings, which are shared by a location's isolates. The headers' figures come from this isolate's own window, so they are a
 * guide; booking codes are held to theirs.
 *
 * Addresses that carry a secret or a signature are not braked: providers call them in bursts from few addresses. The plain callback
 * addresses are, because anyone may post there and each post is stored.
 *
 * Limits of a player (bets, withdrawals, crash bets) are exact and live in the player's wallet.
 */
import { createMiddleware } from "hono/factory";
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import { type AppEnv, errorResponse } from "../api.ts";

const UNLIMITED = /^\/(health|healthz|readyz|metrics|cb\/|feeds\/)/;
const LOGIN = /^\/api\/v1\/(admin\/)?auth\/(login|register|verify|resend)$/;
/** Whoever tries codes finds those of others. */
const CODES = /^\/api\/v1\/booking-codes\/./;
/** Figures of the bindings in wrangler.toml, for the headers; the runtime does not tell them. */
const REQUESTS_PER_MINUTE_MAX = { login: 5, codes: 20, other: 100 } as const;
const WINDOWS_MAX = 10_000;

interface Window {
  startedAtMs: number;
  count: number;
}

const windows = new Map<string, Window>();

export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  const ctx = c.get("ctx");
  const off = ctx.config.RATE_LIMITS === "off" && ctx.config.ENVIRONMENT === "development";
  if (off || UNLIMITED.test(c.req.path)) return next();
  const kind = LOGIN.test(c.req.path) ? "login" : CODES.test(c.req.path) ? "codes" : "other";
  const key = `${kind}:${addressGroup(ctx.ipAddress)}`;
  const window = countIn(key, ctx.nowMs);
  const resetSeconds = Math.max(1, Math.ceil((window.startedAtMs + MINUTE_MS - ctx.nowMs) / 1_000));
  const limit = REQUESTS_PER_MINUTE_MAX[kind];
  c.header("X-RateLimit-Limit", String(limit));
  c.header("X-RateLimit-Remaining", String(Math.max(0, limit - window.count)));
  c.header("X-RateLimit-Reset", String(resetSeconds));
  const binding = kind === "login" ? c.env.RATE_LOGIN : c.env.RATE_DEFAULT;
  const allowed = window.count <= limit && (await binding.limit({ key })).success;
  if (!allowed)
    return errorResponse(c, { code: "RATE_LIMIT_EXCEEDED", details: { retry_after: resetSeconds }, retryAfterSeconds: resetSeconds });
  return next();
});

/** An IPv6 subscriber holds a /64, so its addresses count as one. */
function addressGroup(address: string): string {
  return address.includes(":") ? address.split(":").slice(0, 4).join(":") : address;
}

function countIn(key: string, nowMs: number): Window {
  const known = windows.get(key);
  if (known !== undefined && nowMs - known.startedAtMs < MINUTE_MS) {
    known.count += 1;
    return known;
  }
  if (windows.size >= WINDOWS_MAX) windows.clear();
  const fresh = { startedAtMs: nowMs, count: 1 };
  windows.set(key, fresh);
  return fresh;
}
