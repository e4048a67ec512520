/**
 * The wallet's door: asserts that what came over RPC has a wallet's shape. A caller that breaks it has a bug; the command is refused by
 * a throw before anything is read, stored or frozen.
 */
import { checkEachWay, isEachWay } from "../../shared/betting/each-way.ts";
import { lineCount } from "../../shared/betting/lines.ts";
import { isSelectionOutcome } from "../../shared/betting/types.ts";
import { MANUAL_MINOR_MAX, SLIP_SELECTIONS_MAX } from "../../shared/kernel/limits.ts";
import { isAccountCode } from "../../shared/ledger/chart.ts";
import { oddsThousandths } from "../../shared/money/odds.ts";
import type { BetResult, PlaceBet, PostManual, Reserve } from "../../shared/protocol/rpc/wallet.ts";

/** Asserts a bet that has lines and prices; what is on it was checked by the slip. */
export function assertBet(bet: PlaceBet): void {
  const { kind, stakeMinor, selections, systemSizes, bankers, key, fingerprint, betId, insurance } = bet;
  assertTexts(key, fingerprint, betId);
  assertPositive(stakeMinor);
  if (selections.length === 0 || selections.length > SLIP_SELECTIONS_MAX)
    throw new TypeError(`not a slip: ${selections.length} selections`);
  for (const selection of selections) {
    assertTexts(selection.selectionId, selection.fixtureId, selection.marketId);
    assertAmounts(selection.priceVersion, selection.reservedUntilMs);
    oddsThousandths(selection.oddsThousandths);
    if (selection.boost !== undefined && oddsThousandths(selection.boost.oddsThousandths) > selection.oddsThousandths)
      throw new TypeError("not a boost: the price is below the one it was made of");
  }
  assertPlaces(bet);
  if (insurance !== undefined && (kind !== "MULTI" || insurance.chancesPpm.length !== selections.length))
    throw new TypeError("not an insurance of this bet");
  if (lineCount({ kind, selections: selections.length, systemSizes, bankers }) === 0) throw new TypeError("not a slip: no lines");
}

/** Asserts a bet that is each way whole or not at all, and at prices that have places. */
function assertPlaces({ selections, insurance, freeBetId }: PlaceBet): void {
  if (!isEachWay(selections)) return;
  for (const { place } of selections) {
    if (place === undefined) throw new TypeError("not each way: a selection without a place");
    assertTexts(place.selectionId);
    assertPositive(place.places, place.divisor);
  }
  const checked = checkEachWay({ selections, isFree: freeBetId !== undefined, isInsured: insurance !== undefined });
  if (!checked.ok) throw new TypeError(`not each way: ${checked.error.reason}`);
}

/** Asserts a bet's result: outcomes that a bet can be paid by, because any other would break the command and freeze the wallet. */
export function assertResult({ betId, resultVersion, results }: BetResult): void {
  assertTexts(betId);
  assertPositive(resultVersion);
  for (const { selectionId, outcome } of results) {
    assertTexts(selectionId);
    if (outcome !== null && !isSelectionOutcome(outcome)) throw new TypeError(`not an outcome: ${String(outcome)}`);
  }
}

/** Asserts positive amounts in minor units. */
export function assertPositive(...amounts: readonly number[]): void {
  for (const amount of amounts) if (!Number.isSafeInteger(amount) || amount <= 0) throw new TypeError(`not a positive amount: ${amount}`);
}

/** Asserts amounts of zero or more, or none at all. */
export function assertAmounts(...amounts: readonly (number | null | undefined)[]): void {
  for (const amount of amounts) {
    if (amount === null || amount === undefined) continue;
    if (!Number.isSafeInteger(amount) || amount < 0) throw new TypeError(`not an amount: ${amount}`);
  }
}

/** Asserts ids and keys: present, and short enough to store for ever. */
export function assertTexts(...texts: readonly string[]): void {
  for (const text of texts) if (typeof text !== "string" || text === "" || text.length > 400) throw new TypeError("not an id or a key");
}

/** Asserts a provider's name: the chart has to have its account, or an entry would break on it and freeze the wallet. */
export function assertProvider(provider: string): void {
  if (!isAccountCode(`clearing:${provider}`)) throw new TypeError(`not a provider: ${provider}`);
}

/** The last instant that a date can show and an alarm can be set to. */
const INSTANT_MS_MAX = 8_640_000_000_000_000;

/** Asserts an instant in milliseconds. */
export function assertInstant(atMs: number): void {
  if (!Number.isSafeInteger(atMs) || atMs < 0 || atMs > INSTANT_MS_MAX) throw new TypeError(`not an instant: ${atMs}`);
}

/** Asserts whole minor units of either sign, small enough that no sum of them overflows: that would freeze the wallet. */
export function assertInteger(amount: number): void {
  if (!Number.isSafeInteger(amount) || Math.abs(amount) > MANUAL_MINOR_MAX) throw new TypeError(`not an amount: ${amount}`);
}

/** Postings of one manual entry: enough for a correction, few enough for one statement. */
const MANUAL_POSTINGS_MAX = 10;

/** Asserts a manual entry; whether the chart permits it is the command's answer. */
export function assertManual({ key, kind, ref, reason, postings, occurredAtMs }: PostManual): void {
  assertTexts(key, kind, ref, reason);
  if (postings.length > MANUAL_POSTINGS_MAX) throw new TypeError(`too many postings: ${postings.length}`);
  for (const { account, amountMinor } of postings) {
    assertTexts(account);
    assertInteger(amountMinor);
    if (amountMinor === 0) throw new TypeError("a posting that moves nothing");
  }
  if (occurredAtMs !== null) assertInstant(occurredAtMs);
}

/** Asserts a hold of a purpose that the general commands serve. */
export function assertReserve({ key, purpose, ref, amountMinor, expiresAtMs }: Reserve): void {
  assertTexts(key, ref);
  assertPositive(amountMinor);
  assertInstant(expiresAtMs);
  if (purpose !== "stake" && purpose !== "charge") throw new TypeError(`not a purpose: ${String(purpose)}`);
}
