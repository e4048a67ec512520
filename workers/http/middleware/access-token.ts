/**
 * Turns a Bearer token into the actor. A wrong or expired token is refused at once; no token is no actor, and the verbs decide.
 */
import { createMiddleware } from "hono/factory";
import { verifyAccessToken } from "../../services/identity/access-token.ts";
import { type AppEnv, errorResponse } from "../api.ts";

export const accessToken = createMiddleware<AppEnv>(async (c, next) => {
  const header = c.req.header("Authorization");
  if (header !== undefined) {
    const ctx = c.get("ctx");
    const actor = header.startsWith("Bearer ") ? await verifyAccessToken(ctx.config, header.slice(7), ctx.nowMs) : null;
    if (actor === null) return errorResponse(c, { code: "UNAUTHORIZED" });
    c.set("ctx", { ...ctx, actor });
  }
  await next();
});
