/**
 * What the house itself says of a fixture, over what the feed says: suspensions, prices, margin, limits and live delay (betting-rules
 * 2.10). Pure.
 *
 * It is part of the fixture's state, so that view, quote, price and reserve all see the same. Everything is one kind of thing, a setting:
 * a place with a value or without one. So every change has a before and an after, and undoing one is setting the place back.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import type { Probabilities } from "../protocol/rpc/odds-channel.ts";
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";
import type { FixtureState, MarketState, OutcomeState } from "./fixture-state.ts";
import { handResultOf, handStatusOf } from "./hand-results.ts";
import { priceOf } from "./margin.ts";

/** Who stopped it. Each cause stops and resumes for itself: what an operator stopped is not opened by falling liability. */
export const SUSPENSION_CAUSES = ["operator", "liability", "price_jump"] as const;
export type SuspensionCause = (typeof SUSPENSION_CAUSES)[number];

/** Where a setting stands, and its value; null where the house says nothing. A null market means the whole fixture. */
export type TradingSetting =
  | {
      readonly kind: "suspension";
      readonly cause: SuspensionCause;
      readonly marketId: string | null;
      readonly outcomeId: string | null;
      readonly value: { readonly sinceMs: number } | null;
    }
  | {
      readonly kind: "price";
      readonly marketId: string;
      readonly outcomeId: string;
      readonly value: { readonly oddsThousandths: number; readonly expiresAtMs: number } | null;
    }
  | { readonly kind: "margin"; readonly marketId: string | null; readonly value: { readonly basisPoints: number } | null }
  | { readonly kind: "limits"; readonly marketId: string | null; readonly value: TradingLimits | null }
  | { readonly kind: "live_delay"; readonly value: { readonly delayMs: number } | null }
  | { readonly kind: "result"; readonly marketId: string; readonly value: HandResult | null }
  | { readonly kind: "void"; readonly marketId: string; readonly value: PlacedWindow | null };

/** How a market ended, by hand: every outcome that bets may stand on. It counts as confirmed. */
export interface HandResult {
  readonly results: Readonly<Record<string, SelectionOutcome>>;
}

/** Bets placed in it are void; a null bound is open. */
export interface PlacedWindow {
  readonly placedFromMs: number | null;
  readonly placedToMs: number | null;
}

/** Minor units; null leaves the tenant's. */
export interface TradingLimits {
  /** Worst case of one outcome. */
  readonly outcomeLiabilityMaxMinor: number | null;
  readonly stakeMaxMinor: number | null;
}

export interface TradingState {
  /** Those that have a value, one a place. */
  readonly settings: readonly TradingSetting[];
  /** Grows with every change that may change a price: added to the feed's version of a price, so that two prices never share one. */
  readonly priceRevision: number;
}

export const UNTRADED: TradingState = { settings: [], priceRevision: 0 };

/** More than a trader sets on a match, few enough that its state stays one row. */
export const SETTINGS_MAX = 500;

export interface TradingRefusal {
  readonly reason: "unknown_target" | "already_expired" | "too_many_settings" | "nothing_to_change" | "incomplete_result";
}

/** A change of one setting: `before` is what stood at its place. */
export interface TradingChange {
  readonly before: TradingSetting;
  readonly after: TradingSetting;
}

/**
 * Sets one place. Refuses `unknown_target` for a market or outcome that the fixture does not have, `already_expired` for a price of the
 * past, `incomplete_result` for one that leaves an outcome open, `nothing_to_change` where it stands so already, and `too_many_settings`.
 * What changes results makes a new version of them, which bets are told.
 */
export function withSetting(
  state: FixtureState,
  setting: TradingSetting,
  nowMs: number,
): Result<{ readonly state: FixtureState; readonly change: TradingChange }, TradingRefusal> {
  if (!isKnown(state, setting)) return err({ reason: "unknown_target" });
  if (setting.kind === "price" && setting.value !== null && setting.value.expiresAtMs <= nowMs) return err({ reason: "already_expired" });
  if (setting.kind === "result" && !isWhole(state, setting)) return err({ reason: "incomplete_result" });
  const before = settingAt(state.trading, setting);
  if (isSameValue(before, setting)) return err({ reason: "nothing_to_change" });
  const others = state.trading.settings.filter((each) => placeOf(each) !== placeOf(setting));
  const settings = setting.value === null ? others : [...others, setting];
  if (settings.length > SETTINGS_MAX) return err({ reason: "too_many_settings" });
  const isPrice = setting.kind === "price" || setting.kind === "margin";
  const trading = { settings, priceRevision: state.trading.priceRevision + (isPrice ? 1 : 0) };
  const resultVersion = state.resultVersion + (changesResults(setting) ? 1 : 0);
  return ok({ state: { ...state, trading, resultVersion }, change: { before, after: setting } });
}

