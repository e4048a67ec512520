/**
 * Tells the game what a finished round's bets came to, for its monitor of the return: once a round and table, by a job that stays until
 * the game has taken it. Bets that were given back were not played.
 */
import { type PlayedBet, playedRound } from "../../shared/crash/rtp-monitor.ts";
import type { CrashGameRpc } from "../../shared/protocol/rpc/crash.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import type { Sql } from "../platform/sql.ts";

const PLAYED_JOB = "played";
/** After the wallets: nobody waits for it. */
const DELAY_MS = 2_000;

type PlayedRow = { stake_minor: number; payout_minor: number; cash_out_hundredths: number | null };

export class PlayedReport {
  readonly #sql: Sql;
  readonly #alarms: AlarmTable;
  readonly #game: () => CrashGameRpc;

  constructor(sql: Sql, alarms: AlarmTable, game: () => CrashGameRpc) {
    this.#sql = sql;
    this.#alarms = alarms;
    this.#game = game;
  }

  /** Leaves the job for a round that has ended, if anybody played it. Call in the turn that decided its bets. */
  schedule(round: number, nowMs: number): void {
    if (this.#bets(round).length > 0) this.#alarms.scheduleIfAbsent(`${PLAYED_JOB}:${round}`, nowMs + DELAY_MS);
  }

  /** Runs the job if it is one of these; says whether it was. */
  async run(job: AlarmJob, tableName: string): Promise<boolean> {
    const [kind, round] = job.key.split(":");
    if (kind !== PLAYED_JOB) return false;
    const proof = await this.#game().proof(Number(round));
    if (proof === null) throw new Error("the game does not know the round's end yet");
    const { roundNumber, crashHundredths, houseEdgeBasisPoints } = proof;
    await this.#game().recordPlayed(tableName, roundNumber, playedRound(this.#bets(roundNumber), crashHundredths, houseEdgeBasisPoints));
    return true;
  }

  #bets(round: number): readonly PlayedBet[] {
    // The first of the conditions on the state is the index's.
    const query = `SELECT stake_minor, payout_minor, cash_out_hundredths FROM bet
      WHERE round = ? AND status <> 'VOID' AND status IN ('CASHED_OUT', 'LOST')`;
    return this.#sql.all<PlayedRow>(query, round).map((row) => ({
      stakeMinor: row.stake_minor,
      payoutMinor: row.payout_minor,
      leftHundredths: row.cash_out_hundredths,
    }));
  }
}
