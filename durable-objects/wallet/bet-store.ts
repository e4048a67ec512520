/**
 * The player's bets: the terms they were accepted on (never changed), the results that reached them, by fixture and version, and what
 * each settlement posted.
 */

import type { PromisedLadder } from "../../shared/betting/promised-ladder.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { TaxLine } from "../../shared/ledger/model.ts";
import type { Position } from "../../shared/ledger/position.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import { builderResult } from "../../shared/odds/bet-builder.ts";
import type { AcceptedSelection, BetKind, BetStatus, BetView, Page, SelectionOutcome } from "../../shared/protocol/rpc/wallet.ts";
import type { Sql, SqlValue } from "../platform/sql.ts";
import type { CashedPart } from "./bet-worth.ts";

/** What was agreed when the bet was accepted. */
export interface BetTerms {
  readonly kind: BetKind;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly lines: number;
  readonly potentialWinMinor: number;
  readonly selections: readonly AcceptedSelection[];
  readonly stakeTaxLines: readonly TaxLine[];
  /** The accumulator bonus that was promised; null when none was. */
  readonly ladder: PromisedLadder | null;
}

export type Outcomes = Readonly<Record<string, SelectionOutcome | null>>;

/** The newest result of one fixture that the bet has applied. */
export interface FixtureResult {
  readonly version: number;
  readonly outcomes: Outcomes;
}

export interface Settlement {
  readonly version: number;
  readonly targetMinor: Minor;
  readonly postedMinor: Minor;
  readonly atMs: number;
}

/** A part of the stake that was cashed out. */
export interface CashOut extends CashedPart {
  /** Of the stake that remained then. */
  readonly percent: number;
  /** Before taxes. */
  readonly payoutMinor: Minor;
  readonly atMs: number;
}

export interface Bet extends Position {
  readonly seq: number;
  readonly betId: string;
  readonly terms: BetTerms;
  readonly stakeMinor: Minor;
  /** The stake less its taxes: what the lines are priced on. */
  readonly netStakeMinor: Minor;
  readonly placedAtMs: number;
  readonly status: BetStatus;
  /** When the bet was first decided: corrections are taxed by the rules of that day. */
  readonly taxPointAtMs: number | null;
  readonly settledAtMs: number | null;
  readonly results: ReadonlyMap<string, FixtureResult>;
  readonly settlements: readonly Settlement[];
  readonly cashOuts: readonly CashOut[];
}

type BetRow = {
  seq: number;
  bet_id: string;
  terms: string;
  stake: number;
  net_stake: number;
  placed_at: number;
  status: string;
  paid: number;
  tax_lines: string;
  tax_point_at: number | null;
  settled_at: number | null;
};

type CashOutRow = { percent: number; stake: number; net_stake: number; payout: number; paid: number; tax_lines: string; at: number };

