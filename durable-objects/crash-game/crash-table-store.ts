/**
 * All SQL of a CrashTable. Each change of a bet is one transaction that reads the row again and checks that the change still applies, so
 * whatever happened while a wallet or the game was asked is seen. A decided bet gets `settle_at`; it is cleared when the wallet has
 * acknowledged, never before.
 */
import { capsOfTable, type TableCaps } from "../../shared/crash/caps.ts";
import { targetOf } from "../../shared/crash/cash-out.ts";
import { isLater } from "../../shared/crash/round.ts";
import { tableOf } from "../../shared/crash/seats.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import { minor } from "../../shared/money/minor.ts";
import type { CrashBetsQuery, CrashBetView, RoundView, Slot } from "../../shared/protocol/rpc/crash.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import type { Sql } from "../platform/sql.ts";
import { ExitStore } from "./exit-store.ts";
import { type BetRow, INTERRUPTION_MS, type InsertedBet, type NewBet, type TableName, type TableRound } from "./table-rows.ts";

/** A bet that was taken. Written so that SQLite sees that the index of the round's slots holds it: no question reads a table's history. */
const IS_IN = "status <> 'VOID' AND status <> 'RESERVING'";
const SETTLE_BACKOFF_MS = 1_000;
const SETTLE_BACKOFF_MS_MAX = 5 * 60_000;

/** What a table needs to know of its tenant. */
export type TableTenant = Pick<Tenant, "crash" | "utcOffsetMinutes">;

export class CrashTableStore {
  readonly #sql: Sql;
  readonly #gameId: string;
  readonly #number: number;
  readonly #tenant: TableTenant;
  readonly exits: ExitStore;

  constructor(sql: Sql, { gameId, number }: TableName, tenant: TableTenant) {
    this.#sql = sql;
    this.#gameId = gameId;
    this.#number = number;
    this.#tenant = tenant;
    this.exits = new ExitStore(sql, (round) => this.capsOf(round, round.started_at ?? 0));
  }

  round(): TableRound | null {
    return this.#sql.first<TableRound>("SELECT * FROM round ORDER BY number DESC LIMIT 1");
  }

  /** A round that a bet refers to. */
  roundNumbered(number: number): TableRound {
    const round = this.#sql.first<TableRound>("SELECT * FROM round WHERE number = ?", number);
    invariant(round !== null, `the table does not know round ${number}`);
    return round;
  }

