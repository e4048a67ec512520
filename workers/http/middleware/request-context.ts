/** Makes the `ServiceContext` that every later step and verb reads: id, time, country, address. */
import { createMiddleware } from "hono/factory";
import { unixMs } from "../../../shared/kernel/time.ts";
import { isCountry } from "../../../shared/tenants/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type Config, configOf } from "../../env.ts";
import type { AppEnv } from "../api.ts";

const REQUEST_ID = /^[\w.:-]{1,100}$/;

export const requestContext = createMiddleware<AppEnv>(async (c, next) => {
  const config = configOf(c.env);
  const sent = c.req.header("X-Request-ID");
  const requestId = sent !== undefined && REQUEST_ID.test(sent) ? sent : crypto.randomUUID();
  c.header("X-Request-ID", requestId);
  c.set("ctx", {
    env: c.env,
    config,
    nowMs: unixMs(Date.now()),
    requestId,
    country: countryOf(c.req.raw, config),
    actor: null,
    staff: null,
    ipAddress: c.req.header("CF-Connecting-IP") ?? "unknown",
    later: (work) => c.executionCtx.waitUntil(work),
  });
  await next();
});

/**
 * The tenant's country that a request comes from, or null. `request.cf.country` only; in development the header `X-Dev-Country`
 * stands in for it, and Kenya when there is none.
 */
export function countryOf(request: Request, config: Config): Country | null {
  const country =
    config.ENVIRONMENT === "development"
      ? (request.headers.get("X-Dev-Country") ?? "KE")
      : (request as Request<unknown, IncomingRequestCfProperties>).cf?.country;
  return isCountry(country) ? country : null;
}
