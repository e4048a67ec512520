/** Self-exclusion: the player's own stop. It can be made longer, never shorter; money that is there can still be withdrawn. */
import { ok } from "../../../shared/kernel/result.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import { walletOf } from "../../adapters/objects.ts";
import { requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { restrictAtTables } from "../crash/plans.ts";
import { leaveLounge } from "../crash-lounge/lounge-guest.ts";
import { walletError } from "../wallet-refusal.ts";

export interface SelfExclusion {
  /** Whole days from now, or null for an exclusion without an end (the law's "permanent" is at least three years). */
  readonly days: number | null;
  readonly reason: string;
  readonly key: string;
}

/** Answers until when, null for no end; refuses UNAUTHORIZED. */
export async function selfExclude(ctx: ServiceContext, input: SelfExclusion): Promise<ServiceResult<{ readonly untilMs: number | null }>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const untilMs = input.days === null ? null : ctx.nowMs + input.days * DAY_MS;
  const excluded = await walletOf(ctx.env, player.value.actor).selfExclude({ key: input.key, untilMs, reason: input.reason });
  if (!excluded.ok) return { ok: false, error: walletError(excluded.error) };
  // From here the wallet refuses every stake; a crash table that the player sits at hears of it now and not with its next stake.
  const why = { reason: "self_excluded", untilMs: excluded.value.value.untilMs } as const;
  ctx.later(restrictAtTables(ctx, player.value.actor.userId, player.value.tenant, why));
  await leaveLounge(ctx.env, player.value);
  return ok({ untilMs: excluded.value.value.untilMs });
}
