/**
 * The chances of a selection that a bet waits for, or why nothing can be said of them now (betting-rules 2.5): never from a price that
 * may be behind the match.
 *
 * A builder's chance is that of all its statements together, by the model that the match's prices and its score of now say. A statement
 * that became void left no model of the rest: such a bet is not cashed out.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import type { NoCashOutReason } from "../protocol/http/cash-out.ts";
import type { FixtureView, MarketView, Probabilities } from "../protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../protocol/rpc/wallet.ts";
import type { NoCashOut } from "../protocol/rpc/wallet-cash-out.ts";
import type { Builder } from "./bet-builder.ts";
import { chancesOf } from "./chances.ts";
import { fitScoreModel, jointProbability, statementOf } from "./joint-score.ts";
import { parseSelectionId } from "./selection-id.ts";

const MILLION = 1_000_000;

/** The chances of an open selection, millionths. */
export function openChances(
  view: FixtureView | null,
  { selectionId, builder }: Pick<AcceptedSelection, "selectionId" | "builder">,
): Result<Probabilities, NoCashOut> {
  if (view === null) return suspended("market_closed");
  if (view.late) return suspended("feed_late");
  if (builder !== undefined) return builderChances(view, builder);
  const parts = parseSelectionId(selectionId);
  const market = view.markets.find(({ marketId }) => marketId === parts?.marketId);
  if (market === undefined || parts === null) return suspended("market_closed");
  const reason = closedReason(market, parts.outcomeId);
  if (reason !== null) return suspended(reason);
  const chances = chancesOf(market, parts.outcomeId);
  return chances === null ? suspended("no_price") : ok(chances);
}

function builderChances(view: FixtureView, { parts }: Builder): Result<Probabilities, NoCashOut> {
  const named = parts.map((part) => parseSelectionId(part.selectionId));
  const statements = named.flatMap((part) => statementOf(part?.marketId ?? "", part?.outcomeId ?? "") ?? []);
  if (statements.length < parts.length) return notEligible();
  for (const part of named) {
    const market = view.markets.find(({ marketId }) => marketId === part?.marketId);
    const outcome = market?.outcomes.find(({ outcomeId }) => outcomeId === part?.outcomeId);
    if (market === undefined || outcome === undefined) return suspended("market_closed");
    // A statement that is decided may be one that the score of now fulfils; a void one is none any more.
    if (outcome.result !== null) {
      if (outcome.result !== "won" && outcome.result !== "lost") return notEligible();
      continue;
    }
    const reason = closedReason(market, outcome.outcomeId);
    if (reason !== null) return suspended(reason);
  }
  const score = scoreOf(view);
  const model = score === null ? null : fitScoreModel(view.markets, score);
  if (score === null || model === null) return suspended("no_price");
  const together = jointProbability(model, statements, score);
  return ok({ winPpm: Math.floor(Math.min(1, together) * MILLION), refundPpm: 0, halfWinPpm: 0, halfLosePpm: 0 });
}

/** The goals so far; null of a match that runs and whose score nobody says. */
function scoreOf({ status, homeScore, awayScore }: FixtureView): { readonly home: number; readonly away: number } | null {
  if (homeScore !== null && awayScore !== null) return { home: homeScore, away: awayScore };
  return status === "upcoming" ? { home: 0, away: 0 } : null;
}

function closedReason(market: MarketView, outcomeId: string): NoCashOutReason | null {
  const outcome = market.outcomes.find((one) => one.outcomeId === outcomeId);
  if (market.status === "suspended" || outcome?.status === "suspended" || market.cashOut === "suspended") return "market_suspended";
  return market.status !== "active" || market.cashOut === "closed" ? "market_closed" : null;
}

function suspended(reason: NoCashOutReason): Result<never, NoCashOut> {
  return err({ state: "SUSPENDED", reason });
}

function notEligible(): Result<never, NoCashOut> {
  return err({ state: "CLOSED", reason: "not_eligible" });
}
