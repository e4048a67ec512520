/**
 * How open bets leave a round, in SQL: noted presses, what the flight has reached, and the end. What each is worth, and in what order, is
 * shared/crash/cash-out.ts; here is what it needs to know of the table's rows, and what becomes of them.
 */
import type { TableCaps } from "../../shared/crash/caps.ts";
import {
  type BetOutcome,
  type CashedOut,
  endOfRound,
  exitsUpTo,
  type Flight,
  lowestForce,
  type OpenBet,
  type Won,
} from "../../shared/crash/cash-out.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { minor } from "../../shared/money/minor.ts";
import type { Sql } from "../platform/sql.ts";
import { type BetRow, INTERRUPTION_MS, type TableRound } from "./table-rows.ts";

/** A round's bets that fly. The first condition on the state is the index's. */
const OPEN = "round = ? AND status <> 'VOID' AND status = 'ACTIVE'";
/** As `ownExit` has it; beyond every multiplier while the bet waits for a press. */
const OWN_EXIT = "min(coalesce(target_hundredths, 9e15), coalesce(pressed_hundredths, 9e15))";
const NOTHING_WON: Won = { tableMinor: 0, byPlayerMinor: new Map() };

export class ExitStore {
  readonly #sql: Sql;
  readonly #capsOf: (round: TableRound) => TableCaps;
  /** Asked for with every connection that comes or goes in flight: read from thousands of rows, it is kept until a bet is decided. */
  #next: { readonly round: number; readonly hundredths: number } | null = null;
  /** Below this no bound sends anybody out. It only rises in flight, so that what was true of it stays true: kept until it was reached. */
  #force: { readonly round: number; readonly hundredths: number } | null = null;

  constructor(sql: Sql, capsOf: (round: TableRound) => TableCaps) {
    this.#sql = sql;
    this.#capsOf = capsOf;
  }

