/** Places a bet: one entry, the bet, the stored answer and the message, or a refusal and nothing. */
import { betLines } from "../../../shared/betting/each-way.ts";
import { type BetForLadder, engineLadder, type PromisedLadder, promisedLadder } from "../../../shared/betting/promised-ladder.ts";
import { promisesOf } from "../../../shared/betting/promises.ts";
import { potentialReturn } from "../../../shared/betting/returns.ts";
import { canonical } from "../../../shared/kernel/canonical.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { MINUTE_MS, type UnixMs } from "../../../shared/kernel/time.ts";
import { move, taxPostings } from "../../../shared/ledger/entry.ts";
import type { DraftPosting } from "../../../shared/ledger/model.ts";
import { type Minor, minor, negate, ZERO } from "../../../shared/money/minor.ts";
import type { BetView, PlaceBet, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { taxStake } from "../../../shared/tax/bets.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { type Bet, type BetTerms, toBetView } from "../bet-store.ts";
import { checkNotExcluded, checkRange, checkRate, checkVerified, firstRefusal } from "../eligibility.ts";
import type { Hold } from "../hold-store.ts";
import { clientKey } from "../idempotency-store.ts";
import { type CommandScope, type Moment, runCommand } from "../run-command.ts";
import { stakeMaxOf } from "../stake-bounds.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { noteForBonus } from "./bonus-wagering.ts";
import { checkBoost, useBoost } from "./boost.ts";
import { checkFreeBet, checkStakeFunds, payerOf } from "./free-bet.ts";

/** Shared with remembered refusals and look-ups of a bet's key: they speak of the same request. */
export const BET_COMMAND = "bet";

/**
 * Takes the stake (minor units) and stores the bet. Refuses, in this order: `rate_limited`, `not_verified`, `self_excluded`,
 * `amount_too_low`, `amount_too_high`, `free_bet_refused`, `boost_refused`, `reservation_expired`, `account_frozen`,
 * `insufficient_funds`. Idempotent by key.
 */
export function placeBet(wallet: WalletStores, command: PlaceBet, moment: Moment): WalletReply<BetView> {
  const spec = { name: BET_COMMAND, key: clientKey(command.key), fingerprint: command.fingerprint };
  return runCommand(wallet, moment, spec, (scope) => {
    const refusal = refusalOf(wallet, command, scope);
    if (refusal !== null) return refusal;

    // From here it must succeed.
    if (command.freeBetId !== undefined) wallet.freeBets.use(command.freeBetId, command.betId);
    useBoost(wallet, command, scope);
    return ok(acceptBet(wallet, command, { stakeMinor: minor(command.stakeMinor), held: null }, scope));
  });
}

/** Why this bet is neither placed nor held, or null. */
export function refusalOf(wallet: WalletStores, command: PlaceBet, scope: CommandScope): ReturnType<typeof firstRefusal> {
  const { profile, moment } = scope;
  const { stake, requestLimits } = profile.tenant;
  // A key that was forgotten made this bet long ago: it can't make another.
  if (wallet.bets.has(command.betId) || wallet.pendingBets.has(command.betId)) return err({ reason: "idempotency_key_reused" });
  return firstRefusal(
    () => checkRate(moment, nthBetAtMs(wallet, requestLimits.betsPerMinute, moment), MINUTE_MS),
    () => checkVerified(scope, "bet"),
    () => checkNotExcluded(scope),
    () => checkRange(command.stakeMinor, { minMinor: stake.minMinor, maxMinor: stakeMaxOf(wallet, command, scope) }),
    () => checkFreeBet(wallet, command, moment),
    () => checkBoost(wallet, command, scope),
    () => checkReserved(command.selections, moment),
    () => checkStakeFunds(wallet, command),
  );
}

/** Refuses `reservation_expired` when a price was held too long. */
export function checkReserved(selections: PlaceBet["selections"], { nowMs }: Moment): Result<null, WalletRefusal> {
  return selections.some((each) => each.reservedUntilMs <= nowMs) ? err({ reason: "reservation_expired" }) : ok(null);
}

/** When the `n`-th newest request for a bet came, or null; those that came to nothing count too. */
export function nthBetAtMs(wallet: WalletStores, n: number, { nowMs }: Moment): number | null {
  const others = wallet.pendingBets.askedSince(nowMs - MINUTE_MS);
  return others >= n ? nowMs : wallet.bets.placedAtMs(n - others);
}

/** What pays for a bet: free money, or all of a hold, of which the stake is a part. */
export interface BetStake {
  readonly stakeMinor: Minor;
  readonly held: Pick<Hold, "holdId" | "amountMinor"> | null;
}

/** Posts and stores a bet that was accepted; the caller has checked that it may be. */
export function acceptBet(wallet: WalletStores, asked: AskedBet, { stakeMinor, held }: BetStake, scope: CommandScope): BetView {
  const { bet, termsText } = newBet(asked, stakeMinor, scope);
  const heldMinor = held === null ? ZERO : negate(held.amountMinor);
  const paid: DraftPosting = { account: payerOf(asked), amountMinor: negate(stakeMinor), heldMinor };
  const entry = scope.post({
    kind: "BET_PLACED",
    ref: bet.betId,
    refType: "bet",
    postings: [paid, move("house:stakes", bet.netStakeMinor), ...taxPostings(bet.taxLines)],
    taxLines: bet.taxLines,
    // The journal's chain covers what was agreed, so that terms changed behind its back are found.
    facts: { terms: sha256Hex(termsText), ...(held === null ? {} : { holdId: held.holdId }) },
  });
  wallet.bets.add({ ...bet, seq: entry.seq }, termsText);
  noteForBonus(wallet, { ...bet, seq: entry.seq }, scope);
  return toBetView(bet);
}

type AskedBet = Pick<PlaceBet, "betId" | "kind" | "selections" | "systemSizes" | "bankers" | "freeBetId" | "insurance" | "bookingCode"> & {
  /** The bet whose value pays for it. */
  readonly parentId?: string;
};

function newBet(asked: AskedBet, stakeMinor: Minor, { profile, moment }: CommandScope): { bet: Omit<Bet, "seq">; termsText: string } {
  const { netMinor, taxLines } = taxStake(profile.tenant, "sports", stakeMinor, moment.nowMs);
  const { kind, selections, systemSizes, bankers, freeBetId, insurance, parentId } = asked;
  const isInsured = insurance !== undefined;
  const { ladder, ...promises } = promisesOf(
    sportsRulesOf(profile.country),
    { kind, selections, stakeMinor, isFree: freeBetId !== undefined, isInsured },
    moment.nowMs,
    profile.tenant.utcOffsetMinutes,
  );
  const terms = {
    kind,
    systemSizes,
    bankers,
    lines: betLines({ kind, selections, systemSizes, bankers }),
    potentialWinMinor: potentialReturn(
      {
        ...{ kind, stakeMinor: netMinor, systemSizes, bankers, selections, freeBet: freeBetId !== undefined },
        ladder: ladder === null ? null : engineLadder(ladder),
        ...(insurance === undefined ? {} : { insurance }),
      },
      profile.tenant.payoutMaxMinor,
    ),
    selections: selections.map((selection) => ({ ...selection })),
    stakeTaxLines: taxLines,
    ladder,
    ...(freeBetId === undefined ? {} : { freeBetId }),
    ...(parentId === undefined ? {} : { parentId }),
    ...promises,
    ...(insurance === undefined ? {} : { insurance }),
    ...(asked.bookingCode === undefined ? {} : { bookingCode: asked.bookingCode }),
  } satisfies BetTerms;
  const bet = {
    betId: asked.betId,
    terms,
    stakeMinor,
    netStakeMinor: netMinor,
    placedAtMs: moment.nowMs,
    status: "PENDING",
    paidMinor: minor(0),
    taxLines,
    taxPointAtMs: null,
    settledAtMs: null,
    results: new Map(),
    settlements: [],
    cashOuts: [],
    editedTo: null,
  } as const;
  return { bet, termsText: canonical(terms) };
}

/** The bonus that this bet is promised when it is taken now; a free bet has none. */
export function ladderFor(
  tenant: Tenant,
  { freeBetId, ...bet }: BetForLadder & { readonly freeBetId: string | undefined },
  nowMs: UnixMs,
): PromisedLadder | null {
  if (freeBetId !== undefined) return null;
  return promisedLadder(sportsRulesOf(tenant.country).promotions.ladders, bet, nowMs, tenant.utcOffsetMinutes);
}
