/**
 * The player's bonuses: what each was offered on, where it stands, which bets were placed under it and what each counted.
 *
 * At most one is active. It is cached, because every bet that is placed or settled asks for it; `forget` drops it.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { AccountCode } from "../../shared/ledger/chart.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { AcceptedSelection } from "../../shared/protocol/rpc/wallet.ts";
import type { BonusState, BonusView } from "../../shared/protocol/rpc/wallet-promotions.ts";
import type { WageringTerms } from "../../shared/tenants/sports/promotions.ts";
import type { Sql } from "../platform/sql.ts";

export interface Bonus {
  /** Of the entry that offered it. */
  readonly seq: number;
  readonly bonusId: string;
  readonly campaignId: string;
  /** The deposit that it matches. */
  readonly depositId: string | null;
  readonly amountMinor: Minor;
  /** How much has to be staked, and how much has counted. */
  readonly requiredMinor: Minor;
  readonly wageredMinor: Minor;
  readonly terms: WageringTerms;
  /** How long there is to wager, once it is taken. */
  readonly days: number;
  readonly state: BonusState;
  readonly offeredAtMs: number;
  readonly startedAtMs: number | null;
  /** The offer's end, then the bonus's own. */
  readonly endsAtMs: number;
  readonly endedAtMs: number | null;
}

type Row = {
  seq: number;
  bonus_id: string;
  campaign_id: string;
  deposit_id: string | null;
  amount: number;
  required: number;
  wagered: number;
  terms: string;
  days: number;
  state: string;
  offered_at: number;
  started_at: number | null;
  ends_at: number;
  ended_at: number | null;
};

const OPEN = "state IN ('OFFERED', 'ACTIVE')";

