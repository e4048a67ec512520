/**
 * The sums of what a game's bets returned, kept round by round in constant time: one row for the game's lifetime, one for the window that
 * is being filled, and for a while each table's part of a round, so that a report that comes twice counts once.
 */
import {
  addPlayed,
  judgeLifetime,
  judgeWindow,
  NO_PLAY,
  type PlayedRound,
  type RtpPolicy,
  type RtpSums,
} from "../../shared/crash/rtp-monitor.ts";
import type { RtpView } from "../../shared/protocol/rpc/crash-fairness.ts";
import type { Sql } from "../platform/sql.ts";

type Span = RtpView["span"];
type SumsRow = {
  span: Span;
  since: number;
  rounds: number;
  bets: number;
  staked_minor: number;
  paid_minor: number;
  expected_minor: number;
  variance: number;
  scale: number | null;
};

const SPANS: readonly Span[] = ["lifetime", "window"];
/** Rounds whose parts are remembered: some hours. A report that is later than that can't be told from a repeat and is left out. */
const ROUNDS_KEPT = 1_000;

export class RtpStore {
  readonly #sql: Sql;
  readonly #policy: RtpPolicy;

  constructor(sql: Sql, policy: RtpPolicy) {
    this.#sql = sql;
    this.#policy = policy;
  }

  /** Adds a table's part of a round; gives the span that is outside its interval now, or null. Call in a transaction. */
  add(tableName: string, round: number, part: PlayedRound, nowMs: number): RtpView | null {
    const latest = this.#sql.first<{ round: number }>("SELECT coalesce(max(round), 0) AS round FROM rtp_part")?.round ?? 0;
    const known = this.#sql.all<{ table_name: string; deviation: number }>(
      "SELECT table_name, deviation FROM rtp_part WHERE round = ?",
      round,
    );
    if (round <= latest - ROUNDS_KEPT || known.some((each) => each.table_name === tableName)) return null;
    const knownDeviation = known.length === 0 ? null : known.reduce((sum, { deviation }) => sum + deviation, 0);
    this.#sql.run("INSERT INTO rtp_part (round, table_name, deviation) VALUES (?, ?, ?)", round, tableName, Math.sqrt(part.variance));
    this.#sql.run("DELETE FROM rtp_part WHERE round <= ?", Math.max(latest, round) - ROUNDS_KEPT);
    for (const span of SPANS) this.#write(span, addPlayed(this.#sums(span).sums, part, knownDeviation, this.#policy), nowMs);
    const breached = this.read().find(({ isBreached }) => isBreached) ?? null;
    const window = this.#sums("window");
    if (breached === null && window.sums.rounds >= this.#policy.windowRounds) this.#sql.run("DELETE FROM rtp WHERE span = 'window'");
    return breached;
  }

  read(): readonly RtpView[] {
    return SPANS.map((span): RtpView => {
      const { since, sums } = this.#sums(span);
      const judge = span === "lifetime" ? judgeLifetime : judgeWindow;
      return { span, sinceMs: since, sums, ...judge(sums, this.#policy) };
    });
  }

  /** Forgets the sums, after an operator looked into a breach. Parts stay: a late repeat must not count anew. */
  restart(): void {
    this.#sql.run("DELETE FROM rtp");
  }

  #sums(span: Span): { readonly since: number; readonly sums: RtpSums } {
    const row = this.#sql.first<SumsRow>("SELECT * FROM rtp WHERE span = ?", span);
    if (row === null) return { since: 0, sums: NO_PLAY };
    const { since, rounds, bets, variance, scale } = row;
    const sums = {
      rounds,
      bets,
      stakedMinor: row.staked_minor,
      paidMinor: row.paid_minor,
      expectedMinor: row.expected_minor,
      variance,
      scale,
    };
    return { since, sums };
  }

  #write(span: Span, sums: RtpSums, nowMs: number): void {
    const { rounds, bets, stakedMinor, paidMinor, expectedMinor, variance, scale } = sums;
    this.#sql.run(
      `INSERT INTO rtp (span, since, rounds, bets, staked_minor, paid_minor, expected_minor, variance, scale)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (span) DO UPDATE SET rounds = excluded.rounds, bets = excluded.bets, staked_minor = excluded.staked_minor,
         paid_minor = excluded.paid_minor, expected_minor = excluded.expected_minor, variance = excluded.variance, scale = excluded.scale`,
      ...[span, nowMs, rounds, bets, stakedMinor, paidMinor, expectedMinor, variance, scale],
    );
  }
}
