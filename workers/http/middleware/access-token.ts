/**
 * Turns a Bearer token into the player or, below /api/v1/admin, the operator who calls. A wrong or expired token is refused at once;
 * no token is nobody, and the verbs decide.
 *
 * Where nobody needs to be known the header is not looked at: a client that sends its expired token along with a refresh or a log-in
 * must get in, and providers' and scrapers' own tokens are not ours to judge.
 */
import { createMiddleware } from "hono/factory";
import { verifyAccessToken } from "../../services/identity/access-token.ts";
import { verifyStaffToken } from "../../services/operators/staff-token.ts";
import { type AppEnv, errorResponse } from "../api.ts";

const BACK_OFFICE = "/api/v1/admin/";
const UNREAD =
  /^\/(?:(?:health|healthz|readyz|metrics)$|cb\/|feeds\/|api\/mpesa\/|api\/v1\/payments\/mpesa\/|api\/v1\/admin\/auth\/|api\/v1\/auth\/(?!ws-ticket$))/;

export const accessToken = createMiddleware<AppEnv>(async (c, next) => {
  const header = c.req.header("Authorization");
  if (header !== undefined && !UNREAD.test(c.req.path)) {
    const ctx = c.get("ctx");
    const token = header.startsWith("Bearer ") ? header.slice(7) : "";
    const isStaff = c.req.path.startsWith(BACK_OFFICE);
    const caller = isStaff
      ? { actor: null, staff: await verifyStaffToken(ctx.config, token, ctx.nowMs) }
      : { actor: await verifyAccessToken(ctx.config, token, ctx.nowMs), staff: null };
    if (caller.actor === null && caller.staff === null) return errorResponse(c, { code: "UNAUTHORIZED" });
    c.set("ctx", { ...ctx, ...caller });
  }
  await next();
});
