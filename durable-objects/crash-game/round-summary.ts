/**
 * Tells the read model what a finished round was at this table, for the round's page and the leader boards: once a round, by a job that
 * stays until it could ask who may be shown, and an outbox row that stays until it is stored.
 *
 * Where the law does not let us show players, only those who have agreed are told of; elsewhere boards show the others without a name.
 */
import { type BoardWin, bestWins } from "../../shared/crash/board.ts";
import type { CrashTableRow } from "../../shared/protocol/queue/crash-table-row.ts";
import type { CrashLoungeRpc } from "../../shared/protocol/rpc/crash-lounge.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import type { Sql } from "../platform/sql.ts";
import type { TableOutbox } from "./table-outbox.ts";
import type { TableName } from "./table-rows.ts";

const SUMMARY_JOB = "summary";
/** After the wallets: nobody waits for it. */
const DELAY_MS = 2_000;
/** Between one table and the next, since all end their round at once and ask the same lounge. */
const SPREAD_MS = 20;
const PLAYED = "round = ? AND status <> 'VOID' AND status IN ('CASHED_OUT', 'LOST', 'REFUNDED')";

type TotalsRow = { players: number; bets: number; cashed_out: number; staked: number; paid: number };
type WinRow = { user_id: string; bet_id: string; cash_out_hundredths: number; payout_minor: number };

export interface SummaryPorts {
  readonly sql: Sql;
  readonly alarms: AlarmTable;
  readonly name: TableName;
  readonly tenant: Tenant;
  readonly lounge: () => CrashLoungeRpc;
  readonly outbox: TableOutbox;
}

export class RoundSummary {
  readonly #ports: SummaryPorts;

  constructor(ports: SummaryPorts) {
    this.#ports = ports;
  }

  /** Leaves the job for a round that has ended, if anybody played it. Call in the turn that decided its bets. */
  schedule(round: number, nowMs: number): void {
    const { alarms, name } = this.#ports;
    const dueAtMs = nowMs + DELAY_MS + name.number * SPREAD_MS;
    if (this.#totals(round).bets > 0) alarms.scheduleIfAbsent(`${SUMMARY_JOB}:${round}`, dueAtMs);
  }

  /** Runs the job if it is one of these; says whether it was. */
  async run(job: AlarmJob): Promise<boolean> {
    const [kind, round] = job.key.split(":");
    if (kind !== SUMMARY_JOB) return false;
    await this.#write(Number(round));
    return true;
  }

  async #write(roundNumber: number): Promise<void> {
    const { sql, outbox, name } = this.#ports;
    const wins = await this.#showable(this.#wins(roundNumber));
    const { players, bets, cashed_out: cashedOut, staked: stakedMinor, paid: paidMinor } = this.#totals(roundNumber);
    const crashedAtMs = sql.first<{ at: number | null }>("SELECT crashed_at AS at FROM round WHERE number = ?", roundNumber)?.at ?? 0;
    const row: CrashTableRow = {
      ...{ roundNumber, tableNumber: name.number, crashedAtMs, players, bets, cashedOut, stakedMinor, paidMinor },
      wins: [...bestWins(wins)],
    };
    sql.transaction(() => outbox.add("round", row, Date.now()));
  }

  async #showable(wins: readonly BoardWin[]): Promise<readonly BoardWin[]> {
    const { tenant, lounge } = this.#ports;
    if (tenant.crash.showsOtherPlayers || wins.length === 0) return wins;
    const names = await lounge().namesOf(wins.map(({ userId }) => userId));
    return wins.filter((_, index) => (names[index] ?? null) !== null);
  }

  #totals(round: number): TotalsRow {
    const query = `SELECT count(DISTINCT user_id) AS players, count(*) AS bets, count(cash_out_hundredths) AS cashed_out,
      coalesce(sum(stake_minor), 0) AS staked, coalesce(sum(payout_minor), 0) AS paid FROM bet WHERE ${PLAYED}`;
    return this.#ports.sql.first<TotalsRow>(query, round) ?? { players: 0, bets: 0, cashed_out: 0, staked: 0, paid: 0 };
  }

  #wins(round: number): readonly BoardWin[] {
    const query = `SELECT user_id, bet_id, cash_out_hundredths, payout_minor FROM bet
      WHERE round = ? AND status <> 'VOID' AND status = 'CASHED_OUT' AND payout_minor > 0`;
    return this.#ports.sql.all<WinRow>(query, round).map((row) => ({
      ...{ userId: row.user_id, betId: row.bet_id, multiplierHundredths: row.cash_out_hundredths, payoutMinor: row.payout_minor },
    }));
  }
}
