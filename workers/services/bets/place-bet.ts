/**
 * Places a bet: the fixtures' channels price it in parallel, then the wallet decides everything else in one command.
 *
 * Nothing is decided twice: the price is the channel's, the money, eligibility and limits are the wallet's. Channels keep nothing of a
 * price that they gave, so a refused bet leaves nothing behind; they hear of an accepted one from the wallet's outbox. A bet with a
 * live selection is held instead, and decided after its delay. When the wallet's answer is lost the bet may stand: a repeat with the
 * same key tells.
 */
import { sha256Bytes, sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { liveDelayMs, priceChanges } from "../../../shared/betting/acceptance.ts";
import { parseBookingCode } from "../../../shared/betting/booking-code.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { err, ok } from "../../../shared/kernel/result.ts";
import type { SlipRequest } from "../../../shared/protocol/http/bets.ts";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { isHeld, type ShownBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { walletName, walletOf } from "../../adapters/objects.ts";
import { liveDelayAt } from "../../env.ts";
import { type Actor, requirePlayerAtHome, type ServiceContext, type ServiceError, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { clientBetKey } from "./bet-key.ts";
import { withPlaces } from "./each-way-slip.ts";
import { askFixtures, oddsChanged, type SlipPrices } from "./fixture-channels.ts";
import { type ReadSlip, readSlip } from "./read-slip.ts";
import { boostGrantsOf, type PromotedSlip, withPromotions } from "./slip-promotions.ts";

export interface PlaceBetInput {
  readonly slip: SlipRequest;
  /** The client's key; null makes the request its own. */
  readonly idempotencyKey: string | null;
}

export interface PlacedBet {
  /** Held when it waits for its decision. */
  readonly bet: ShownBet;
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
  /** The token that pays the stake. */
  readonly freeBetId: string | undefined;
  /** The shared slip that it is made of; null for none. */
  readonly bookingCode: string | null;
}

/**
 * Places a bet at the server's price, or holds it for its live delay; idempotent by the client's key. Refuses what readSlip, the
 * channels and the wallet refuse, and ODDS_CHANGED where the player's policy does not take a price.
 */
export async function placeBet(ctx: ServiceContext, input: PlaceBetInput): Promise<ServiceResult<PlacedBet>> {
  const scope = requirePlayerAtHome(ctx);
  if (!scope.ok) return scope;
  const { actor } = scope.value;
  const slip = await readSlip(ctx.env, actor.country, input.slip, "refused");
  if (!slip.ok) return slip;
  const attempt = attemptOf(ctx, actor, slip.value, input);
  const { betId, walletId } = attempt;
  const { selections, stakeMinor } = attempt.slip;

  const eachWay = input.slip.each_way === true;
  const prices = await askFixtures(ctx.env, { country: actor.country, betId, walletId, stakeMinor, eachWay }, selections);
  if (!prices.ok) return answerRefusal(attempt, prices.error);
  const rules = sportsRulesOf(actor.country).acceptance;
  const changes = priceChanges(selections, prices.value.selections, rules);
  if (changes.some(({ verdict }) => verdict !== "taken")) return answerRefusal(attempt, oddsChanged(changes));
  const boostGrants = input.slip.boost_id === undefined ? [] : await boostGrantsOf(ctx.env, actor);
  const priced = { ...attempt.slip, country: actor.country, isFree: attempt.freeBetId !== undefined, nowMs: ctx.nowMs, boostGrants };
  const promoted = await withPromotions(ctx.env, { ...priced, selections: prices.value.selections }, input.slip);
  if (!promoted.ok) return answerRefusal(attempt, promoted.error);
  const placed = withPlaces(promoted.value, { eachWay, isFree: priced.isFree, items: selections });
  if (!placed.ok) return answerRefusal(attempt, placed.error);
  const delayMs = liveDelayMs(prices.value.selections, rules, prices.value.liveDelaysMs);
  return answerOf(attempt, await send(attempt, { ...prices.value, ...placed.value }, liveDelayAt(ctx.config, delayMs)));
}

/** One call of the wallet either way: places the bet, or holds its stake when it has to wait. */
function send(
  attempt: Attempt,
  { selections, stakeMaxMinor, insurance }: SlipPrices & PromotedSlip,
  delayMs: number,
): Promise<WalletReply<ShownBet>> {
  const { key, fingerprint, betId, slip, freeBetId, bookingCode } = attempt;
  const { kind, stakeMinor, systemSizes, bankers } = slip;
  const token = freeBetId === undefined ? {} : { freeBetId };
  const insured = insurance === undefined ? {} : { insurance };
  const shared = bookingCode === null ? {} : { bookingCode };
  const command = {
    ...{ key, fingerprint, betId, kind, stakeMinor, systemSizes, bankers, selections, stakeMaxMinor },
    ...{ ...token, ...insured, ...shared },
  };
  if (delayMs === 0) return attempt.wallet.placeBet(command);
  const asked = slip.selections.map(({ selectionId, policy, seenOddsThousandths, seenPriceVersion }) => ({
    ...{ selectionId, policy, seenOddsThousandths, seenPriceVersion },
  }));
  return attempt.wallet.holdBet({ ...command, delayMs, asked });
}

/** The bet's id follows from player, key and content, so that a repeat is the same bet and another slip under the key is not. */
function attemptOf(ctx: ServiceContext, actor: Actor, slip: ReadSlip, input: PlaceBetInput): Attempt {
  const isClientKey = input.idempotencyKey !== null;
  const key = input.idempotencyKey === null ? `request:${crypto.randomUUID()}` : clientBetKey(input.idempotencyKey);
  const fingerprint = sha256Hex(canonical(clientFields(input.slip)));
  const betId = idFromDigest("bet", sha256Bytes(canonical([actor.userId, key, fingerprint])));
  const wallet = walletOf(ctx.env, actor);
  const { booking_code: code } = input.slip;
  const bookingCode = code === undefined ? null : parseBookingCode(code);
  return {
    actor,
    wallet,
    walletId: walletName(actor),
    key,
    isClientKey,
    fingerprint,
    betId,
    slip,
    freeBetId: input.slip.free_bet_id,
    bookingCode,
  };
}

/** What the client itself sent, in one canonical form: 100, 100.0 and "100.00" are the same stake. */
function clientFields(slip: SlipRequest) {
  return {
    kind: slip.bet_type,
    stakeMinor: slip.stake,
    systemSizes: slip.system_sizes,
    oddsPolicy: slip.odds_policy,
    ...(slip.each_way === true ? { eachWay: true } : {}),
    ...(slip.free_bet_id === undefined ? {} : { freeBetId: slip.free_bet_id }),
    ...(slip.booking_code === undefined ? {} : { bookingCode: slip.booking_code }),
    ...(slip.boost_id === undefined ? {} : { boostId: slip.boost_id }),
    ...(slip.insurance === undefined ? {} : { insurance: { cuts: slip.insurance.cuts, odds: slip.insurance.odds ?? null } }),
    selections: slip.selections.map(({ named, ...selection }) => ({ ...named, ...selection })),
  };
}

/**
 * Answers a refusal of the channels. Under a client's key an earlier answer wins, whatever the prices are now; without one the refusal
 * is remembered, so that a late repeat can't place the bet after all. One command: a bet that is placed in the same moment is seen.
 */
async function answerRefusal(attempt: Attempt, refusal: ServiceError): Promise<ServiceResult<PlacedBet>> {
  const { isClientKey, wallet, key, fingerprint } = attempt;
  if (!isClientKey) return err(refusal);
  const { code, details = {} } = refusal;
  return answerOf(attempt, await wallet.recordRefusal({ key, fingerprint, code, details }));
}

/** A repeat of a request whose bet was held is told how that bet stands by now. */
async function answerOf({ wallet }: Attempt, reply: WalletReply<ShownBet>): Promise<ServiceResult<PlacedBet>> {
  if (!reply.ok) return err(walletError(reply.error, "stake"));
  const { value: bet, replayed } = reply.value;
  const now = replayed && isHeld(bet) ? await wallet.shownBet(bet.betId) : null;
  return ok({ bet: now ?? bet, replayed });
}
