/**
 * Places a bet: the fixtures' channels price it in parallel, then the wallet decides everything else in one command.
 *
 * Nothing is decided twice: the price is the channel's, the money, eligibility and limits are the wallet's. Channels keep nothing of a
 * price that they gave, so a refused bet leaves nothing behind; they hear of an accepted one from the wallet's outbox. When the
 * wallet's answer is lost the bet may stand: a repeat with the same key tells.
 */
import { sha256Bytes, sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { SlipRequest } from "../../../shared/protocol/http/bets.ts";
import type { BetView, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { oddsChannelOf, walletName, walletOf } from "../../adapters/objects.ts";
import { type Actor, requirePlayerAtHome, type ServiceContext, type ServiceError, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { clientBetKey } from "./bet-key.ts";
import { type AskedFixture, askFixtures, joinAnswers } from "./fixture-channels.ts";
import { type ReadSlip, readSlip } from "./read-slip.ts";

export interface PlaceBetInput {
  readonly slip: SlipRequest;
  /** The client's key; null makes the request its own. */
  readonly idempotencyKey: string | null;
}

export interface PlacedBet {
  readonly bet: BetView;
  readonly replayed: boolean;
}

/** One attempt to place one slip: who, under which key, and the ids that a repeat derives again. */
interface Attempt {
  readonly actor: Actor;
  readonly wallet: ReturnType<typeof walletOf>;
  readonly walletId: string;
  readonly key: string;
  readonly isClientKey: boolean;
  readonly fingerprint: string;
  readonly betId: string;
  readonly slip: ReadSlip;
}

/** Places a bet at the server's price; idempotent by the client's key. Refuses what readSlip, the channels and the wallet refuse. */
export async function placeBet(ctx: ServiceContext, input: PlaceBetInput): Promise<ServiceResult<PlacedBet>> {
  const scope = requirePlayerAtHome(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const slip = await readSlip(ctx.env, actor.country, input.slip, "refused");
  if (!slip.ok) return slip;
  const attempt = attemptOf(ctx, actor, slip.value, input);

  const asked = await reserve(ctx, attempt, input.slip.odds_policy);
  const accepted = joinAnswers(attempt.slip.selections, asked);
  if (!accepted.ok) return answerRefusal(attempt, accepted.error);
  const reply = await attempt.wallet.placeBet({
    key: attempt.key,
    fingerprint: attempt.fingerprint,
    betId: attempt.betId,
    kind: attempt.slip.kind,
    stakeMinor: attempt.slip.stakeMinor,
    selections: accepted.value,
    systemSizes: attempt.slip.systemSizes,
    bankers: attempt.slip.bankers,
  });
  return answerOf(reply);
}

/** The bet's id follows from player, key and content, so that a repeat is the same bet and another slip under the key is not. */
function attemptOf(ctx: ServiceContext, actor: Actor, slip: ReadSlip, input: PlaceBetInput): Attempt {
  const isClientKey = input.idempotencyKey !== null;
  const key = input.idempotencyKey === null ? `request:${crypto.randomUUID()}` : clientBetKey(input.idempotencyKey);
  const fingerprint = sha256Hex(canonical(clientFields(input.slip)));
  const betId = idFromDigest("bet", sha256Bytes(canonical([actor.userId, key, fingerprint])));
  return { actor, wallet: walletOf(ctx.env, actor), walletId: walletName(actor), key, isClientKey, fingerprint, betId, slip };
}

/** What the client itself sent, in one canonical form: 100, 100.0 and "100.00" are the same stake. */
function clientFields(slip: SlipRequest) {
  return {
    kind: slip.bet_type,
    stakeMinor: slip.stake,
    systemSizes: slip.system_sizes,
    oddsPolicy: slip.odds_policy,
    selections: slip.selections.map(({ named, ...selection }) => ({ ...named, ...selection })),
  };
}

function reserve(ctx: ServiceContext, attempt: Attempt, policy: SlipRequest["odds_policy"]): Promise<readonly AskedFixture[]> {
  return askFixtures(attempt.slip.selections, async (fixtureId, selections) => {
    const reply = await oddsChannelOf(ctx.env, attempt.actor.country, fixtureId).reserve({
      betId: attempt.betId,
      walletId: attempt.walletId,
      policy,
      selections: selections.map(({ selectionId, seenOddsThousandths, seenPriceVersion }) => ({
        selectionId,
        seenOddsThousandths,
        seenPriceVersion,
      })),
      stakeMinor: attempt.slip.stakeMinor,
    });
    return reply.ok ? ok(reply.value.accepted) : reply;
  });
}

/**
 * Answers a refusal of the channels. Under a client's key an earlier answer wins, whatever the prices are now; without one the refusal
 * is remembered, so that a late repeat can't place the bet after all. One command: a bet that is placed in the same moment is seen.
 */
async function answerRefusal({ isClientKey, wallet, key, fingerprint }: Attempt, refusal: ServiceError): Promise<ServiceResult<PlacedBet>> {
  if (!isClientKey) return err(refusal);
  return answerOf(await wallet.recordRefusal({ key, fingerprint, code: refusal.code, details: refusal.details ?? {} }));
}

function answerOf(reply: WalletReply<BetView>): ServiceResult<PlacedBet> {
  return reply.ok ? ok({ bet: reply.value.value, replayed: reply.value.replayed }) : err(walletError(reply.error, "stake"));
}
