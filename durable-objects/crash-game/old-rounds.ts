/**
 * Moves rounds that ended days ago out of the table, into the archive: a full table writes millions of bets a day, and an object's database
 * is not for ever. What a bet did to its player's money stays in the wallet's journal; here goes how it was played, by hand or by an order of autoplay.
 *
 * A page is written to the archive before its rows go. One that dies in between is written again: the same rounds, under the same name. A
 * round with a bet that a wallet has not acknowledged, or of which something is still to be told, stays until that is done.
 */
import { DAY_MS } from "../../shared/kernel/time.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import type { BetRow, TableName, TableRound } from "./table-rows.ts";

const OLD_ROUNDS_JOB = "old-rounds";
const EVERY_MS = 3_600_000;
/** Between pages of one run, so that the table's players come first. */
const PAUSE_MS = 1_000;
/** Long enough for every question that players ask the table; older bets are on their statement. */
export const ROUNDS_KEPT_MS = 2 * DAY_MS;
const PAGE_ROUNDS = 100;
const PAGE_BETS_MAX = 5_000;

/** Each question of bets has an index of its own, which is as small as what it is asked for. */
const FINISHED = `crashed_at < ? AND number < (SELECT max(number) FROM round)
  AND NOT EXISTS (SELECT 1 FROM bet WHERE settle_at IS NOT NULL AND bet.round = round.number)
  AND NOT EXISTS (SELECT 1 FROM bet WHERE status IN ('RESERVING', 'ACTIVE') AND bet.round = round.number)
  AND NOT EXISTS (SELECT 1 FROM alarm_job WHERE key IN ('summary:' || round.number, 'played:' || round.number))`;

/** Orders of autoplay whose bets have all left: how they stood is read from those. */
const FORGOTTEN = "ended_at < ? AND NOT EXISTS (SELECT 1 FROM planned_bet WHERE planned_bet.order_id = autoplay.order_id)";

type OrderRow = { readonly order_id: string };

/** A round's bets, by the one index that has those that are in and the other one that has the rest. */
const OF_A_ROUND = ["round = ? AND status <> 'VOID'", "round = ? AND status = 'VOID'"] as const;

export interface OldRoundsPorts {
  readonly sql: Sql;
  readonly alarms: AlarmTable;
  readonly name: TableName;
  readonly archive: R2Bucket;
}

export class OldRounds {
  readonly #ports: OldRoundsPorts;

  constructor(ports: OldRoundsPorts) {
    this.#ports = ports;
  }

  /** Leaves the job; one stands at a time. Call in the turn that ended a round. */
  schedule(nowMs: number): void {
    this.#ports.alarms.scheduleIfAbsent(OLD_ROUNDS_JOB, nowMs + EVERY_MS);
  }

  /** Runs the job if it is this one, a page at a time; says whether it was. */
  async run(job: AlarmJob, nowMs: number): Promise<boolean> {
    if (job.key !== OLD_ROUNDS_JOB) return false;
    const { sql, alarms, name, archive } = this.#ports;
    const rounds = this.#page(nowMs - ROUNDS_KEPT_MS);
    const [first, last] = [rounds[0], rounds.at(-1)];
    if (first === undefined || last === undefined) return true;
    const bets = rounds.flatMap(({ number }) => OF_A_ROUND.flatMap((those) => sql.all<BetRow>(`SELECT * FROM bet WHERE ${those}`, number)));
    const orders = sql.all<OrderRow>(
      `SELECT * FROM autoplay WHERE ${FORGOTTEN} ORDER BY order_id LIMIT ?`,
      nowMs - ROUNDS_KEPT_MS,
      PAGE_ROUNDS,
    );
    const text = [...rounds, ...bets, ...orders].map((row) => `${JSON.stringify(row)}\n`).join("");
    await archive.put(`crash/${name.gameId}/${name.number}/${first.number}-${last.number}.ndjson`, text);
    sql.transaction(() => {
      for (const { number } of rounds) {
        for (const those of OF_A_ROUND) sql.run(`DELETE FROM bet WHERE ${those}`, number);
        sql.run("DELETE FROM planned_bet WHERE round = ?", number);
        sql.run("DELETE FROM round WHERE number = ?", number);
      }
      for (const { order_id: orderId } of orders) sql.run("DELETE FROM autoplay WHERE order_id = ?", orderId);
    });
    log("info", "crash_rounds_archived", {
      gameId: name.gameId,
      table: name.number,
      first: first.number,
      last: last.number,
      bets: bets.length,
    });
    alarms.scheduleAfter(job, OLD_ROUNDS_JOB, nowMs + PAUSE_MS);
    return true;
  }

  /** The oldest finished rounds that make one page: as many as have few enough bets, one at least. */
  #page(beforeMs: number): readonly TableRound[] {
    const { sql } = this.#ports;
    const rounds = sql.all<TableRound>(`SELECT * FROM round WHERE ${FINISHED} ORDER BY number LIMIT ?`, beforeMs, PAGE_ROUNDS);
    let bets = 0;
    return rounds.filter(({ number }, index) => {
      bets += sql.first<{ n: number }>(`SELECT count(*) AS n FROM bet WHERE ${OF_A_ROUND[0]}`, number)?.n ?? 0;
      return index === 0 || bets <= PAGE_BETS_MAX;
    });
  }
}
