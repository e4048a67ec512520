/**
 * The scores of a match in the order in which they stood, by the feed's own time: what a promise about a lead is decided by.
 *
 * A message that comes late is put where it belongs, so the history ends the same in whatever order messages come, and however often. Of
 * a score that stands for long its first and last word are kept, and one every five minutes: what a late message cuts in two stays two, and
 * how long each part stood is known that well. All of it is stored with each message, so it has to stay small.
 */
import { MINUTE_MS } from "../kernel/time.ts";
import type { FeedMessage } from "../protocol/feed/message.ts";
import type { FixtureState } from "./fixture-state.ts";

/** One word of the feed on the score of regular play. */
export interface ScoreWord {
  /** The feed's time. */
  readonly atMs: number;
  readonly homeScore: number;
  readonly awayScore: number;
  /** When we heard it, by our clock. */
  readonly heardAtMs: number;
}

/** More words than any match has in which a lead is promised; a sport of many points is not followed to its end. */
export const SCORE_WORDS_MAX = 120;
const WORDS_APART_MS = 5 * MINUTE_MS;

type Heard = Pick<Extract<FeedMessage, { type: "odds_change" }>, "homeScore" | "awayScore" | "producedAtMs" | "isAfterRegularPlay">;

/** The history with what a message says of the score of regular play, if it says anything. */
export function withScoreWord(words: readonly ScoreWord[], message: Heard, nowMs: number): readonly ScoreWord[] {
  const { homeScore, awayScore, producedAtMs: atMs, isAfterRegularPlay = false } = message;
  if (homeScore === null || awayScore === null || isAfterRegularPlay) return words;
  const word = { atMs, homeScore, awayScore, heardAtMs: nowMs };
  if (words.some((known) => known.atMs === atMs && isSameScore(known, word))) return words;
  const all = [...words, word].sort(inTime);
  const kept = all.filter((each, index) => !isBetween(each, all[index - 1], all[index + 1]));
  return kept.length > SCORE_WORDS_MAX ? words : kept;
}

/** True for a word that says nothing which the words around it don't. */
function isBetween(word: ScoreWord, before: ScoreWord | undefined, after: ScoreWord | undefined): boolean {
  if (before === undefined || after === undefined || after.atMs - before.atMs > WORDS_APART_MS) return false;
  return isSameScore(word, before) && isSameScore(word, after);
}

/** True when the scores of one history follow each other otherwise than those of another, and one of them has a lead of `leadMin`. */
export function isLeadNews(before: readonly ScoreWord[], after: readonly ScoreWord[], leadMin: number): boolean {
  const [was, is] = [before, after].map(scoresOf);
  if (was === undefined || is === undefined) return false;
  const isSame = was.length === is.length && was.every((word, index) => word.atMs === is[index]?.atMs && isSameScore(word, is[index]));
  return !isSame && [...was, ...is].some(({ homeScore, awayScore }) => Math.abs(homeScore - awayScore) >= leadMin);
}

/** The state after a message, with a new version of its results when the message is news about a lead; bets are told of it then. */
export function withLeadsCounted(before: FixtureState | null, after: FixtureState, leadMin: number | null): FixtureState {
  if (leadMin === null || !isLeadNews(before?.scores ?? [], after.scores, leadMin)) return after;
  return { ...after, resultVersion: Math.max(after.resultVersion, (before?.resultVersion ?? 0) + 1) };
}

/** The first word of each score that stood. */
function scoresOf(words: readonly ScoreWord[]): readonly ScoreWord[] {
  return words.filter((word, index) => !isSameScore(word, words[index - 1]));
}

/** Two words of one instant are put in the order of their scores, whichever came first. */
function inTime(one: ScoreWord, other: ScoreWord): number {
  return one.atMs - other.atMs || one.homeScore - other.homeScore || one.awayScore - other.awayScore;
}

function isSameScore(one: ScoreWord, other: ScoreWord | undefined): boolean {
  return one.homeScore === other?.homeScore && one.awayScore === other?.awayScore;
}