export class BetStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Stores an accepted bet under its entry's sequence. */
  add(bet: Bet, termsText: string): void {
    this.#sql.run(
      "INSERT INTO bet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      bet.seq,
      bet.betId,
      termsText,
      bet.stakeMinor,
      bet.netStakeMinor,
      bet.placedAtMs,
      bet.status,
      bet.paidMinor,
      JSON.stringify(bet.taxLines),
      bet.taxPointAtMs,
      bet.settledAtMs,
    );
  }

  find(betId: string): Bet | null {
    const row = this.#sql.first<BetRow>("SELECT * FROM bet WHERE bet_id = ?", betId);
    return row === null ? null : this.#toBet(row);
  }

  /** Whether a bet of this id was placed: without reading it. */
  has(betId: string): boolean {
    return this.#sql.first("SELECT 1 AS found FROM bet WHERE bet_id = ?", betId) !== null;
  }

  /** Newest first. */
  page(status: BetStatus | "ALL", limit: number, offset: number): Page<Bet> {
    const where = status === "ALL" ? "" : "WHERE status = ?";
    const params: SqlValue[] = status === "ALL" ? [] : [status];
    const rows = this.#sql.all<BetRow>(`SELECT * FROM bet ${where} ORDER BY seq DESC LIMIT ? OFFSET ?`, ...params, limit, offset);
    const total = this.#sql.first<{ n: number }>(`SELECT count(*) AS n FROM bet ${where}`, ...params)?.n ?? 0;
    return { rows: rows.map((row) => this.#toBet(row)), total };
  }

  all(): readonly Bet[] {
    return this.#sql.all<BetRow>("SELECT * FROM bet ORDER BY seq").map((row) => this.#toBet(row));
  }

  /** When the `n`-th newest bet was placed, or null: the start of a rate window. */
  placedAtMs(n: number): number | null {
    const row = this.#sql.first<{ placed_at: number }>("SELECT placed_at FROM bet ORDER BY seq DESC LIMIT 1 OFFSET ?", n - 1);
    return row?.placed_at ?? null;
  }

  saveResult(bet: Bet, fixtureId: string, result: FixtureResult): void {
    this.#sql.run(
      "INSERT OR REPLACE INTO bet_result VALUES (?, ?, ?, ?)",
      bet.seq,
      fixtureId,
      result.version,
      JSON.stringify(result.outcomes),
    );
  }

  /** Stores where a bet stands now, and the settlement that brought it there. */
  savePosition(bet: Bet, settlement: Settlement | null): void {
    const written = this.#sql.run(
      "UPDATE bet SET status = ?, paid = ?, tax_lines = ?, tax_point_at = ?, settled_at = ? WHERE seq = ?",
      bet.status,
      bet.paidMinor,
      JSON.stringify(bet.taxLines),
      bet.taxPointAtMs,
      bet.settledAtMs,
      bet.seq,
    );
    invariant(written > 0, `bet ${bet.betId} is not stored`);
    if (settlement === null) return;
    const { version, targetMinor, postedMinor, atMs } = settlement;
    this.#sql.run("INSERT INTO bet_settlement VALUES (?, ?, ?, ?, ?)", bet.seq, version, targetMinor, postedMinor, atMs);
  }

  /** Stores the newest of a bet's cash-outs. */
  addCashOut(bet: Bet, cashOut: CashOut): void {
    this.#sql.run(
      "INSERT INTO bet_cash_out VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[bet.seq, bet.cashOuts.length, cashOut.percent, cashOut.stakeMinor, cashOut.netStakeMinor, cashOut.payoutMinor, cashOut.paidMinor],
      ...[JSON.stringify(cashOut.taxLines), cashOut.atMs],
    );
  }

  #toBet(row: BetRow): Bet {
    return {
      seq: row.seq,
      betId: row.bet_id,
      terms: JSON.parse(row.terms) as BetTerms,
      stakeMinor: minor(row.stake),
      netStakeMinor: minor(row.net_stake),
      placedAtMs: row.placed_at,
      status: row.status as BetStatus,
      paidMinor: minor(row.paid),
      taxLines: JSON.parse(row.tax_lines) as TaxLine[],
      taxPointAtMs: row.tax_point_at,
      settledAtMs: row.settled_at,
      results: this.#results(row.seq),
      settlements: this.#settlements(row.seq),
      cashOuts: this.#cashOuts(row.seq),
    };
  }

  #results(seq: number): ReadonlyMap<string, FixtureResult> {
    const rows = this.#sql.all<{ fixture_id: string; version: number; outcomes: string }>(
      "SELECT fixture_id, version, outcomes FROM bet_result WHERE bet_seq = ?",
      seq,
    );
    return new Map(rows.map((row) => [row.fixture_id, { version: row.version, outcomes: JSON.parse(row.outcomes) as Outcomes }]));
  }

  #cashOuts(seq: number): readonly CashOut[] {
    return this.#sql
      .all<CashOutRow>("SELECT percent, stake, net_stake, payout, paid, tax_lines, at FROM bet_cash_out WHERE bet_seq = ? ORDER BY n", seq)
      .map((row) => ({
        percent: row.percent,
        stakeMinor: minor(row.stake),
        netStakeMinor: minor(row.net_stake),
        payoutMinor: minor(row.payout),
        paidMinor: minor(row.paid),
        taxLines: JSON.parse(row.tax_lines) as TaxLine[],
        atMs: row.at,
      }));
  }

  #settlements(seq: number): readonly Settlement[] {
    return this.#sql
      .all<{ version: number; target: number; posted: number; settled_at: number }>(
        "SELECT version, target, posted, settled_at FROM bet_settlement WHERE bet_seq = ? ORDER BY version",
        seq,
      )
      .map((row) => ({
        version: row.version,
        targetMinor: minor(row.target),
        postedMinor: minor(row.posted),
        atMs: row.settled_at,
      }));
  }
}

/** The outcome of a selection as far as the bet knows it, at the price that counts, with the version it came from (0: none yet). */
export function outcomeOf(
  bet: Pick<Bet, "results">,
  { selectionId, fixtureId, oddsThousandths, builder }: AcceptedSelection,
): { outcome: SelectionOutcome | null; oddsThousandths: number; resultVersion: number } {
  const { version: resultVersion = 0, outcomes = {} } = bet.results.get(fixtureId) ?? {};
  if (builder !== undefined) return { ...builderResult(builder, oddsThousandths, outcomes), resultVersion };
  return { outcome: outcomes[selectionId] ?? null, oddsThousandths, resultVersion };
}

/** The stake that still plays: what was not cashed out. */
export function openStakeOf(bet: Pick<Bet, "stakeMinor" | "netStakeMinor" | "cashOuts">): { stakeMinor: Minor; netStakeMinor: Minor } {
  const taken = (field: "stakeMinor" | "netStakeMinor") => bet.cashOuts.reduce((sum, part) => sum + part[field], 0);
  return { stakeMinor: minor(bet.stakeMinor - taken("stakeMinor")), netStakeMinor: minor(bet.netStakeMinor - taken("netStakeMinor")) };
}

/** Grows with everything that changes what a bet is worth: its results and its cash-outs. */
export function stateVersionOf(bet: Pick<Bet, "results" | "cashOuts">): number {
  return bet.cashOuts.length + [...bet.results.values()].reduce((sum, { version }) => sum + version, 0);
}

/** The bet as callers see it. */
export function toBetView(bet: Omit<Bet, "seq">): BetView {
  const { terms } = bet;
  return {
    betId: bet.betId,
    kind: terms.kind,
    status: bet.status,
    stakeMinor: bet.stakeMinor,
    systemSizes: terms.systemSizes,
    bankers: terms.bankers,
    lines: terms.lines,
    potentialWinMinor: terms.potentialWinMinor,
    paidMinor: bet.paidMinor,
    taxLines: bet.taxLines,
    selections: terms.selections.map((selection) => ({ ...selection, ...outcomeOf(bet, selection) })),
    settlements: bet.settlements,
    stateVersion: stateVersionOf(bet),
    openStakeMinor: openStakeOf(bet).stakeMinor,
    openNetStakeMinor: openStakeOf(bet).netStakeMinor,
    cashOuts: bet.cashOuts.map(({ percent, stakeMinor, payoutMinor, paidMinor, atMs }) => ({
      percent,
      stakeMinor,
      payoutMinor,
      paidMinor,
      atMs,
    })),
    placedAtMs: bet.placedAtMs,
    settledAtMs: bet.settledAtMs,
  };
}
