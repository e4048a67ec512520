/**
 * The player's bets: the terms they were accepted on (never changed), the results that reached them, by fixture and version, and what
 * each settlement posted.
 */

import type { PromisedEarlyPayout } from "../../shared/betting/early-payout.ts";
import { type PromisedInsurance, type PromisedRefund, refundView } from "../../shared/betting/promised-cut.ts";
import { type PromisedLadder, toldLadder } from "../../shared/betting/promised-ladder.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { TaxLine } from "../../shared/ledger/model.ts";
import type { Position } from "../../shared/ledger/position.ts";
import { type Minor, minor, negate, ZERO } from "../../shared/money/minor.ts";
import { builderResult } from "../../shared/odds/bet-builder.ts";
import type { AcceptedSelection, BetKind, BetStatus, BetView, Page, SelectionOutcome } from "../../shared/protocol/rpc/wallet.ts";
import type { Sql, SqlRow, SqlValue } from "../platform/sql.ts";
import { BetPromotionStore } from "./bet-promotion-store.ts";
import type { CashedPart } from "./bet-worth.ts";
import { FreeBetStore } from "./free-bet-store.ts";

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
  /** The token that paid the stake. */
  readonly freeBetId?: string;
  /** The bet whose value became this one's stake. */
  readonly parentId?: string;
  /** Which selections are won once their team leads by so many; absent when none is. */
  readonly earlyPayout?: PromisedEarlyPayout;
  /** A part of the stake back when almost everything wins; absent when none was promised. */
  readonly cutRefund?: PromisedRefund;
  /** Odds of its own, at which it pays although some selections lose. */
  readonly insurance?: PromisedInsurance;
  /** The shared slip that it was made of. */
  readonly bookingCode?: string;
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

/** A result that a bet has taken, and the bet after it. */
export interface TakenResult {
  readonly bet: Bet;
  readonly fixtureId: string;
  readonly result: FixtureResult;
  /** Null when it changed nothing of what the bet is worth. */
  readonly settlement: Settlement | null;
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
  /** The bet that it became when it was edited. */
  readonly editedTo: string | null;
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

type ResultRow = { bet_seq: number; fixture_id: string; version: number; outcomes: string };
type SettlementRow = { bet_seq: number; version: number; target: number; posted: number; settled_at: number };
type CashOutRow = {
  bet_seq: number;
  percent: number;
  stake: number;
  net_stake: number;
  payout: number;
  paid: number;
  tax_lines: string;
  at: number;
};

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
    return row === null ? null : (this.#toBets([row])[0] ?? null);
  }

  /** Those of the bets that are here, by their ids. */
  findAll(betIds: readonly string[]): ReadonlyMap<string, Bet> {
    if (betIds.length === 0) return new Map();
    const rows = this.#sql.all<BetRow>("SELECT * FROM bet WHERE bet_id IN (SELECT value FROM json_each(?))", JSON.stringify(betIds));
    return new Map(this.#toBets(rows).map((bet) => [bet.betId, bet]));
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
    return { rows: this.#toBets(rows), total };
  }

  all(): readonly Bet[] {
    return this.#toBets(this.#sql.all<BetRow>("SELECT * FROM bet ORDER BY seq"));
  }

  /** When the `n`-th newest bet was placed, or null: the start of a rate window. */
  placedAtMs(n: number): number | null {
    const row = this.#sql.first<{ placed_at: number }>("SELECT placed_at FROM bet ORDER BY seq DESC LIMIT 1 OFFSET ?", n - 1);
    return row?.placed_at ?? null;
  }

  /**
   * Stores the results that bets took, where each stands since, and the settlements that brought them there: a few statements for all.
   * A bet may come several times, in order.
   */
  saveResults(taken: readonly TakenResult[]): void {
    const results = taken.map(({ bet, fixtureId, result }) => [bet.seq, fixtureId, result.version, result.outcomes]);
    this.#sql.run(
      `INSERT OR REPLACE INTO bet_result
       SELECT value ->> 0, value ->> 1, value ->> 2, value -> 3 FROM json_each(?)`,
      JSON.stringify(results),
    );
    this.#savePositions(taken.map(({ bet }) => bet));
    this.#addSettlements(taken);
  }

  /** Stores where a bet stands now, and the settlement that brought it there. */
  savePosition(bet: Bet, settlement: Settlement | null): void {
    this.#savePositions([bet]);
    this.#addSettlements([{ bet, settlement }]);
  }

  #savePositions(bets: readonly Bet[]): void {
    // Of a bet that comes several times the last counts.
    const last = new Map(bets.map((bet) => [bet.seq, bet]));
    const rows = [...last.values()].map(({ seq, status, paidMinor, taxLines, taxPointAtMs, settledAtMs }) => [
      ...[seq, status, paidMinor, taxLines, taxPointAtMs, settledAtMs],
    ]);
    const written = this.#sql.run(
      `UPDATE bet SET status = new.value ->> 1, paid = new.value ->> 2, tax_lines = new.value -> 3, tax_point_at = new.value ->> 4,
         settled_at = new.value ->> 5
       FROM json_each(?) AS new WHERE bet.seq = new.value ->> 0`,
      JSON.stringify(rows),
    );
    invariant(written >= last.size, "a bet that took a result is not stored");
    const promoted = [...last.values()].filter(({ terms }) => mayCostPromotions(terms));
    new BetPromotionStore(this.#sql).save(promoted.map(({ seq, promoMinor = ZERO }) => [seq, negate(promoMinor)]));
  }

