/**
 * The player's own verbs on bonuses: claiming one for a deposit, taking one that was offered, and giving one up.
 *
 * A claim's bonus follows from the campaign and the deposit, so a repeat finds it. Each attempt counts a share of the budget of its own
 * and gives it back when the wallet refuses, so that no attempt can take another's.
 */
import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { requirementOf } from "../../../shared/betting/wagering.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest, isId } from "../../../shared/kernel/ids.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { BonusView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { countGrant, uncountGrant } from "../../adapters/d1/promotion-budgets.ts";
import { walletOf } from "../../adapters/objects.ts";
import { databaseOf } from "../../env.ts";
import { type Actor, refuse, requirePlayer, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { type Claimable, claimableOf, claimsSinceMs } from "./campaigns.ts";

export interface AnsweredBonus {
  readonly bonus: BonusView;
  readonly replayed: boolean;
}

/**
 * Starts the bonus that a campaign gives for a deposit. Refuses GEO_BLOCKED, PROMOTION_REFUSED (deposit, budget_spent, another) and what
 * the wallet's `grantBonus` refuses. Idempotent: a deposit is matched once.
 */
export async function claimBonus(
  ctx: ServiceContext,
  { campaignId, depositId }: { readonly campaignId: string; readonly depositId: string },
): Promise<ServiceResult<AnsweredBonus>> {
  const scope = requirePlayerAtHome(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const { country, userId } = actor;
  const bonusId = idFromDigest("bon", sha256Bytes(canonical([country, userId, "claim", campaignId, depositId])));
  const view = await walletOf(ctx.env, actor).promotions(claimsSinceMs(ctx, country));
  const known = view.bonuses.find((bonus) => bonus.bonusId === bonusId);
  if (known !== undefined) return ok({ bonus: known, replayed: true });
  const claim = claimableOf(ctx, country, view).find(
    ({ campaign, deposit }) => campaign.campaignId === campaignId && deposit.depositId === depositId,
  );
  return claim === undefined ? refuse("PROMOTION_REFUSED", { reason: "deposit" }) : start(ctx, actor, bonusId, claim);
}

/**
 * Starts a bonus that was offered. Refuses GEO_BLOCKED, NOT_FOUND, PROMOTION_REFUSED (ended, another) and what the wallet's
 * `acceptBonus` refuses. Idempotent.
 */
export async function acceptBonus(ctx: ServiceContext, bonusId: string): Promise<ServiceResult<AnsweredBonus>> {
  const scope = requirePlayerAtHome(ctx);
  if (!scope.ok) return scope;
  if (!isId("bon", bonusId)) return refuse("NOT_FOUND");
  return answered(await walletOf(ctx.env, scope.value.actor).acceptBonus({ bonusId }));
}

/** Gives an offer or a bonus up. Refuses NOT_FOUND and PROMOTION_REFUSED (ended). Idempotent. */
export async function giveUpBonus(ctx: ServiceContext, bonusId: string): Promise<ServiceResult<AnsweredBonus>> {
  const scope = requirePlayer(ctx);
  if (!scope.ok) return scope;
  if (!isId("bon", bonusId)) return refuse("NOT_FOUND");
  return answered(await walletOf(ctx.env, scope.value.actor).giveUpBonus({ bonusId }));
}

async function start(
  ctx: ServiceContext,
  actor: Actor,
  bonusId: string,
  { campaign, deposit, amountMinor }: Claimable,
): Promise<ServiceResult<AnsweredBonus>> {
  const { campaignId, terms, days, budgetMinor } = campaign;
  const database = databaseOf(ctx.env, actor.country);
  const grantId = `${bonusId}:${crypto.randomUUID()}`;
  const counted = { grantId, campaignId, userId: actor.userId, amountMinor, grantedAtMs: ctx.nowMs };
  if (!(await countGrant(database, counted, budgetMinor))) return refuse("PROMOTION_REFUSED", { reason: "budget_spent" });
  const reply = await walletOf(ctx.env, actor).grantBonus({
    ...{ key: `claim:${grantId}`, bonusId, campaignId, depositId: deposit.depositId, amountMinor, terms, days, offerDays: null },
    ...{ requiredMinor: requirementOf(terms, amountMinor, minor(deposit.amountMinor)), reason: "claimed for a deposit" },
  });
  if (!reply.ok) await uncountGrant(database, grantId);
  return answered(reply);
}

function answered(reply: WalletReply<BonusView>): ServiceResult<AnsweredBonus> {
  return reply.ok ? ok({ bonus: reply.value.value, replayed: reply.value.replayed }) : err(walletError(reply.error));
}
