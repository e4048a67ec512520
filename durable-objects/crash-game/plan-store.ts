/**
 * Rows of what players leave the table to do: bets that wait for the next round, autoplay orders, and which bets came from either.
 *
 * `take` turns plans into bets of the round that opened, in one transaction: a plan's bet has an id of its own for the round, so a table that
 * died in between goes on where it was and never stakes twice. How an order stands is read from its bets, never counted beside them.
 */
import { autoplayVerdict } from "../../shared/crash/autoplay.ts";
import { idFromDigest } from "../../shared/kernel/ids.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { minor } from "../../shared/money/minor.ts";
import type { CrashAutoplayRow } from "../../shared/protocol/queue/crash-table-row.ts";
import type { Slot } from "../../shared/protocol/rpc/crash.ts";
import type { AutoplayEnd, AutoplayView, CrashPlansView, WaitingBetView } from "../../shared/protocol/rpc/crash-plans.ts";
import { sha256Bytes } from "../platform/hash.ts";
import type { Sql } from "../platform/sql.ts";
import { type CrashTableStore, takesBets } from "./crash-table-store.ts";
import type { TableOutbox } from "./table-outbox.ts";
import type { BetRow, NewBet } from "./table-rows.ts";

const ENDED_SHOWN = 20;

type WaitingRow = {
  user_id: string;
  slot: Slot;
  bet_id: string;
  round: number;
  stake_minor: number;
  auto_hundredths: number | null;
  fingerprint: string;
};

export type OrderRow = {
  order_id: string;
  user_id: string;
  slot: Slot;
  stake_minor: number;
  target_hundredths: number;
  rounds: number;
  stop_loss_minor: number;
  stop_win_minor: number;
  fingerprint: string;
  started_at: number;
  ended_at: number | null;
  end_reason: AutoplayEnd | null;
  end_detail: string | null;
};

type Progress = { taken: number; open: number; net: number; best: number };
export type NewOrder = Omit<OrderRow, "ended_at" | "end_reason" | "end_detail">;

/** Something that a player left here is over without them: they are told why. */
export interface PlanDropped {
  readonly userId: string;
  readonly slot: Slot;
  readonly plan: "queue" | "autoplay";
  readonly reason: AutoplayEnd | "round_missed" | "slot_taken" | "betting_closed";
  readonly detail: string | null;
}

export class PlanStore {
  readonly #sql: Sql;
  readonly #gameId: string;
  readonly #bets: CrashTableStore;
  readonly #outbox: Pick<TableOutbox, "add">;

  constructor(sql: Sql, gameId: string, bets: CrashTableStore, outbox: Pick<TableOutbox, "add">) {
    this.#sql = sql;
    this.#gameId = gameId;
    this.#bets = bets;
    this.#outbox = outbox;
  }