/** True for what bets are settled by. */
export function changesResults({ kind }: TradingSetting): boolean {
  return kind === "result" || kind === "void";
}

function isWhole(state: FixtureState, { marketId, value }: Extract<TradingSetting, { kind: "result" }>): boolean {
  if (value === null) return true;
  const outcomes = state.markets.find((market) => market.marketId === marketId)?.outcomes ?? [];
  return outcomes.length === Object.keys(value.results).length && outcomes.every(({ outcomeId }) => value.results[outcomeId] !== undefined);
}

/** What stands at the place of a setting: the same place, with its value or null. */
export function settingAt(trading: TradingState, place: TradingSetting): TradingSetting {
  return trading.settings.find((each) => placeOf(each) === placeOf(place)) ?? { ...place, value: null };
}

/** True when both say the same; a suspension's time is no part of what it says. */
export function isSameValue(one: TradingSetting, other: TradingSetting): boolean {
  if (placeOf(one) !== placeOf(other)) return false;
  if (one.kind === "suspension") return (one.value === null) === (other.value === null);
  return JSON.stringify(one.value) === JSON.stringify(other.value);
}

/** One name for one place. */
export function placeOf(setting: TradingSetting): string {
  switch (setting.kind) {
    case "suspension":
      return `suspension/${setting.cause}/${setting.marketId ?? ""}/${setting.outcomeId ?? ""}`;
    case "price":
      return `price/${setting.marketId}/${setting.outcomeId}`;
    case "margin":
    case "limits":
    case "result":
    case "void":
      return `${setting.kind}/${setting.marketId ?? ""}`;
    case "live_delay":
      return "live_delay";
  }
}

function isKnown(state: FixtureState, setting: TradingSetting): boolean {
  if (setting.kind === "live_delay" || setting.marketId === null) return !("outcomeId" in setting) || setting.outcomeId === null;
  const market = state.markets.find(({ marketId }) => marketId === setting.marketId);
  if (market === undefined || !("outcomeId" in setting) || setting.outcomeId === null) return market !== undefined;
  return market.outcomes.some(({ outcomeId }) => outcomeId === setting.outcomeId);
}

/** The first instant at which a price of the house ends; null when none stands. */
export function nextPriceExpiryAtMs({ settings }: TradingState): number | null {
  const expiries = settings.flatMap((each) => (each.kind === "price" && each.value !== null ? [each.value.expiresAtMs] : []));
  return expiries.length === 0 ? null : Math.min(...expiries);
}

/** The state without the prices whose time is over; null when there are none. */
export function withExpiredPricesGone(state: FixtureState, nowMs: number): FixtureState | null {
  const { settings, priceRevision } = state.trading;
  const left = settings.filter((each) => each.kind !== "price" || each.value === null || each.value.expiresAtMs > nowMs);
  return left.length === settings.length ? null : { ...state, trading: { settings: left, priceRevision: priceRevision + 1 } };
}

/** Why bets are not taken on an outcome, as far as the house goes; empty when nothing of the house stops it. */
export function suspensionsOf({ settings }: TradingState, marketId: string, outcomeId: string): readonly SuspensionCause[] {
  const meant = settings.filter(
    (each) =>
      each.kind === "suspension" &&
      (each.marketId === null || each.marketId === marketId) &&
      (each.outcomeId === null || each.outcomeId === outcomeId),
  );
  return meant.flatMap((each) => (each.kind === "suspension" ? [each.cause] : []));
}

/** The house's limits on a market: the market's own before the fixture's, each by itself; null where only the tenant's hold. */
export function limitsOf({ settings }: TradingState, marketId: string): TradingLimits {
  const at = (where: string | null) =>
    settings.flatMap((each) => (each.kind === "limits" && each.marketId === where ? (each.value ?? []) : []))[0];
  const [own, all] = [at(marketId), at(null)];
  return {
    outcomeLiabilityMaxMinor: own?.outcomeLiabilityMaxMinor ?? all?.outcomeLiabilityMaxMinor ?? null,
    stakeMaxMinor: own?.stakeMaxMinor ?? all?.stakeMaxMinor ?? null,
  };
}

