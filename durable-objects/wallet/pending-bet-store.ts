/** Bets whose stake is held until they are accepted, and the player's factor of the usual stake. */
import { type AskedPrice, BASIS_POINTS, type HeldBetState } from "../../shared/betting/acceptance.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { AcceptedSelection, BetKind } from "../../shared/protocol/rpc/wallet.ts";
import type { BetOffer, BetRefusal } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { Sql } from "../platform/sql.ts";

/** What is asked for: the prices and the stake of the newest round. */
export interface PendingTerms {
  readonly kind: BetKind;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly selections: readonly AcceptedSelection[];
  readonly asked: readonly AskedPrice[];
  /** The token that pays the stake. */
  readonly freeBetId?: string;
  /** The shared slip that it is made of. */
  readonly bookingCode?: string;
}

export interface PendingBet {
  /** Of the entry that held the stake. */
  readonly seq: number;
  readonly betId: string;
  readonly holdId: string;
  readonly terms: PendingTerms;
  readonly stakeMinor: Minor;
  readonly placedAtMs: number;
  readonly round: number;
  readonly state: HeldBetState;
  readonly decidesAtMs: number;
  /** When it ends by itself: the stake is given back. */
  readonly endsAtMs: number;
  readonly offer: BetOffer | null;
  readonly refusal: BetRefusal | null;
  readonly decidedAtMs: number | null;
}

type Row = {
  seq: number;
  bet_id: string;
  hold_id: string;
  terms: string;
  stake: number;
  placed_at: number;
  round: number;
  state: string;
  decides_at: number;
  ends_at: number;
  offer: string | null;
  refusal: string | null;
  decided_at: number | null;
};

/** An open bet as its alarm sees it. */
export interface OpenBet {
  readonly betId: string;
  readonly round: number;
  readonly state: HeldBetState;
  readonly decidesAtMs: number;
  readonly endsAtMs: number;
}

const PAGE_BETS = 200;

export class PendingBetStore {
  readonly #sql: Sql;
  #customerFactor: number | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  forget(): void {
    this.#customerFactor = null;
  }

  add(bet: PendingBet): void {
    this.#sql.run(
      "INSERT INTO pending_bet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[bet.seq, bet.betId, bet.holdId, ...columnsOf(bet)],
    );
  }

  /** Stores where an open bet stands now. */
  save(bet: PendingBet): void {
    const written = this.#sql.run(
      `UPDATE pending_bet SET terms = ?, stake = ?, placed_at = ?, round = ?, state = ?, decides_at = ?, ends_at = ?, offer = ?, refusal = ?, decided_at = ?
       WHERE seq = ? AND decided_at IS NULL`,
      ...[...columnsOf(bet), bet.seq],
    );
    invariant(written > 0, `bet ${bet.betId} was decided`);
  }

  find(betId: string): PendingBet | null {
    const row = this.#sql.first<Row>("SELECT * FROM pending_bet WHERE bet_id = ?", betId);
    return row === null ? null : toPending(row);
  }

  has(betId: string): boolean {
    return this.#sql.first("SELECT 1 AS found FROM pending_bet WHERE bet_id = ?", betId) !== null;
  }

  /** Every bet, in the order in which they were asked for, read in pages. */
  *all(): Generator<PendingBet> {
    let last = 0;
    for (;;) {
      const rows = this.#sql.all<Row>("SELECT * FROM pending_bet WHERE seq > ? ORDER BY seq LIMIT ?", last, PAGE_BETS);
      yield* rows.map(toPending);
      if (rows.length < PAGE_BETS) return;
      last = rows.at(-1)?.seq ?? last;
    }
  }

  /** Open bets, the next to end first. */
  open(limit: number): readonly OpenBet[] {
    return this.#sql
      .all<Pick<Row, "bet_id" | "round" | "state" | "decides_at" | "ends_at">>(
        "SELECT bet_id, round, state, decides_at, ends_at FROM pending_bet WHERE decided_at IS NULL ORDER BY ends_at, seq LIMIT ?",
        limit,
      )
      .map((row) => ({
        betId: row.bet_id,
        round: row.round,
        state: row.state as HeldBetState,
        decidesAtMs: row.decides_at,
        endsAtMs: row.ends_at,
      }));
  }

  /** How many bets that were not accepted were asked for after an instant: a rate window counts them too. */
  askedSince(afterMs: number): number {
    const row = this.#sql.first<{ n: number }>(
      "SELECT count(*) AS n FROM pending_bet WHERE placed_at > ? AND state <> 'ACCEPTED'",
      afterMs,
    );
    return row?.n ?? 0;
  }

  /** Ids of bets that are not accepted, newest first; of one state, or of all. */
  idsOf(state: HeldBetState, limit: number, offset: number): { readonly ids: readonly string[]; readonly total: number } {
    const rows = this.#sql.all<{ bet_id: string }>(
      "SELECT bet_id FROM pending_bet WHERE state = ? ORDER BY seq DESC LIMIT ? OFFSET ?",
      ...[state, limit, offset],
    );
    const total = this.#sql.first<{ n: number }>("SELECT count(*) AS n FROM pending_bet WHERE state = ?", state)?.n ?? 0;
    return { ids: rows.map((row) => row.bet_id), total };
  }

  /** Ids of the player's bets, accepted or not, newest first. */
  idsOfAll(limit: number, offset: number): { readonly ids: readonly string[]; readonly total: number } {
    const both = "SELECT seq, bet_id FROM bet UNION ALL SELECT seq, bet_id FROM pending_bet WHERE state <> 'ACCEPTED'";
    const rows = this.#sql.all<{ bet_id: string }>(`SELECT bet_id FROM (${both}) ORDER BY seq DESC LIMIT ? OFFSET ?`, limit, offset);
    const total = this.#sql.first<{ n: number }>(`SELECT count(*) AS n FROM (${both})`)?.n ?? 0;
    return { ids: rows.map((row) => row.bet_id), total };
  }

  /** How much of the usual stake the player may bet, basis points; all of it until somebody has said otherwise. */
  customerFactor(): number {
    this.#customerFactor ??=
      this.#sql.first<{ customer_factor: number }>("SELECT customer_factor FROM stake_terms")?.customer_factor ?? BASIS_POINTS;
    return this.#customerFactor;
  }

  setCustomerFactor(basisPoints: number): void {
    this.#sql.run("INSERT OR REPLACE INTO stake_terms VALUES (1, ?)", basisPoints);
    this.#customerFactor = null;
  }
}

function columnsOf(bet: PendingBet) {
  return [
    ...[JSON.stringify(bet.terms), bet.stakeMinor, bet.placedAtMs, bet.round, bet.state, bet.decidesAtMs, bet.endsAtMs],
    ...[textOf(bet.offer), textOf(bet.refusal), bet.decidedAtMs],
  ];
}

function textOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function toPending(row: Row): PendingBet {
  return {
    seq: row.seq,
    betId: row.bet_id,
    holdId: row.hold_id,
    terms: JSON.parse(row.terms) as PendingTerms,
    stakeMinor: minor(row.stake),
    placedAtMs: row.placed_at,
    round: row.round,
    state: row.state as HeldBetState,
    decidesAtMs: row.decides_at,
    endsAtMs: row.ends_at,
    offer: row.offer === null ? null : (JSON.parse(row.offer) as BetOffer),
    refusal: row.refusal === null ? null : (JSON.parse(row.refusal) as BetRefusal),
    decidedAtMs: row.decided_at,
  };
}