  /** Lets a bet wait for `round`; false when the slot has a plan already. The same bet again changes nothing. */
  wait(bet: NewBet, round: number): boolean {
    return this.#sql.transaction(() => {
      const known = this.waiting(bet.userId, bet.slot);
      if (known !== null) return known.bet_id === bet.betId && known.fingerprint === bet.fingerprint;
      if (this.order(bet.userId, bet.slot) !== null) return false;
      this.#sql.run(
        `INSERT INTO waiting_bet (user_id, slot, bet_id, round, stake_minor, auto_hundredths, fingerprint)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ...[bet.userId, bet.slot, bet.betId, round, bet.stakeMinor, bet.autoCashOutHundredths, bet.fingerprint],
      );
      return true;
    });
  }

  waiting(userId: string, slot: Slot): WaitingRow | null {
    return this.#sql.first<WaitingRow>("SELECT * FROM waiting_bet WHERE user_id = ? AND slot = ?", userId, slot);
  }

  /** Says whether something waited there. */
  dropWaiting(userId: string, slot: Slot): boolean {
    return this.#sql.run("DELETE FROM waiting_bet WHERE user_id = ? AND slot = ?", userId, slot) > 0;
  }

  /** Writes a new order; false when its slot has a plan already. */
  start(order: NewOrder): boolean {
    return this.#sql.transaction(() => {
      const { user_id: userId, slot } = order;
      if (this.order(userId, slot) !== null || this.waiting(userId, slot) !== null) return false;
      this.#sql.run(
        `INSERT INTO autoplay (order_id, user_id, slot, stake_minor, target_hundredths, rounds, stop_loss_minor, stop_win_minor,
           fingerprint, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[order.order_id, userId, slot, order.stake_minor, order.target_hundredths, order.rounds],
        ...[order.stop_loss_minor, order.stop_win_minor, order.fingerprint, order.started_at],
      );
      this.#record(order.order_id, order.started_at);
      return true;
    });
  }

  /** The slot's running order. */
  order(userId: string, slot: Slot): OrderRow | null {
    return this.#sql.first<OrderRow>("SELECT * FROM autoplay WHERE user_id = ? AND slot = ? AND ended_at IS NULL", userId, slot);
  }

  orderById(orderId: string): OrderRow | null {
    return this.#sql.first<OrderRow>("SELECT * FROM autoplay WHERE order_id = ?", orderId);
  }

  /** Ends an order that runs; the first reason stays. */
  end(order: OrderRow, reason: AutoplayEnd, detail: string | null, nowMs: number): PlanDropped {
    this.#sql.transaction(() => {
      const ended = this.#sql.run(
        "UPDATE autoplay SET ended_at = ?, end_reason = ?, end_detail = ? WHERE order_id = ? AND ended_at IS NULL",
        ...[nowMs, reason, detail, order.order_id],
      );
      if (ended > 0) this.#record(order.order_id, nowMs);
    });
    return { userId: order.user_id, slot: order.slot, plan: "autoplay", reason, detail };
  }

  /** The order that a bet came from, if it did and the order runs. */
  orderOf(betId: string): OrderRow | null {
    const query = "SELECT autoplay.* FROM planned_bet JOIN autoplay USING (order_id) WHERE bet_id = ? AND ended_at IS NULL";
    return this.#sql.first<OrderRow>(query, betId);
  }

  /** Turns what waits for the open round into its bets; gives what can't become one. Nothing happens while no round takes bets. */
  take(nowMs: number): readonly PlanDropped[] {
    return this.#sql.transaction(() => {
      const round = this.#bets.round();
      if (round === null || !takesBets(round, nowMs)) return [];
      const waiting = this.#sql.all<WaitingRow>("SELECT * FROM waiting_bet WHERE round <= ?", round.number);
      const orders = this.#sql.all<OrderRow>(
        `SELECT * FROM autoplay WHERE ended_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM planned_bet WHERE planned_bet.order_id = autoplay.order_id AND round = ?)`,
        round.number,
      );
      return [
        ...waiting.flatMap((row) => this.#takeWaiting(row, round.number, nowMs)),
        ...orders.flatMap((order) => this.#takeOrder(order, round.number, nowMs)),
      ];
    });
  }

  /** Ends the orders, among those the bets came from, that have reached one of their stops. */
  review(betIds: readonly string[], nowMs: number): readonly PlanDropped[] {
    return this.#sql.transaction(() =>
      betIds.flatMap((betId) => {
        const order = this.orderOf(betId);
        return order === null ? [] : this.#endAtStop(order, nowMs);
      }),
    );
  }

  /** Plans' bets of the open round whose stakes are not reserved yet. */
  unreserved(): readonly BetRow[] {
    const query = `SELECT bet.* FROM planned_bet JOIN bet USING (bet_id)
      WHERE planned_bet.round = (SELECT max(number) FROM round) AND status = 'RESERVING'`;
    return this.#sql.all<BetRow>(query);
  }

  /** Drops what one player left here, or what everybody did. */
  dropAll(userId: string | null, reason: "restricted" | "game_closed", nowMs: number): readonly PlanDropped[] {
    return this.#sql.transaction(() => {
      const waiting = this.#sql.all<WaitingRow>("SELECT * FROM waiting_bet WHERE user_id = coalesce(?, user_id)", userId);
      const orders = this.#sql.all<OrderRow>("SELECT * FROM autoplay WHERE ended_at IS NULL AND user_id = coalesce(?, user_id)", userId);
      for (const row of waiting) this.dropWaiting(row.user_id, row.slot);
      return [
        ...waiting.map((row) => ({ userId: row.user_id, slot: row.slot, plan: "queue" as const, reason, detail: null })),
        ...orders.map((order) => this.end(order, reason, null, nowMs)),
      ];
    });
  }

  /** Ends every order: autoplay is not offered any more. */
  endOrders(nowMs: number): readonly PlanDropped[] {
    return this.#sql.transaction(() =>
      this.#sql
        .all<OrderRow>("SELECT * FROM autoplay WHERE ended_at IS NULL")
        .map((order) => this.end(order, "restricted", "GAME_NOT_ACTIVE", nowMs)),
    );
  }

  /** How many plans look for a round to play in. */
  count(): number {
    const query = "SELECT (SELECT count(*) FROM waiting_bet) + (SELECT count(*) FROM autoplay WHERE ended_at IS NULL) AS n";
    return this.#sql.first<{ n: number }>(query)?.n ?? 0;
  }

  plansOf(userId: string): CrashPlansView {
    const waiting = this.#sql.all<WaitingRow>("SELECT * FROM waiting_bet WHERE user_id = ? ORDER BY slot", userId);
    const orders = this.#sql.all<OrderRow>(
      "SELECT * FROM autoplay WHERE user_id = ? ORDER BY ended_at IS NOT NULL, started_at DESC LIMIT ?",
      ...[userId, ENDED_SHOWN],
    );
    return { waiting: waiting.map(waitingView), autoplay: orders.map((order) => this.viewOf(order.order_id)) };
  }

  viewOf(orderId: string): AutoplayView {
    const order = this.orderById(orderId);
    invariant(order !== null, `no autoplay order ${orderId}`);
    const { taken, net } = this.#progress(order);
    return {
      orderId,
      slot: order.slot,
      stakeMinor: order.stake_minor,
      targetHundredths: order.target_hundredths,
      rounds: order.rounds,
      roundsTaken: taken,
      stopLossMinor: order.stop_loss_minor,
      stopWinMinor: order.stop_win_minor,
      netMinor: net,
      startedAtMs: order.started_at,
      endedAtMs: order.ended_at,
      endReason: order.end_reason,
      endDetail: order.end_detail,
    };
  }

  /** Tells the read model the order with all its values, as it stands. */
  #record(orderId: string, nowMs: number): void {
    const userId = this.orderById(orderId)?.user_id ?? "";
    const row: CrashAutoplayRow = { ...this.viewOf(orderId), userId };
    this.#outbox.add("autoplay", row, nowMs);
  }

  #takeWaiting(row: WaitingRow, round: number, nowMs: number): readonly PlanDropped[] {
    const { user_id: userId, slot } = row;
    this.dropWaiting(userId, slot);
    const dropped = { userId, slot, plan: "queue", detail: null } as const;
    // The player meant the next round; by now they may be somewhere else.
    if (row.round < round) return [{ ...dropped, reason: "round_missed" }];
    const { bet_id: betId, fingerprint } = row;
    const bet = { betId, userId, slot, fingerprint, stakeMinor: minor(row.stake_minor), autoCashOutHundredths: row.auto_hundredths };
    const [inserted] = this.#bets.insertBets([bet], nowMs);
    if (inserted === "other_table") return [{ ...dropped, reason: "table_changed" }];
    if (inserted !== "inserted" && inserted !== "known") return [{ ...dropped, reason: inserted ?? "betting_closed" }];
    this.#sql.run("INSERT OR IGNORE INTO planned_bet (bet_id, round, order_id) VALUES (?, ?, NULL)", betId, round);
    return [];
  }

  #takeOrder(order: OrderRow, round: number, nowMs: number): readonly PlanDropped[] {
    // While an earlier bet is not decided, nobody knows how the order stands: it sits this round out.
    if (this.#progress(order).open > 0) return [];
    const ended = this.#endAtStop(order, nowMs);
    if (ended.length > 0) return ended;
    const betId = idFromDigest("crb", sha256Bytes(`${this.#gameId}:${order.order_id}:${round}`));
    const { user_id: userId, slot, fingerprint } = order;
    const stakeMinor = minor(order.stake_minor);
    const [inserted] = this.#bets.insertBets(
      [{ betId, userId, slot, fingerprint, stakeMinor, autoCashOutHundredths: order.target_hundredths }],
      nowMs,
    );
    if (inserted === "other_table") return [this.end(order, "table_changed", null, nowMs)];
    // A bet that the player placed there by hand goes first; the order is back in the next round.
    if (inserted === "inserted")
      this.#sql.run("INSERT INTO planned_bet (bet_id, round, order_id) VALUES (?, ?, ?)", betId, round, order.order_id);
    return [];
  }

  #endAtStop(order: OrderRow, nowMs: number): readonly PlanDropped[] {
    const { taken, open, net, best } = this.#progress(order);
    if (open > 0) return [];
    const { stake_minor: stakeMinor, rounds, stop_loss_minor: stopLossMinor, stop_win_minor: stopWinMinor } = order;
    const progress = { roundsTaken: taken, netMinor: net, bestWinMinor: best };
    const verdict = autoplayVerdict({ stakeMinor, rounds, stopLossMinor, stopWinMinor }, progress);
    return verdict === null ? [] : [this.end(order, verdict, null, nowMs)];
  }

  #progress(order: OrderRow): Progress {
    const query = `SELECT count(*) AS taken, coalesce(sum(status IN ('RESERVING', 'ACTIVE')), 0) AS open,
        coalesce(sum(CASE WHEN status IN ('CASHED_OUT', 'LOST') THEN payout_minor - stake_minor ELSE 0 END), 0) AS net,
        coalesce(max(CASE WHEN status = 'CASHED_OUT' THEN payout_minor - stake_minor ELSE 0 END), 0) AS best
      FROM planned_bet JOIN bet USING (bet_id) WHERE order_id = ?`;
    return this.#sql.first<Progress>(query, order.order_id) ?? { taken: 0, open: 0, net: 0, best: 0 };
  }
}

export function waitingView(row: WaitingRow): WaitingBetView {
  return {
    betId: row.bet_id,
    slot: row.slot,
    stakeMinor: row.stake_minor,
    autoCashOutHundredths: row.auto_hundredths,
    roundNumber: row.round,
  };
}