/** The house's live delay on the fixture, milliseconds; null where the sport's holds. */
export function liveDelayOf({ settings }: TradingState): number | null {
  return settings.flatMap((each) => (each.kind === "live_delay" ? (each.value?.delayMs ?? []) : []))[0] ?? null;
}

/** The house's margin on a market, basis points: its own before the fixture's; null where the feed's holds. */
export function marginOf({ settings }: TradingState, marketId: string): number | null {
  const at = (where: string | null) =>
    settings.flatMap((each) => (each.kind === "margin" && each.marketId === where ? (each.value ?? []) : []))[0];
  return (at(marketId) ?? at(null))?.basisPoints ?? null;
}

/** 1 / the fair price: a stake that comes back, or half of it, makes the price that breaks even smaller. */
function chanceOf({ winPpm, refundPpm, halfWinPpm, halfLosePpm }: Probabilities): number {
  const atRisk = 1_000_000 - refundPpm - halfWinPpm / 2 - halfLosePpm / 2;
  return atRisk <= 0 ? 0 : Math.min(1, (winPpm + halfWinPpm / 2) / atRisk);
}

const tradedStates = new WeakMap<FixtureState, FixtureState>();

/**
 * The fixture as it is offered: the feed's, with the house's prices and suspensions over it. States never change, so each is worked out
 * once. What the feed stopped stays stopped whatever the house says.
 */
export function traded(state: FixtureState): FixtureState {
  if (state.trading.settings.length === 0 && state.trading.priceRevision === 0) return state;
  const known = tradedStates.get(state);
  if (known !== undefined) return known;
  const result = { ...state, markets: state.markets.map((market) => tradedMarket(state.trading, market)) };
  tradedStates.set(state, result);
  return result;
}

function tradedMarket(trading: TradingState, market: MarketState): MarketState {
  const margin = marginOf(trading, market.marketId);
  const chances = margin === null ? null : fairChances(market.outcomes);
  const outcomes = market.outcomes.map((outcome): OutcomeState => {
    const { outcomeId } = outcome;
    const price = settingAt(trading, { kind: "price", marketId: market.marketId, outcomeId, value: null });
    const own = price.kind === "price" ? price.value : null;
    const chance = chances?.get(outcomeId);
    const margined = margin === null || chance === undefined ? null : priceOf(chance, margin);
    return {
      ...outcome,
      oddsThousandths: own?.oddsThousandths ?? margined?.oddsThousandths ?? outcome.oddsThousandths,
      priceVersion: outcome.priceVersion + trading.priceRevision,
      active:
        outcome.active && (own !== null || margined?.offered !== false) && suspensionsOf(trading, market.marketId, outcomeId).length === 0,
    };
  });
  const ended = {
    ...market,
    outcomes: outcomes.map((each) => ({ ...each, result: handResultOf(trading, market.marketId, each.outcomeId) ?? each.result })),
  };
  const hand = handStatusOf(trading, market.marketId);
  if (hand !== null) return { ...ended, status: hand };
  const isStopped = suspensionsOf(trading, market.marketId, ANY_OUTCOME).length > 0;
  return { ...ended, status: market.status === "active" && isStopped ? "suspended" : market.status };
}

/** No outcome's name: only what stops all of a market stops this. */
const ANY_OUTCOME = "";

/**
 * Chances without the feed's margin: what the feed says of them, otherwise its prices with the margin taken from all alike. In a market
 * where several outcomes win (double chance: two) the chances sum to that number.
 */
function fairChances(outcomes: readonly OutcomeState[]): ReadonlyMap<string, number> {
  const priced = outcomes.filter(({ active }) => active);
  const implied = (outcome: OutcomeState) => 1_000 / outcome.oddsThousandths;
  const book = priced.reduce((sum, outcome) => sum + implied(outcome), 0);
  const winners = Math.max(1, Math.round(book));
  return new Map(
    priced.map((outcome) => {
      const said = outcome.probabilities === null ? null : chanceOf(outcome.probabilities);
      return [outcome.outcomeId, said ?? Math.min(1, (implied(outcome) * winners) / book)];
    }),
  );
}
