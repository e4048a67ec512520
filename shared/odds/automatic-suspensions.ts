/**
 * What stops a market without an operator (betting-rules 2.10): a worst case past its limit, and a price that jumps. Pure.
 *
 * Each is a setting like an operator's, under a cause of its own. A worst case stops a market as it crosses its limit, so a market that an
 * operator resumed above it stays open until it crosses again. A jump stops one until the feed speaks of it once more.
 */
import { ODDS_SCALE } from "../money/odds.ts";
import type { FeedMessage } from "../protocol/feed/message.ts";
import type { RiskRules } from "../tenants/sports/risk.ts";
import type { FixtureState, MarketState } from "./fixture-state.ts";
import type { MarketMove } from "./liability.ts";
import { type SuspensionCause, suspensionsOf, type TradingChange, withSetting } from "./trading.ts";

export interface Suspended {
  readonly state: FixtureState;
  readonly changes: readonly TradingChange[];
}

/** Stops markets whose worst case crossed its limit, and resumes those that it stopped and that fell well below. */
export function withLiabilityChecked(state: FixtureState, moves: readonly MarketMove[], rules: RiskRules, nowMs: number): Suspended {
  const { marketLiabilityMaxMinor, marketResumeMinor } = rules;
  let done: Suspended = { state, changes: [] };
  for (const { marketId, worstBeforeMinor, worstAfterMinor } of moves) {
    if (worstBeforeMinor <= marketLiabilityMaxMinor && worstAfterMinor > marketLiabilityMaxMinor)
      done = withCause(done, "liability", marketId, true, nowMs);
    if (worstAfterMinor <= marketResumeMinor) done = withCause(done, "liability", marketId, false, nowMs);
  }
  return done;
}

/** Stops markets of an odds message whose price jumped, and resumes those that an earlier jump stopped and this message lists again. */
export function withJumpsChecked(
  before: FixtureState,
  after: FixtureState,
  message: FeedMessage,
  rules: RiskRules,
  nowMs: number,
): Suspended {
  let done: Suspended = { state: after, changes: [] };
  if (message.type !== "odds_change") return done;
  // A goal, a kick-off: prices have to move.
  const isExpected = before.status !== after.status || before.scoreVersion !== after.scoreVersion;
  const limit = after.status === "live" ? rules.priceJumpBasisPoints.live : rules.priceJumpBasisPoints.upcoming;
  const marketsBefore = new Map(before.markets.map((market) => [market.marketId, market]));
  const marketsAfter = new Map(after.markets.map((market) => [market.marketId, market]));
  for (const { marketId } of message.markets) {
    const [was, is] = [marketsBefore.get(marketId), marketsAfter.get(marketId)];
    const isJump = !isExpected && was !== undefined && is !== undefined && hasJumped(was, is, limit);
    done = withCause(done, "price_jump", marketId, isJump, nowMs);
  }
  return done;
}

/** Only between two prices that were on offer: a market that the feed stopped and reopened was thought about. */
function hasJumped(before: MarketState, after: MarketState, limitBasisPoints: number): boolean {
  if (before.status !== "active" || after.status !== "active") return false;
  return after.outcomes.some((outcome) => {
    const was = before.outcomes.find(({ outcomeId }) => outcomeId === outcome.outcomeId);
    return was?.active === true && outcome.active && isFar(was.oddsThousandths, outcome.oddsThousandths, limitBasisPoints);
  });
}

/** Either way: the larger of the two against the smaller. Exact. */
function isFar(one: number, other: number, limitBasisPoints: number): boolean {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return low >= ODDS_SCALE && (high - low) * 10_000 > low * limitBasisPoints;
}

/** Nothing when it stands so already, or when the fixture has as many settings as it holds. */
function withCause({ state, changes }: Suspended, cause: SuspensionCause, marketId: string, isStopped: boolean, nowMs: number): Suspended {
  const isNow = suspensionsOf({ ...state.trading, settings: causedBy(state, cause) }, marketId, "").length > 0;
  if (isNow === isStopped) return { state, changes };
  const value = isStopped ? { sinceMs: nowMs } : null;
  const done = withSetting(state, { kind: "suspension", cause, marketId, outcomeId: null, value }, nowMs);
  return done.ok ? { state: done.value.state, changes: [...changes, done.value.change] } : { state, changes };
}

function causedBy({ trading }: FixtureState, cause: SuspensionCause) {
  return trading.settings.filter((each) => each.kind === "suspension" && each.cause === cause);
}
