/**
 * When the season's matches are played again: a pure function of time, so that a restarted simulator goes on where it was.
 *
 * Two lanes of kick-offs, each an endless walk through the season's results. The quick lane starts a match every 40 match minutes, so
 * that two or three are always live; the slow lane every three hours, so that there is something to bet on for later. Once kicked
 * off, a match minute lasts `minuteMs` (a second as a rule). A fixture's id names its lane and slot, and so its match and kick-off.
 */
import { HOUR_MS, MINUTE_MS } from "../../shared/kernel/time.ts";
import type { PlayedMatch, Season } from "./season.ts";

export interface ScheduledFixture {
  readonly fixtureId: string;
  readonly match: PlayedMatch;
  readonly league: string;
  /** On the schedule's clock, milliseconds. */
  readonly kickOffMs: number;
}

/** Match minutes from kick-off to the end: two halves and the break. */
export const HALF_MINUTES = 45;
export const BREAK_MINUTES = 5;
export const MATCH_MINUTES = 2 * HALF_MINUTES + BREAK_MINUTES;
/** How long a finished match stays in the schedule, so that a platform that was away for a moment gets its result. */
const AFTERMATH_MS = 10 * MINUTE_MS;

interface Lane {
  readonly name: string;
  readonly spacingMs: (minuteMs: number) => number;
  readonly upcoming: number;
  /** Where in the season the lane starts, so that the lanes show different matches. */
  readonly offset: number;
}

const LANES: readonly Lane[] = [
  { name: "q", spacingMs: (minuteMs) => 40 * minuteMs, upcoming: 8, offset: 0 },
  { name: "s", spacingMs: () => 3 * HOUR_MS, upcoming: 5, offset: 145 },
];

export class Schedule {
  readonly #season: Season;
  readonly #minuteMs: number;

  constructor(season: Season, minuteMs: number) {
    this.#season = season;
    this.#minuteMs = minuteMs;
  }

  /** The fixtures to speak of at this time of the schedule: those that ended lately, the live ones, and the next of each lane. */
  fixturesAt(atMs: number): readonly ScheduledFixture[] {
    return LANES.flatMap((lane) => {
      const spacingMs = lane.spacingMs(this.#minuteMs);
      const first = Math.ceil((atMs - AFTERMATH_MS - MATCH_MINUTES * this.#minuteMs) / spacingMs);
      const last = Math.floor(atMs / spacingMs) + lane.upcoming;
      return Array.from({ length: last - first + 1 }, (_, i) => this.#fixture(lane, first + i));
    });
  }

  /** The scheduled fixture of this id, of whatever time; null when the id is none of the schedule's. */
  find(fixtureId: string): ScheduledFixture | null {
    const [, name, slot] = /^fx_2526_([a-z])_(\d{1,12})$/.exec(fixtureId) ?? [];
    const lane = LANES.find((candidate) => candidate.name === name);
    return lane === undefined ? null : this.#fixture(lane, Number(slot));
  }

  #fixture(lane: Lane, slot: number): ScheduledFixture {
    const { played, name } = this.#season;
    const match = played[(slot + lane.offset) % played.length];
    if (match === undefined) throw new Error("a season without results");
    return { fixtureId: `fx_2526_${lane.name}_${slot}`, match, league: name, kickOffMs: slot * lane.spacingMs(this.#minuteMs) };
  }
}