  /** Notes a press at the multiplier of its receipt, the first one only; gives the multiplier that counts, or null when it is not open. */
  press(betId: string, hundredths: number): number | null {
    return this.#sql.transaction(() => {
      const bet = this.#knownBet(betId);
      if (bet.status !== "ACTIVE") return null;
      if (bet.pressed_hundredths !== null) return bet.pressed_hundredths;
      this.#sql.run("UPDATE bet SET pressed_hundredths = ? WHERE bet_id = ?", hundredths, betId);
      return hundredths;
    });
  }

  /**
   * Cashes out the bets whose presses the game granted, and all that leave no later; gives the bets that this decided. A press that was
   * granted for less than it was noted at counts as granted.
   */
  cashOut(
    round: TableRound,
    granted: readonly { readonly betId: string; readonly hundredths: number }[],
    nowMs: number,
  ): readonly BetRow[] {
    return this.#sql.transaction(() => {
      const statement = "UPDATE bet SET pressed_hundredths = min(pressed_hundredths, ?) WHERE bet_id = ? AND status = 'ACTIVE'";
      for (const { betId, hundredths } of granted) this.#sql.run(statement, hundredths, betId);
      return this.#leave(round, Math.max(0, ...granted.map(({ hundredths }) => hundredths)), nowMs);
    });
  }

  /** Pays, in order, the open bets that leave at or below the highest multiplier that the game says was reached. */
  sweep(round: TableRound, reached: readonly number[], nowMs: number): readonly BetRow[] {
    return this.#sql.transaction(() => this.#leave(round, Math.max(0, ...reached), nowMs));
  }

  /** Multipliers up to `hundredths` at which bets want to leave or are sent out as things stand: what is to be asked of the game. */
  due(round: TableRound, hundredths: number): readonly number[] {
    const query = `SELECT DISTINCT ${OWN_EXIT} AS exit FROM bet WHERE ${OPEN} AND ${OWN_EXIT} <= ?`;
    const own = this.#sql.all<{ exit: number }>(query, round.number, hundredths).map(({ exit }) => exit);
    const force = this.#forceIn(round);
    return force <= hundredths ? [...new Set([...own, force])] : own;
  }

  /** The lowest multiplier at which a target or a bound of the round takes somebody out; null when none does. For a round that flies. */
  next(round: TableRound): number | null {
    if (this.#next?.round !== round.number) {
      const query = `SELECT count(*) AS open, min(target_hundredths) AS target FROM bet WHERE ${OPEN}`;
      const { open, target } = this.#sql.first<{ open: number; target: number | null }>(query, round.number) ?? { open: 0, target: null };
      const bound = open === 0 ? Number.POSITIVE_INFINITY : this.#forceIn(round);
      this.#next = { round: round.number, hundredths: Math.min(bound, target ?? Number.POSITIVE_INFINITY) };
    }
    const { hundredths } = this.#next;
    return Number.isFinite(hundredths) ? hundredths : null;
  }

  /** Decides all that is still open of a round that has crashed. */
  endRound(round: TableRound, nowMs: number): readonly BetRow[] {
    const { crash_hundredths: crashHundredths, crashed_at: crashedAtMs, started_at: startedAtMs } = round;
    invariant(crashHundredths !== null && crashedAtMs !== null && startedAtMs !== null, `round ${round.number} has no result`);
    const seenUntilMs = round.beat_at ?? startedAtMs;
    const interrupted = round.interrupted === 1 || Math.min(nowMs, crashedAtMs) - seenUntilMs > INTERRUPTION_MS;
    return this.#decide(endOfRound(this.#flight(round), { crashHundredths, interrupted }), nowMs);
  }

  /** Below every bound a bet's exit depends on no other bet: only those that leave are read. */
  #leave(round: TableRound, hundredths: number, nowMs: number): readonly BetRow[] {
    if (hundredths < this.#forceIn(round)) {
      const query = `SELECT * FROM bet WHERE ${OPEN} AND ${OWN_EXIT} <= ? ORDER BY placed_at`;
      const bets = this.#sql.all<BetRow>(query, round.number, hundredths).map(openBet);
      return this.#decide(exitsUpTo({ bets, won: NOTHING_WON, caps: this.#capsOf(round) }, hundredths), nowMs);
    }
    const decided = this.#decide(exitsUpTo(this.#flight(round), hundredths), nowMs);
    this.#force = null;
    return decided;
  }

  #forceIn(round: TableRound): number {
    if (this.#force?.round !== round.number) this.#force = { round: round.number, hundredths: lowestForce(this.#flight(round)) };
    return this.#force.hundredths;
  }

  #decide(outcomes: readonly BetOutcome[], nowMs: number): readonly BetRow[] {
    if (outcomes.length > 0) this.#next = null;
    return outcomes.map((outcome) => {
      const left: CashedOut | null = outcome.status === "CASHED_OUT" ? outcome : null;
      this.#sql.run(
        `UPDATE bet SET status = ?, cash_out_hundredths = ?, payout_minor = ?, limited_by = ?, settle_at = ?
         WHERE bet_id = ? AND status = 'ACTIVE'`,
        ...[outcome.status, left?.multiplierHundredths ?? null, left?.payoutMinor ?? 0, left?.limitedBy ?? null, nowMs, outcome.betId],
      );
      return this.#knownBet(outcome.betId);
    });
  }

  #flight(round: TableRound): Flight {
    const bets = this.#sql.all<BetRow>(`SELECT * FROM bet WHERE ${OPEN} ORDER BY placed_at`, round.number).map(openBet);
    const byPlayerMinor = new Map<string, number>();
    let tableMinor = 0;
    const left = `SELECT user_id, sum(payout_minor - stake_minor) AS won FROM bet
      WHERE round = ? AND status <> 'VOID' AND status = 'CASHED_OUT' GROUP BY user_id`;
    for (const { user_id: userId, won } of this.#sql.all<{ user_id: string; won: number }>(left, round.number)) {
      byPlayerMinor.set(userId, won);
      tableMinor += won;
    }
    return { bets, won: { tableMinor, byPlayerMinor }, caps: this.#capsOf(round) };
  }

  #knownBet(betId: string): BetRow {
    const bet = this.#sql.first<BetRow>("SELECT * FROM bet WHERE bet_id = ?", betId);
    invariant(bet !== null, `no bet ${betId}`);
    return bet;
  }
}

function openBet(bet: BetRow): OpenBet {
  return {
    betId: bet.bet_id,
    userId: bet.user_id,
    stakeMinor: minor(bet.stake_minor),
    autoCashOutHundredths: bet.auto_hundredths,
    targetHundredths: bet.target_hundredths,
    pressedHundredths: bet.pressed_hundredths,
    placedAtMs: bet.placed_at,
  };
}