  #addSettlements(taken: readonly Pick<TakenResult, "bet" | "settlement">[]): void {
    const rows = taken.flatMap(({ bet, settlement }) =>
      settlement === null ? [] : [[bet.seq, settlement.version, settlement.targetMinor, settlement.postedMinor, settlement.atMs]],
    );
    if (rows.length === 0) return;
    this.#sql.run(
      `INSERT INTO bet_settlement SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?)`,
      JSON.stringify(rows),
    );
  }

  /** Notes that a bet has become another one. */
  addEdit(seq: number, parentSeq: number): void {
    this.#sql.run("INSERT INTO bet_edit VALUES (?, ?)", seq, parentSeq);
  }

  /** Stores the newest of a bet's cash-outs. */
  addCashOut(bet: Bet, cashOut: CashOut): void {
    this.#sql.run(
      "INSERT INTO bet_cash_out VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[bet.seq, bet.cashOuts.length, cashOut.percent, cashOut.stakeMinor, cashOut.netStakeMinor, cashOut.payoutMinor, cashOut.paidMinor],
      ...[JSON.stringify(cashOut.taxLines), cashOut.atMs],
    );
  }

  /** The bets of these rows, each with what belongs to it: one statement a table for all of them. */
  #toBets(rows: readonly BetRow[]): readonly Bet[] {
    if (rows.length === 0) return [];
    const seqs = JSON.stringify(rows.map(({ seq }) => seq));
    const results = this.#rowsOf<ResultRow>("SELECT bet_seq, fixture_id, version, outcomes FROM bet_result", "", seqs);
    const settlements = this.#rowsOf<SettlementRow>("SELECT * FROM bet_settlement", "ORDER BY bet_seq, version", seqs);
    const cashOuts = this.#rowsOf<CashOutRow>("SELECT * FROM bet_cash_out", "ORDER BY bet_seq, n", seqs);
    const bets = rows.map((row) => ({ row, terms: JSON.parse(row.terms) as BetTerms }));
    const freeBets = bets.flatMap(({ row, terms }) => (terms.freeBetId === undefined ? [] : [row.bet_id]));
    const withToken = new FreeBetStore(this.#sql).betsWithToken(freeBets);
    const edits = this.#editsOf(rows);
    const promoted = bets.flatMap(({ row, terms }) => (mayCostPromotions(terms) ? [row.seq] : []));
    const costs = new BetPromotionStore(this.#sql).costsOf(promoted);
    const promoOf = ({ row, terms }: (typeof bets)[number]): Minor => {
      if (terms.freeBetId === undefined) return negate(costs.get(row.seq) ?? ZERO);
      return withToken.has(row.bet_id) ? ZERO : minor(row.stake);
    };
    return bets.map(
      ({ row, terms }): Bet => ({
        seq: row.seq,
        betId: row.bet_id,
        terms,
        promoMinor: promoOf({ row, terms }),
        stakeMinor: minor(row.stake),
        netStakeMinor: minor(row.net_stake),
        placedAtMs: row.placed_at,
        status: row.status as BetStatus,
        paidMinor: minor(row.paid),
        taxLines: JSON.parse(row.tax_lines) as TaxLine[],
        taxPointAtMs: row.tax_point_at,
        settledAtMs: row.settled_at,
        results: new Map((results.get(row.seq) ?? []).map((result) => [result.fixture_id, toResult(result)])),
        settlements: (settlements.get(row.seq) ?? []).map(toSettlement),
        cashOuts: (cashOuts.get(row.seq) ?? []).map(toCashOut),
        editedTo: edits.get(row.seq) ?? null,
      }),
    );
  }

  /** What edited bets became, by their sequence. Only a bet that was cashed out can have been edited: most pages ask nothing. */
  #editsOf(rows: readonly BetRow[]): ReadonlyMap<number, string> {
    const closed = rows.filter(({ status }) => status === "CASHED_OUT").map(({ seq }) => seq);
    if (closed.length === 0) return new Map();
    return new Map(
      this.#sql
        .all<{ parent_seq: number; bet_id: string }>(
          `SELECT parent_seq, bet_id FROM bet_edit JOIN bet ON bet.seq = bet_edit.seq
           WHERE parent_seq IN (SELECT value FROM json_each(?))`,
          JSON.stringify(closed),
        )
        .map((row) => [row.parent_seq, row.bet_id]),
    );
  }

  #rowsOf<Row extends SqlRow & { readonly bet_seq: number }>(
    select: string,
    order: string,
    seqs: string,
  ): ReadonlyMap<number, readonly Row[]> {
    const rows = this.#sql.all<Row>(`${select} WHERE bet_seq IN (SELECT value FROM json_each(?)) ${order}`, seqs);
    return Map.groupBy(rows, (row) => row.bet_seq);
  }
}

