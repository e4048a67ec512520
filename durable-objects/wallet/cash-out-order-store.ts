/** Cash-out orders of the player's bets: what was asked for, and what it came to. */
import { invariant } from "../../shared/kernel/invariant.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { CashOutAnswer, CashOutOrderKind, CashOutOrderView } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import type { Sql } from "../platform/sql.ts";

export interface CashOutOrder {
  /** Of the entry that took the order. */
  readonly seq: number;
  readonly orderId: string;
  readonly betId: string;
  readonly kind: CashOutOrderKind;
  readonly percent: number;
  /** The least that is taken, before taxes. */
  readonly leastMinor: Minor;
  /** Whether more than the least is taken where there is more. */
  readonly takesBetter: boolean;
  /** The bet's state that a request is about; a rule is about whatever state the bet is in. */
  readonly stateVersion: number | null;
  readonly placedAtMs: number;
  readonly decidesAtMs: number;
  /** When a request that nobody decided ends; a rule stands as long as its bet. */
  readonly endsAtMs: number | null;
  readonly answer: CashOutAnswer | null;
  readonly decidedAtMs: number | null;
}

type Row = {
  seq: number;
  order_id: string;
  bet_id: string;
  kind: string;
  percent: number;
  least: number;
  takes_better: number;
  state_version: number | null;
  placed_at: number;
  decides_at: number;
  ends_at: number | null;
  answer: string | null;
  decided_at: number | null;
};

/** Orders of one bet that are shown. */
const SHOWN_MAX = 20;
const PAGE_ORDERS = 200;

export class CashOutOrderStore {
  readonly #sql: Sql;
  /** Whether any order is open: most wallets have none, and a settlement must not pay for asking. */
  #hasOpen: boolean | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  forget(): void {
    this.#hasOpen = null;
  }

  add(order: CashOutOrder): void {
    this.#sql.run(
      "INSERT INTO cash_out_order VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
      ...[order.seq, order.orderId, order.betId, order.kind, order.percent, order.leastMinor, order.takesBetter ? 1 : 0],
      ...[order.stateVersion, order.placedAtMs, order.decidesAtMs, order.endsAtMs],
    );
    this.#hasOpen = true;
  }

  /** Stores what an open order came to; asserts that it was open. */
  answer(orderId: string, answer: CashOutAnswer, atMs: number): void {
    const written = this.#sql.run(
      "UPDATE cash_out_order SET answer = ?, decided_at = ? WHERE order_id = ? AND answer IS NULL",
      ...[JSON.stringify(answer), atMs, orderId],
    );
    invariant(written > 0, `cash-out order ${orderId} was decided`);
    this.#hasOpen = null;
  }

  find(orderId: string): CashOutOrder | null {
    const row = this.#sql.first<Row>("SELECT * FROM cash_out_order WHERE order_id = ?", orderId);
    return row === null ? null : toOrder(row);
  }

  /** The bet's open order of this kind, or null. */
  openOf(betId: string, kind: CashOutOrderKind): CashOutOrder | null {
    if (!this.#isAnyOpen()) return null;
    const row = this.#sql.first<Row>("SELECT * FROM cash_out_order WHERE bet_id = ? AND kind = ? AND answer IS NULL", betId, kind);
    return row === null ? null : toOrder(row);
  }

  /** Open orders of these bets, without a read where none is open. */
  openOfBets(betIds: readonly string[]): readonly CashOutOrder[] {
    if (betIds.length === 0 || !this.#isAnyOpen()) return [];
    return this.#sql
      .all<Row>(
        "SELECT * FROM cash_out_order WHERE answer IS NULL AND bet_id IN (SELECT value FROM json_each(?)) ORDER BY seq",
        JSON.stringify(betIds),
      )
      .map(toOrder);
  }

  /** The newest orders of a bet, newest first. */
  ofBet(betId: string): readonly CashOutOrder[] {
    return this.#sql.all<Row>("SELECT * FROM cash_out_order WHERE bet_id = ? ORDER BY seq DESC LIMIT ?", betId, SHOWN_MAX).map(toOrder);
  }

  /** Every order, in the order in which they were taken, read in pages. */
  *all(): Generator<CashOutOrder> {
    let last = 0;
    for (;;) {
      const rows = this.#sql.all<Row>("SELECT * FROM cash_out_order WHERE seq > ? ORDER BY seq LIMIT ?", last, PAGE_ORDERS);
      yield* rows.map(toOrder);
      if (rows.length < PAGE_ORDERS) return;
      last = rows.at(-1)?.seq ?? last;
    }
  }

  #isAnyOpen(): boolean {
    this.#hasOpen ??= this.#sql.first("SELECT 1 AS found FROM cash_out_order WHERE answer IS NULL LIMIT 1") !== null;
    return this.#hasOpen;
  }
}

/** An order as callers see it. */
export function toOrderView(order: CashOutOrder): CashOutOrderView {
  const { orderId, betId, kind, percent, leastMinor, placedAtMs, decidesAtMs, decidedAtMs, answer } = order;
  return { orderId, betId, kind, percent, leastMinor, placedAtMs, decidesAtMs, decidedAtMs, answer };
}

function toOrder(row: Row): CashOutOrder {
  return {
    seq: row.seq,
    orderId: row.order_id,
    betId: row.bet_id,
    kind: row.kind as CashOutOrderKind,
    percent: row.percent,
    leastMinor: minor(row.least),
    takesBetter: row.takes_better === 1,
    stateVersion: row.state_version,
    placedAtMs: row.placed_at,
    decidesAtMs: row.decides_at,
    endsAtMs: row.ends_at,
    answer: row.answer === null ? null : (JSON.parse(row.answer) as CashOutAnswer),
    decidedAtMs: row.decided_at,
  };
}
