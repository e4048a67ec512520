/** A player's autoplay orders for the back office: a dispute asks what was started, with which stops, and why it ended. */
import { tenantOfGame } from "../../../shared/crash/games.ts";
import { PAGE_ROWS_MAX } from "../../../shared/kernel/limits.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { type AutoplayRecord, readAutoplayOrders } from "../../adapters/d1/crash-autoplay.ts";
import { databaseOf } from "../../env.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";

/** One page, the newest first. Refuses UNAUTHORIZED, FORBIDDEN, and NOT_FOUND for a game of no tenant. */
export async function readAutoplay(
  ctx: ServiceContext,
  query: { readonly game: string; readonly userId: string; readonly limit: number; readonly offset: number },
): Promise<ServiceResult<readonly AutoplayRecord[]>> {
  const country = tenantOfGame(query.game)?.country;
  const scope = await requireStaff(ctx, {
    roles: ["support", "compliance", "regulator"],
    action: "crash.read_autoplay",
    subject: query.userId,
    country,
  });
  if (!scope.ok) return scope;
  if (country === undefined) return err({ code: "NOT_FOUND" });
  return ok(await readAutoplayOrders(databaseOf(ctx.env, country), { ...query, limit: Math.min(query.limit, PAGE_ROWS_MAX) }));
}