/** True for bets of whose return promotions may pay a part. */
function mayCostPromotions({ selections, cutRefund }: BetTerms): boolean {
  return cutRefund !== undefined || selections.some(({ boost }) => boost !== undefined);
}

function toResult(row: ResultRow): FixtureResult {
  return { version: row.version, outcomes: JSON.parse(row.outcomes) as Outcomes };
}

function toSettlement(row: SettlementRow): Settlement {
  return { version: row.version, targetMinor: minor(row.target), postedMinor: minor(row.posted), atMs: row.settled_at };
}

function toCashOut(row: CashOutRow): CashOut {
  return {
    percent: row.percent,
    stakeMinor: minor(row.stake),
    netStakeMinor: minor(row.net_stake),
    payoutMinor: minor(row.payout),
    paidMinor: minor(row.paid),
    taxLines: JSON.parse(row.tax_lines) as TaxLine[],
    atMs: row.at,
  };
}

/** The outcome of a selection as far as the bet knows it, at the price that counts, with the version it came from (0: none yet). */
export function outcomeOf(
  bet: Pick<Bet, "results">,
  { selectionId, fixtureId, oddsThousandths, builder, place }: AcceptedSelection,
): { outcome: SelectionOutcome | null; placeOutcome?: SelectionOutcome | null; oddsThousandths: number; resultVersion: number } {
  const { version: resultVersion = 0, outcomes = {} } = bet.results.get(fixtureId) ?? {};
  if (builder !== undefined) return { ...builderResult(builder, oddsThousandths, outcomes), resultVersion };
  const placed = place === undefined ? {} : { placeOutcome: outcomes[place.selectionId] ?? null };
  return { outcome: outcomes[selectionId] ?? null, ...placed, oddsThousandths, resultVersion };
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
    ...(terms.freeBetId === undefined ? {} : { freeBetId: terms.freeBetId }),
    ...(terms.parentId === undefined ? {} : { parentId: terms.parentId }),
    ...(bet.editedTo === null ? {} : { editedTo: bet.editedTo }),
    ...(terms.ladder === null ? {} : { ladder: toldLadder(terms.ladder) }),
    ...(terms.earlyPayout === undefined ? {} : { earlyPayout: terms.earlyPayout }),
    ...(terms.cutRefund === undefined ? {} : { cutRefund: refundView(terms.cutRefund, terms.selections.length) }),
    ...(terms.insurance === undefined ? {} : { insurance: terms.insurance }),
    ...(terms.bookingCode === undefined ? {} : { bookingCode: terms.bookingCode }),
    placedAtMs: bet.placedAtMs,
    settledAtMs: bet.settledAtMs,
  };
}
