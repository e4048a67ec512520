/**
 * What an odds channel knows of its fixture, and how one feed message changes it. Pure: (state, message) -> next state.
 *
 * - `sequence` is the transport's: a message that is not newer changes nothing, so a repeated post is harmless.
 * - `producedAtMs` is the feed's own time: of what is said about a market the newest counts, so a recovery may send old messages again.
 * - `seq` is ours: it grows by one with each change that a client can see, and numbers the deltas.
 * - `resultVersion` grows with each change of results (settlement, correction, rollback, cancel) and orders what bets are told.
 *
 * Offers are in market-offers.ts, results in market-results.ts.
 */
import { assertNever, invariant } from "../kernel/invariant.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { FeedMessage } from "../protocol/feed/message.ts";
import type { FeedMessageRefusal, FixtureStatus, Probabilities } from "../protocol/rpc/odds-channel.ts";
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";
import { closedForGood, stopped, withOffers } from "./market-offers.ts";
import { cancelled, rolledBack, settled } from "./market-results.ts";
import type { PlaceOffer } from "./place-offers.ts";
import { type ScoreWord, withScoreWord } from "./score-history.ts";
import { type TradingState, UNTRADED } from "./trading.ts";

export interface OutcomeState {
  readonly outcomeId: string;
  readonly name: string;
  readonly oddsThousandths: number;
  /** Grows by one whenever the odds change. */
  readonly priceVersion: number;
  readonly active: boolean;
  readonly result: SelectionOutcome | null;
  readonly probabilities: Probabilities | null;
}

export type OfferStatus = "active" | "suspended" | "closed";

/** A settlement that stands. `certainty` 1: from live scouting, may still change; 2: confirmed. */
export interface Settled {
  readonly certainty: 1 | 2;
  /** When we heard it, by our clock. */
  readonly atMs: number;
}

export interface MarketState {
  readonly marketId: string;
  readonly type: string;
  readonly name: string;
  readonly specifier: string;
  /** What the feed offers, whatever has been settled or cancelled: a rollback puts it back. */
  readonly offered: OfferStatus;
  /** What holds: a cancel before a settlement, a settlement before an offer. */
  readonly status: OfferStatus | "settled" | "cancelled";
  /** Who of the feed's producers offers it; null when the feed has none. */
  readonly producer: number | null;
  /** Who has handed it over last: nothing more is taken from there, whoever offers it now. */
  readonly handedOverBy: number | null;
  readonly offeredAtMs: number;
  /** Its producer was away and has not offered it again since. */
  readonly isStale: boolean;
  /** Names by which a stop may mean it. */
  readonly groups: readonly string[];
  readonly cashOut: OfferStatus;
  /** Place terms as the feed says them, null where it says that there are none; absent where it says nothing. */
  readonly eachWay?: PlaceOffer | null;
  readonly settlement: Settled | null;
  /** The feed's time of the newest settlement or rollback. */
  readonly resultAtMs: number;
  readonly outcomes: readonly OutcomeState[];
}

/** Bets on this market that were placed in the window are void; a null bound is open. */
export interface Cancellation {
  readonly marketId: string;
  readonly placedFromMs: number | null;
  readonly placedToMs: number | null;
  /** False once it was taken back. */
  readonly isStanding: boolean;
  readonly producedAtMs: number;
}

export interface FixtureState {
  readonly fixtureId: string;
  readonly sport: string;
  readonly league: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly startsAtMs: number;
  /** The start that was announced first: what a postponement is counted from. */
  readonly originalStartsAtMs: number;
  readonly status: FixtureStatus;
  readonly minute: number | null;
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  /** Grows with each change of the score. */
  readonly scoreVersion: number;
  /** How the score of regular play came about, by the feed's time. */
  readonly scores: readonly ScoreWord[];
  /** The feed's time of the newest word on status and score. */
  readonly statusAtMs: number;
  readonly sequence: number;
  readonly seq: number;
  readonly resultVersion: number;
  /** When the feed last spoke of this fixture, by our clock. */
  readonly heardAtMs: number;
  /** True while the feed is silent on a live fixture for too long. */
  readonly late: boolean;
  /** Producers that are away: what they offer is suspended. By producer, with the version of that word. */
  readonly producers: Readonly<Record<string, { readonly isUp: boolean; readonly version: number }>>;
  readonly markets: readonly MarketState[];
  readonly cancellations: readonly Cancellation[];
  /** What the house says over the feed. Messages of the feed leave it alone. */
  readonly trading: TradingState;
}

/** More markets and windows of bets than any feed voids in a match. */
export const CANCELLATIONS_MAX = 2_000;
/** Of all markets together, so that a fixture stays within what storage takes as one row. */
export const OUTCOMES_MAX = 8_000;

/**
 * Gives the state after `message`, or null when the message is not newer than what is known. `seq` is left to the caller, who
 * knows what clients see. Refuses `unknown_fixture` for anything but a fixture_change on a fixture never heard of, and
 * `fixture_full` for more than any match has.
 */