export class BonusStore {
  readonly #sql: Sql;
  #active: Bonus | null | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  forget(): void {
    this.#active = undefined;
  }

  add(bonus: Bonus, termsText: string): void {
    this.forget();
    this.#sql.run(
      "INSERT INTO bonus VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[bonus.seq, bonus.bonusId, bonus.campaignId, bonus.depositId, bonus.amountMinor, bonus.requiredMinor, bonus.wageredMinor],
      ...[termsText, bonus.days, bonus.state, bonus.offeredAtMs, bonus.startedAtMs, bonus.endsAtMs, bonus.endedAtMs],
    );
  }

  /** Stores where a bonus stands now. */
  save({ seq, wageredMinor, state, startedAtMs, endsAtMs, endedAtMs }: Bonus): void {
    this.forget();
    const written = this.#sql.run(
      "UPDATE bonus SET wagered = ?, state = ?, started_at = ?, ends_at = ?, ended_at = ? WHERE seq = ?",
      ...[wageredMinor, state, startedAtMs, endsAtMs, endedAtMs, seq],
    );
    invariant(written > 0, `bonus ${seq} is not stored`);
  }

  find(bonusId: string): Bonus | null {
    const row = this.#sql.first<Row>("SELECT * FROM bonus WHERE bonus_id = ?", bonusId);
    return row === null ? null : toBonus(row);
  }

  /** The one that bets count towards, also when its time is over and nobody has ended it yet. */
  active(): Bonus | null {
    if (this.#active === undefined) {
      const row = this.#sql.first<Row>("SELECT * FROM bonus WHERE state = 'ACTIVE'");
      this.#active = row === null ? null : toBonus(row);
    }
    return this.#active;
  }

  /** All of them, the newest first. */
  all(): readonly Bonus[] {
    return this.#sql.all<Row>("SELECT * FROM bonus ORDER BY seq DESC").map(toBonus);
  }

  /** Whether a deposit was matched by any of them. */
  isMatched(depositId: string): boolean {
    return this.#sql.first("SELECT 1 AS found FROM bonus WHERE deposit_id = ?", depositId) !== null;
  }

  /** Offers and bonuses whose time is over, the first to end first. */
  due(nowMs: number, limit: number): readonly Bonus[] {
    return this.#sql.all<Row>(`SELECT * FROM bonus WHERE ${OPEN} AND ends_at <= ? ORDER BY ends_at LIMIT ?`, nowMs, limit).map(toBonus);
  }

  /** When the next one ends, or null. */
  nextEndMs(): number | null {
    return this.#sql.first<{ at: number | null }>(`SELECT min(ends_at) AS at FROM bonus WHERE ${OPEN}`)?.at ?? null;
  }

  /** Notes a bet that was placed under a bonus; what it counts is seen when it is decided. */
  noteBet(bonus: Bonus, betSeq: number, selections: readonly Pick<AcceptedSelection, "fixtureId" | "marketId" | "selectionId">[]): void {
    this.#sql.run("INSERT INTO bonus_bet VALUES (?, ?, 0)", betSeq, bonus.seq);
    const rows = selections.map(({ fixtureId, marketId, selectionId }, n) => [n, fixtureId, marketId, selectionId]);
    this.#sql.run(
      "INSERT INTO bonus_selection SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)",
      betSeq,
      JSON.stringify(rows),
    );
  }

  /** What a bet has counted towards a bonus, or null when it was not placed under it. */
  countedOf(bonus: Bonus, betSeq: number): Minor | null {
    const sql = "SELECT counted FROM bonus_bet WHERE bet_seq = ? AND bonus_seq = ?";
    const row = this.#sql.first<{ counted: number }>(sql, betSeq, bonus.seq);
    return row === null ? null : minor(row.counted);
  }

  /** Whether another bet under the bonus has another outcome of a market that this bet is on. */
  hasOpposite(bonus: Bonus, betSeq: number): boolean {
    const sql = `SELECT 1 AS found FROM bonus_selection AS own
      JOIN bonus_selection AS other ON other.fixture_id = own.fixture_id AND other.market_id = own.market_id
        AND other.selection_id <> own.selection_id AND other.bet_seq <> own.bet_seq
      JOIN bonus_bet ON bonus_bet.bet_seq = other.bet_seq AND bonus_bet.bonus_seq = ?
      WHERE own.bet_seq = ? LIMIT 1`;
    return this.#sql.first(sql, bonus.seq, betSeq) !== null;
  }

  /** Stores what a bet counts now, in place of what it counted before; the bonus after it. */
  count(bonus: Bonus, betSeq: number, beforeMinor: Minor, countedMinor: Minor): Bonus {
    this.#sql.run("UPDATE bonus_bet SET counted = ? WHERE bet_seq = ? AND bonus_seq = ?", countedMinor, betSeq, bonus.seq);
    const after = { ...bonus, wageredMinor: minor(bonus.wageredMinor - beforeMinor + countedMinor) };
    this.save(after);
    return after;
  }
}

/** The account on which a bonus waits until it is wagered. */
export function lockedAccountOf(bonusId: string): AccountCode {
  return `user:locked:${bonusId.toLowerCase()}`;
}

/** The bonus as callers see it: one whose time is over is so, whether or not anybody has ended it yet. */
export function toBonusView(bonus: Bonus, nowMs: number): BonusView {
  const { seq: _, state, ...shown } = bonus;
  const isOpen = state === "OFFERED" || state === "ACTIVE";
  return { ...shown, state: isOpen && bonus.endsAtMs <= nowMs ? "EXPIRED" : state };
}

function toBonus(row: Row): Bonus {
  return {
    seq: row.seq,
    bonusId: row.bonus_id,
    campaignId: row.campaign_id,
    depositId: row.deposit_id,
    amountMinor: minor(row.amount),
    requiredMinor: minor(row.required),
    wageredMinor: minor(row.wagered),
    terms: JSON.parse(row.terms) as WageringTerms,
    days: row.days,
    state: row.state as BonusState,
    offeredAtMs: row.offered_at,
    startedAtMs: row.started_at,
    endsAtMs: row.ends_at,
    endedAtMs: row.ended_at,
  };
}