  /**
   * Takes a state from the game. A state that is not later than the known one of its round changes nothing. When the round has crashed,
   * all its open bets are decided here; returns the decided bets, or null when nothing changed.
   */
  applyRound(view: RoundView, nowMs: number): readonly BetRow[] | null {
    return this.#sql.transaction(() => {
      const known = this.#sql.first<TableRound>("SELECT * FROM round WHERE number = ?", view.roundNumber);
      if (known !== null && !isLater(view, { roundNumber: known.number, status: known.status })) return null;
      this.#writeRound(view, nowMs);
      if (view.status === "RUNNING") this.beat(nowMs);
      if (view.status === "RUNNING" || view.status === "CRASHED") this.#voidUnconfirmed(view.roundNumber, nowMs);
      return view.status === "CRASHED" ? this.exits.endRound(this.roundNumbered(view.roundNumber), nowMs) : [];
    });
  }

  /** Says "the table is here" while the latest round flies; a gap is remembered as an interruption. */
  beat(nowMs: number): void {
    this.#sql.run(
      `UPDATE round SET interrupted = max(interrupted, ? - coalesce(beat_at, started_at) > ?), beat_at = max(?, coalesce(beat_at, 0))
       WHERE number = (SELECT max(number) FROM round) AND status = 'RUNNING'`,
      nowMs,
      INTERRUPTION_MS,
      nowMs,
    );
  }

  /** Writes bets whose stakes are not reserved yet into the round that takes bets now, in order, and says of each what came of it. */
  insertBets(bets: readonly NewBet[], nowMs: number): readonly InsertedBet[] {
    return this.#sql.transaction(() => {
      const round = this.round();
      return bets.map((bet) => this.#insert(bet, round, nowMs));
    });
  }

  /** Stakes are reserved: each bet is in if its round still takes bets, and is given back otherwise. */
  confirmBets(betIds: readonly string[], nowMs: number): readonly BetRow[] {
    return this.#sql.transaction(() => {
      const round = this.round();
      return betIds.map((betId) => {
        const bet = this.#knownBet(betId);
        if (bet.status !== "RESERVING") return bet;
        const isIn = round !== null && round.number === bet.round && takesBets(round, nowMs);
        if (isIn) this.#sql.run("UPDATE bet SET status = 'ACTIVE' WHERE bet_id = ?", betId);
        else this.#sql.run("UPDATE bet SET status = 'VOID', settle_at = ? WHERE bet_id = ?", nowMs, betId);
        return { ...bet, ...(isIn ? { status: "ACTIVE" as const } : { status: "VOID" as const, settle_at: nowMs }) };
      });
    });
  }

  /** Takes a bet back while its round still takes bets; its stake goes back. Gives null when there is none, false when it is too late. */
  cancel(userId: string, slot: Slot, nowMs: number): boolean | null {
    return this.#sql.transaction(() => {
      const round = this.round();
      const query = "SELECT * FROM bet WHERE user_id = ? AND slot = ? AND status IN ('RESERVING', 'ACTIVE')";
      const bet = this.#sql.first<BetRow>(query, userId, slot);
      if (bet === null) return null;
      if (round === null || round.number !== bet.round || !takesBets(round, nowMs)) return false;
      this.#sql.run("UPDATE bet SET status = 'VOID', settle_at = ? WHERE bet_id = ?", nowMs, bet.bet_id);
      return true;
    });
  }

  /** The wallet refused the stake: nothing stays. */
  dropBet(betId: string): void {
    this.#sql.run("DELETE FROM bet WHERE bet_id = ? AND status = 'RESERVING'", betId);
  }

  bet(betId: string): BetRow | null {
    return this.#sql.first<BetRow>("SELECT * FROM bet WHERE bet_id = ?", betId);
  }

  /** The player's running bet, when there is exactly one. */
  onlyActiveBet(userId: string): BetRow | null {
    const query = "SELECT * FROM bet WHERE round = ? AND user_id = ? AND status <> 'VOID' AND status = 'ACTIVE'";
    const bets = this.openRounds().flatMap((round) => this.#sql.all<BetRow>(query, round, userId));
    return bets.length === 1 ? (bets[0] ?? null) : null;
  }

  /** The player's bets, newest first: of one round, or after the one that a page ended with. */
  betsOf({ userId, limit, after, round }: CrashBetsQuery): readonly BetRow[] {
    const [last, lastSlot] = [after?.roundNumber ?? Number.MAX_SAFE_INTEGER, after?.slot ?? "A"];
    return this.#sql.all<BetRow>(
      `SELECT * FROM bet WHERE user_id = ? AND status NOT IN ('RESERVING', 'VOID') AND round BETWEEN ? AND ?
         AND (round < ? OR slot > ?) ORDER BY round DESC, slot LIMIT ?`,
      ...[userId, round ?? 0, round ?? last, last, lastSlot, limit],
    );
  }

  betsOfRound(round: number, userId: string): readonly BetRow[] {
    const query = `SELECT * FROM bet WHERE round = ? AND user_id = ? AND ${IS_IN} ORDER BY slot`;
    return this.#sql.all<BetRow>(query, round, userId);
  }

  /** Everybody's bets of the round, each player's by their slots. */
  betsInRound(round: number): readonly BetRow[] {
    const query = `SELECT * FROM bet WHERE round = ? AND ${IS_IN} ORDER BY user_id, slot`;
    return this.#sql.all<BetRow>(query, round);
  }

  /** Players with a bet in the round. */
  players(round: number): number {
    const query = `SELECT count(DISTINCT user_id) AS n FROM bet WHERE round = ? AND ${IS_IN}`;
    return this.#sql.first<{ n: number }>(query, round)?.n ?? 0;
  }

  /** Rounds with bets that are not decided. */
  openRounds(): readonly number[] {
    return this.#sql
      .all<{ round: number }>("SELECT DISTINCT round FROM bet WHERE status IN ('RESERVING', 'ACTIVE')")
      .map(({ round }) => round);
  }

  openBetCount(): number {
    return this.#sql.first<{ n: number }>("SELECT count(*) AS n FROM bet WHERE status IN ('RESERVING', 'ACTIVE')")?.n ?? 0;
  }

  /** Decided bets whose wallet has not acknowledged and is due to be asked (again). */
  unsettled(nowMs: number, limit: number): readonly BetRow[] {
    return this.#sql.all<BetRow>("SELECT * FROM bet WHERE settle_at <= ? ORDER BY settle_at LIMIT ?", nowMs, limit);
  }

  nextSettleAtMs(): number | null {
    return this.#sql.first<{ at: number | null }>("SELECT min(settle_at) AS at FROM bet WHERE settle_at IS NOT NULL")?.at ?? null;
  }

  markSettled(betId: string, nowMs: number): void {
    this.#sql.run("UPDATE bet SET settled_at = ?, settle_at = NULL WHERE bet_id = ?", nowMs, betId);
  }

  settleLater(bet: BetRow, nowMs: number): void {
    const delayMs = Math.min(SETTLE_BACKOFF_MS_MAX, SETTLE_BACKOFF_MS * 2 ** Math.min(bet.settle_attempts, 10));
    const statement = "UPDATE bet SET settle_attempts = settle_attempts + 1, settle_at = ? WHERE bet_id = ?";
    this.#sql.run(statement, nowMs + delayMs, bet.bet_id);
  }

  viewOf(bet: BetRow): CrashBetView {
    invariant(bet.status !== "RESERVING" && bet.status !== "VOID", `bet ${bet.bet_id} is not in`);
    return {
      betId: bet.bet_id,
      gameId: this.#gameId,
      roundNumber: bet.round,
      slot: bet.slot,
      stakeMinor: bet.stake_minor,
      autoCashOutHundredths: bet.auto_hundredths,
      status: bet.status,
      cashOutHundredths: bet.cash_out_hundredths,
      payoutMinor: bet.payout_minor,
      limitedBy: bet.limited_by,
    };
  }

  #insert(bet: NewBet, round: TableRound | null, nowMs: number): InsertedBet {
    if (this.bet(bet.betId) !== null) return "known";
    if (round === null || !takesBets(round, nowMs)) return "betting_closed";
    if (tableOf(bet.userId, round.tables) !== this.#number) return "other_table";
    const taken = "SELECT 1 FROM bet WHERE round = ? AND user_id = ? AND slot = ? AND status <> 'VOID'";
    if (this.#sql.first(taken, round.number, bet.userId, bet.slot) !== null) return "slot_taken";
    this.#sql.run(
      `INSERT INTO bet (bet_id, round, user_id, slot, stake_minor, auto_hundredths, target_hundredths, fingerprint, status, placed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'RESERVING', ?)`,
      bet.betId,
      round.number,
      bet.userId,
      bet.slot,
      bet.stakeMinor,
      bet.autoCashOutHundredths,
      targetOf(bet.stakeMinor, bet.autoCashOutHundredths, {
        ...this.capsOf(round, nowMs),
        capHundredths: this.#tenant.crash.capHundredths,
      }),
      bet.fingerprint,
      nowMs,
    );
    return "inserted";
  }

  /** What a round's bets may win at this table. */
  capsOf(round: TableRound, nowMs: number): TableCaps {
    const { bet_payout_max: bet, player_win_max: player, table_win_max: table } = round;
    if (bet === null || player === null || table === null) return this.#capsThen(round.betting_ends_at, nowMs, round.tables);
    return { betPayoutMaxMinor: minor(bet), playerWinMaxMinor: minor(player), tableWinMaxMinor: minor(table) };
  }

  /** The bounds that a round opens with hold to its end: only the first word of its opening writes them. */
  #writeRound(view: RoundView, nowMs: number): void {
    const isOpened = view.status !== "WAITING";
    const caps = isOpened ? this.#capsThen(view.bettingEndsAtMs, nowMs, view.tables) : null;
    this.#sql.run(
      `INSERT INTO round (number, status, commitment, curve_millionths_per_ms, betting_ends_at, started_at, crashed_at, next_at,
         crash_hundredths, server_seed, tables, bet_payout_max, player_win_max, table_win_max)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET status = excluded.status, betting_ends_at = excluded.betting_ends_at, started_at = excluded.started_at,
         crashed_at = excluded.crashed_at, next_at = excluded.next_at, crash_hundredths = excluded.crash_hundredths,
         server_seed = excluded.server_seed, tables = excluded.tables,
         bet_payout_max = coalesce(bet_payout_max, excluded.bet_payout_max), player_win_max = coalesce(player_win_max, excluded.player_win_max),
         table_win_max = coalesce(table_win_max, excluded.table_win_max)`,
      view.roundNumber,
      view.status,
      view.serverSeedHash,
      view.curveMillionthsPerMs,
      view.bettingEndsAtMs,
      view.startedAtMs,
      view.crashedAtMs,
      view.nextRoundAtMs,
      view.crashHundredths,
      view.serverSeed,
      view.tables,
      caps?.betPayoutMaxMinor ?? null,
      caps?.playerWinMaxMinor ?? null,
      caps?.tableWinMaxMinor ?? null,
    );
  }

  /** Betting is over: stakes whose reservation was not confirmed in time go back. */
  #voidUnconfirmed(round: number, nowMs: number): void {
    const statement = "UPDATE bet SET status = 'VOID', settle_at = ? WHERE round = ? AND status <> 'VOID' AND status = 'RESERVING'";
    this.#sql.run(statement, nowMs, round);
  }

  /** The day is that of the window's opening, also where it ends on the next one. */
  #capsThen(bettingEndsAtMs: number | null, nowMs: number, tables: number): TableCaps {
    const { crash, utcOffsetMinutes } = this.#tenant;
    const openedAtMs = bettingEndsAtMs === null ? nowMs : bettingEndsAtMs - crash.bettingMs;
    return capsOfTable(crash.caps, unixMs(openedAtMs), utcOffsetMinutes, tables);
  }

  #knownBet(betId: string): BetRow {
    const bet = this.bet(betId);
    invariant(bet !== null, `no bet ${betId}`);
    return bet;
  }
}

export function takesBets(round: TableRound, nowMs: number): boolean {
  return round.status === "BETTING" && round.betting_ends_at !== null && nowMs < round.betting_ends_at;
}