export function applyFeedMessage(
  state: FixtureState | null,
  message: FeedMessage,
  nowMs: number,
): Result<FixtureState | null, FeedMessageRefusal> {
  if (state === null) return message.type === "fixture_change" ? ok(firstState(message, nowMs)) : err({ reason: "unknown_fixture" });
  invariant(state.fixtureId === message.fixtureId, "a message for another fixture");
  if (message.sequence <= state.sequence) return ok(null);
  const heard = { ...state, sequence: message.sequence, heardAtMs: nowMs, late: false };
  const after = closedForGood(changed(heard, message, nowMs));
  return isFull(state, after) ? err({ reason: "fixture_full" }) : ok(after);
}

/** True when a message made the fixture grow beyond what it holds. */
function isFull(before: FixtureState, after: FixtureState): boolean {
  const outcomes = ({ markets }: FixtureState) => markets.reduce((sum, market) => sum + market.outcomes.length, 0);
  const grown = (size: (state: FixtureState) => number, max: number) => size(after) > max && size(after) > size(before);
  return grown(({ cancellations }) => cancellations.length, CANCELLATIONS_MAX) || grown(outcomes, OUTCOMES_MAX);
}

/** True when the feed itself says whether it is there: silence on one fixture means nothing then. */
export function isMonitored(state: FixtureState): boolean {
  return state.markets.some((market) => market.producer !== null);
}

function firstState(message: Extract<FeedMessage, { type: "fixture_change" }>, nowMs: number): FixtureState {
  const { fixtureId, sequence, sport, league, homeTeam, awayTeam, startsAtMs, status, producedAtMs } = message;
  return {
    ...{ fixtureId, sport, league, homeTeam, awayTeam, startsAtMs, originalStartsAtMs: startsAtMs, status: status ?? "upcoming", sequence },
    ...{ minute: null, homeScore: null, awayScore: null, scoreVersion: 0, scores: [], statusAtMs: status === null ? 0 : producedAtMs },
    ...{ seq: 0, resultVersion: 0, heardAtMs: nowMs, late: false, producers: {}, markets: [], cancellations: [], trading: UNTRADED },
  };
}

function changed(state: FixtureState, message: FeedMessage, nowMs: number): FixtureState {
  switch (message.type) {
    case "fixture_change":
      return fixtureChanged(state, message);
    case "schedule_change":
      return scheduleChanged(state, message);
    case "odds_change":
      return {
        ...scored(state, message),
        ...{ markets: withOffers(state, message), scores: withScoreWord(state.scores, message, nowMs) },
      };
    case "bet_stop":
      return { ...state, markets: stopped(state.markets, message) };
    case "bet_settlement":
      return settled(withFinalScore(state, message), message, nowMs);
    case "rollback_settlement":
      return rolledBack(state, message);
    case "bet_cancel":
    case "rollback_cancel":
      return cancelled(state, message);
    default:
      return assertNever(message, "applyFeedMessage");
  }
}

function fixtureChanged(state: FixtureState, message: Extract<FeedMessage, { type: "fixture_change" }>): FixtureState {
  const { sport, league, homeTeam, awayTeam, startsAtMs, status, producedAtMs } = message;
  const named = { ...state, sport, league, homeTeam, awayTeam, startsAtMs };
  return status === null || producedAtMs < state.statusAtMs ? named : { ...named, status, statusAtMs: producedAtMs };
}

function scheduleChanged(state: FixtureState, message: Extract<FeedMessage, { type: "schedule_change" }>): FixtureState {
  if (message.producedAtMs < state.statusAtMs) return state;
  const status = message.isCancelled ? ("cancelled" as const) : state.status;
  return { ...state, startsAtMs: message.startsAtMs ?? state.startsAtMs, status, statusAtMs: message.producedAtMs };
}

/** A settlement without a score says nothing of the state of play: an older word on that may still come. */
function withFinalScore(state: FixtureState, message: Extract<FeedMessage, { type: "bet_settlement" }>): FixtureState {
  if (message.homeScore === null || message.awayScore === null) return state;
  return scored(state, { ...message, status: state.status, minute: state.minute });
}

type Score = Pick<FixtureState, "minute" | "homeScore" | "awayScore"> & {
  readonly status: FixtureStatus | null;
  readonly producedAtMs: number;
};

/** Takes over status, minute and score, unless something newer is known; what is not said stays as it is. */
function scored(state: FixtureState, { status, minute, homeScore, awayScore, producedAtMs }: Score): FixtureState {
  if (status === null || producedAtMs < state.statusAtMs) return state;
  const score = homeScore === null || awayScore === null ? state : { homeScore, awayScore };
  const isNew = score.homeScore !== state.homeScore || score.awayScore !== state.awayScore;
  return {
    ...{ ...state, status, minute, homeScore: score.homeScore, awayScore: score.awayScore, statusAtMs: producedAtMs },
    scoreVersion: state.scoreVersion + (isNew ? 1 : 0),
  };
}
