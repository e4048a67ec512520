/**
 * Turns a Bearer token into the player or, below /api/v1/admin, the operator who calls. A wrong or expired token is refused at once;
 * no token is nobody, and the verbs decide.
 */
import { createMiddleware } from "hono/factory";
import { verifyAccessToken } from "../../services/identity/access-token.ts";
import { verifyStaffToken } from "../../services/operators/staff-token.ts";
import { type AppEnv, errorResponse } from "../api.ts";

const BACK_OFFICE = "/api/v1/admin/";
/** Its callers are programs with a token of their own. */
const METRICS = "/metrics";

export const accessToken = createMiddleware<AppEnv>(async (c, next) => {
  const header = c.req.header("Authorization");
  if (header !== undefined && c.req.path !== METRICS) {
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
