/** The player's answer to new terms of a bet that waited. */
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { isId } from "../../../shared/kernel/ids.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import { isHeld, type ShownBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { walletOf } from "../../adapters/objects.ts";
import { refuse, requirePlayer, requirePlayerAtHome, type ServiceContext, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";

export interface AnswerOfferInput {
  readonly betId: string;
  readonly accept: boolean;
  /** Which of the bet's offers is meant; null for the one that stands. */
  readonly offer: number | null;
  readonly idempotencyKey: string | null;
}

export interface AnsweredOffer {
  readonly bet: ShownBet;
  readonly replayed: boolean;
}

/**
 * Takes the offer, which is then checked once more like the bet was, or declines it, which frees the stake. Refuses NOT_FOUND and
 * OFFER_EXPIRED; taking is a stake, so it is refused abroad (GEO_BLOCKED). Idempotent by the client's key.
 */
export async function answerOffer(ctx: ServiceContext, input: AnswerOfferInput): Promise<ServiceResult<AnsweredOffer>> {
  const scope = input.accept ? requirePlayerAtHome(ctx) : requirePlayer(ctx);
  if (!scope.ok) return scope;
  const { betId, accept, offer: round, idempotencyKey } = input;
  if (!isId("bet", betId)) return refuse("NOT_FOUND");
  const key = idempotencyKey === null ? `request:${crypto.randomUUID()}` : `offer:${idempotencyKey}`;
  const wallet = walletOf(ctx.env, scope.value.actor);
  const reply = await wallet.answerOffer({ key, fingerprint: sha256Hex(canonical([betId, accept, round])), betId, round, accept });
  if (!reply.ok) return err(walletError(reply.error, "stake"));
  const { value: bet, replayed } = reply.value;
  const now = replayed && isHeld(bet) ? await wallet.shownBet(betId) : null;
  return ok({ bet: now ?? bet, replayed });
}
