/**
 * Places a bet: the fixtures' channels price and reserve in parallel, then the wallet decides everything else in one command.
 *
 * Nothing is decided twice: the price is the channel's, the money, eligibility and limits are the wallet's. What the channels reserved
 * is released or confirmed after the answer; if that is lost, a reservation expires and the wallet's outbox confirms. When the wallet's
 * answer is lost nothing is released, because the bet may stand: a repeat with the same key tells.
 */
import { sha256Bytes, sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { invariant } from "../../../shared/kernel/invariant.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { SlipRequest } from "../../../shared/protocol/http/bets.ts";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import { type Actor, requirePlayerAtHome, type ServiceContext, type ServiceError, type ServiceResult } from "../context.ts";
import { oddsChannelOf } from "../fixtures/fixture-objects.ts";
import { walletError } from "../wallet-refusal.ts";
import { type AskedFixture, askFixtures, joinAnswers } from "./fixture-channels.ts";
import { clientBetKey, walletName, walletOf } from "./player-wallet.ts";
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
  if (!accepted.ok) {
    ctx.later(release(ctx, attempt, asked));
    return answerRefusal(attempt, accepted.error);
  }
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
  if (!reply.ok) {
    ctx.later(release(ctx, attempt, asked));
    return err(walletError(reply.error, "stake"));
  }
  ctx.later(confirm(ctx, attempt, reply.value.value));
  return ok({ bet: reply.value.value, replayed: reply.value.replayed });
}

/**
 * The bet's id follows from player, key and content. The content is in it so that another slip under the same key, which the wallet
 * will refuse, can't touch the first one's reservation.
 */
function attemptOf(ctx: ServiceContext, actor: Actor, slip: ReadSlip, input: PlaceBetInput): Attempt {
  const isClientKey = input.idempotencyKey !== null;
  const key = input.idempotencyKey === null ? `request:${crypto.randomUUID()}` : clientBetKey(input.idempotencyKey);
  const fingerprint = sha256Hex(canonical(clientFields(input.slip)));
  const betId = idFromDigest("bet", sha256Bytes(canonical([actor.userId, key, fingerprint])));
  const walletId = walletName(actor);
  return { actor, wallet: walletOf(ctx.env, walletId), walletId, key, isClientKey, fingerprint, betId, slip };
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

async function release(ctx: ServiceContext, attempt: Attempt, asked: readonly AskedFixture[]): Promise<void> {
  const reserved = asked.filter(({ answer }) => answer.ok);
  await Promise.all(reserved.map(({ fixtureId }) => oddsChannelOf(ctx.env, attempt.actor.country, fixtureId).release(attempt.betId)));
}

/** Confirms what the wallet stored, not what was reserved now: the answer may be the one to an earlier request with this key. */
async function confirm(ctx: ServiceContext, attempt: Attempt, bet: BetView): Promise<void> {
  const fixtures = Map.groupBy(bet.selections, (selection) => selection.fixtureId);
  await Promise.all(
    [...fixtures].map(([fixtureId, selections]) =>
      oddsChannelOf(ctx.env, attempt.actor.country, fixtureId).confirm({
        betId: bet.betId,
        walletId: attempt.walletId,
        selections: selections.map(({ selectionId, oddsThousandths }) => ({ selectionId, oddsThousandths })),
        stakeMinor: bet.stakeMinor,
        placedAtMs: bet.placedAtMs,
      }),
    ),
  );
}

/**
 * Answers a refusal of the channels. Under a client's key an earlier answer wins, whatever the prices are now; without one the refusal
 * is remembered, so that a late repeat can't place the bet after all.
 */
async function answerRefusal(attempt: Attempt, refusal: ServiceError): Promise<ServiceResult<PlacedBet>> {
  if (!attempt.isClientKey) return err(refusal);
  const { wallet, key, fingerprint } = attempt;
  const known = await wallet.lookUpKey({ key, fingerprint });
  if (known.known && known.conflict) return err({ code: "IDEMPOTENCY_CONFLICT" });
  if (known.known && known.betId !== null) {
    const bet = await wallet.bet(known.betId);
    invariant(bet !== null, `a stored answer names bet ${known.betId}, which the wallet lacks`);
    return ok({ bet, replayed: true });
  }
  const recorded = await wallet.recordRefusal({ key, fingerprint, code: refusal.code, details: refusal.details ?? {} });
  return err(recorded.ok ? refusal : walletError(recorded.error, "stake"));
}
