/**
 * What a bet is to be told of a fixture's results: each of its selections' outcome, or nothing while the result is not good enough.
 *
 * A result from live scouting (certainty 1) may still change: it pays small stakes at once, and larger ones when it is confirmed or has
 * stood for the tenant's time (betting-rules 2.4.6). Rules are the tenant's data.
 */
import { type LeadVerdict, leadVerdict, type PromisedLead } from "../../shared/betting/early-payout.ts";
import type { SelectionOutcome } from "../../shared/betting/types.ts";
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import { isAboutPlacing, isOverruled, resultFor, type SelectionResult } from "../../shared/odds/market-results.ts";
import { parseSelectionId } from "../../shared/odds/selection-id.ts";
import type { SettlementMessage } from "../../shared/protocol/queue/messages.ts";
import { sportsRulesOf } from "../../shared/tenants/sports/index.ts";
import type { SettlementRules } from "../../shared/tenants/sports/settlement.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { AcceptedBet } from "./accepted-bet-store.ts";

type Result = SelectionResult | null;
type Results = SettlementMessage["bets"][number]["results"];

export interface News {
  readonly results: Results;
  /** The outcomes as one text; empty when all are open. Equal texts say the same. */
  readonly text: string;
  /** When an outcome that is held back becomes good enough; null when none is. */
  readonly waitsUntilMs: number | null;
}

export class ResultsTeller {
  readonly #state: FixtureState;
  readonly #nowMs: number;
  readonly #rules: SettlementRules;
  readonly #isAboutPlacing: boolean;
  /** Results by selection; only while no cancel's window makes them depend on when a bet was placed. */
  readonly #known = new Map<string, Result>();

  constructor(country: Country, state: FixtureState, nowMs: number) {
    this.#state = state;
    this.#nowMs = nowMs;
    this.#rules = sportsRulesOf(country).settlement;
    this.#isAboutPlacing = isAboutPlacing(state);
  }

  newsFor(bet: AcceptedBet): News {
    let waitsUntilMs: number | null = null;
    const waitUntil = (atMs: number) => {
      waitsUntilMs = Math.min(waitsUntilMs ?? atMs, atMs);
    };
    const isTold = isToldAt(bet.told);
    const results = bet.selections.map(({ selectionId, early }, index) => {
      const kept = leadFor(this.#state, { selectionId, early }, bet.placedAtMs, this.#nowMs);
      // Nobody can tell whether a goal still stands while the feed is silent; what was told before stays told.
      const isUnsure = kept.state === "won" && this.#state.late && !isTold(index);
      const lead = isUnsure ? ({ state: "waits", untilMs: this.#nowMs + SILENCE_WAIT_MS } as const) : kept;
      if (lead.state === "won") return { selectionId, outcome: "won" as const };
      const result = this.#resultOf(selectionId, bet.placedAtMs);
      if (lead.state === "waits" && result?.outcome !== "won") {
        waitUntil(lead.untilMs);
        return { selectionId, outcome: null };
      }
      const goodAtMs = result === null ? 0 : this.#goodAtMs(result, bet.stakeMinor);
      if (goodAtMs <= this.#nowMs) return { selectionId, outcome: result?.outcome ?? null };
      waitUntil(goodAtMs);
      return { selectionId, outcome: null };
    });
    const isOpen = results.every(({ outcome }) => outcome === null);
    return { results, text: isOpen ? "" : textOf(results), waitsUntilMs };
  }

  #resultOf(selectionId: string, placedAtMs: number): Result {
    const parts = parseSelectionId(selectionId);
    if (parts === null) return null;
    if (this.#isAboutPlacing) return resultFor(this.#state, parts.marketId, parts.outcomeId, placedAtMs);
    const known = this.#known.get(selectionId);
    if (known !== undefined) return known;
    const result = resultFor(this.#state, parts.marketId, parts.outcomeId, placedAtMs);
    this.#known.set(selectionId, result);
    return result;
  }

  #goodAtMs(result: NonNullable<Result>, stakeMinor: number): number {
    const isGood = result.certainty === 2 || stakeMinor <= this.#rules.unconfirmedStakeMaxMinor;
    return isGood ? 0 : result.atMs + this.#rules.confirmationWaitMs;
  }
}

/** How long a lead waits for a feed that is silent before it is looked at again. */
const SILENCE_WAIT_MS = 60_000;
const NO_LEAD: LeadVerdict = { state: "none" };

/** How the match has kept the promise of a lead, if the selection has one: no result of the feed takes it back, an operator's word does. */
export function leadFor(state: FixtureState, selection: PromisedSelection, placedAtMs: number, nowMs: number): LeadVerdict {
  const verdict = selection.early === undefined ? NO_LEAD : leadVerdict(state.scores, selection.early, nowMs);
  const parts = verdict.state === "none" ? null : parseSelectionId(selection.selectionId);
  return parts === null || isOverruled(state, parts.marketId, parts.outcomeId, placedAtMs) ? NO_LEAD : verdict;
}

interface PromisedSelection {
  readonly selectionId: string;
  readonly early?: PromisedLead | undefined;
}

/** Of a text that a bet was told: whether it says how the selection at a place ended. */
export function isToldAt(text: string): (index: number) => boolean {
  if (text === "") return () => false;
  const outcomes = text.split(",");
  return (index) => (outcomes[index] ?? "") !== "";
}

function textOf(results: readonly { readonly outcome: SelectionOutcome | null }[]): string {
  return results.map(({ outcome }) => outcome ?? "").join(",");
}
