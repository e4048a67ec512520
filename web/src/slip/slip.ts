/**
 * The slip as pure data: what the player picked, what it costs now, and whether it may be placed.
 *
 * A selection keeps the price that the player saw (`taken`); the price of now comes from the odds channel. The server decides in the
 * end; this only shows the same rules before the tap.
 */
import { type Minor, minor, mulRatio } from "../../../shared/money/minor.ts";
import { displayProduct, ODDS_SCALE, type OddsThousandths, parseOdds } from "../../../shared/money/odds.ts";

export type OddsPolicy = "none" | "higher" | "any";

export interface Price {
  readonly odds: number;
  readonly priceVersion: number;
  readonly status: "active" | "suspended" | "closed";
}

export interface SlipSelection {
  readonly selectionId: string;
  readonly fixtureId: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly marketType: string;
  readonly specifier: string;
  readonly outcomeId: string;
  readonly outcomeName: string;
  readonly taken: { readonly odds: number; readonly priceVersion: number };
}

export interface SlipLine extends SlipSelection {
  readonly now: Price;
  readonly movement: "up" | "down" | null;
}

/** Joins a selection with its price of now; without one it stands at the price taken. */
export function slipLine(selection: SlipSelection, now: Price | null): SlipLine {
  const price = now ?? { ...selection.taken, status: "active" as const };
  const movement = price.odds === selection.taken.odds ? null : price.odds > selection.taken.odds ? "up" : "down";
  return { ...selection, now: price, movement };
}

/** True when the policy leaves the new price to the player. */
export function needsConsent(lines: readonly SlipLine[], policy: OddsPolicy): boolean {
  if (policy === "any") return false;
  return lines.some((line) => line.movement === "down" || (line.movement === "up" && policy === "none"));
}

/** Takes the prices of now, as the player's tap on "accept" means. */
export function withPricesOfNow(lines: readonly SlipLine[]): readonly SlipSelection[] {
  return lines.map(({ now, movement, ...selection }) =>
    movement === null ? selection : { ...selection, taken: { odds: now.odds, priceVersion: now.priceVersion } },
  );
}

/** Adds the selection, or removes it when it is there. Another outcome of the same market replaces: both can't win. */
export function toggled(selections: readonly SlipSelection[], picked: SlipSelection, selectionsMax: number): readonly SlipSelection[] {
  const without = selections.filter((one) => one.selectionId !== picked.selectionId);
  if (without.length < selections.length) return without;
  const others = without.filter((one) => !isSameMarket(one, picked));
  return others.length >= selectionsMax ? selections : [...others, picked];
}

function isSameMarket(a: SlipSelection, b: SlipSelection): boolean {
  return a.fixtureId === b.fixtureId && a.marketType === b.marketType && a.specifier === b.specifier;
}

/** Two selections of one fixture depend on each other and can't be in one multi. */
export function hasSameFixtureTwice(selections: readonly SlipSelection[]): boolean {
  return new Set(selections.map((one) => one.fixtureId)).size < selections.length;
}

/** Gives the product of the prices of now with three decimals, cut down; 0 for an empty slip. */
export function totalOdds(lines: readonly SlipLine[]): number {
  const prices = thousandths(lines);
  return prices.length === 0 ? 0 : displayProduct(prices);
}

/** Gives stake x product of the odds, exact and cut down once, as the server pays it; before any cap or tax. Minor units. */
export function potentialWin(stake: Minor, lines: readonly SlipLine[]): Minor {
  const prices = thousandths(lines);
  if (prices.length === 0) return minor(0);
  const product = prices.reduce((total, price) => total * BigInt(price), 1n);
  return mulRatio(stake, product, BigInt(ODDS_SCALE) ** BigInt(prices.length), "down");
}

function thousandths(lines: readonly SlipLine[]): readonly OddsThousandths[] {
  return lines.flatMap((line) => {
    const parsed = parseOdds(line.now.odds);
    return parsed.ok ? [parsed.value] : [];
  });
}
