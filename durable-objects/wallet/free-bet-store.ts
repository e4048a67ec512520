/**
 * The player's free-bet tokens: what each was granted on, and the bet that it is staked on. A token without a bet is free to be used
 * until it expires; one that a void bet gave back lives some days longer.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import { DAY_MS } from "../../shared/kernel/time.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { FreeBetView } from "../../shared/protocol/rpc/wallet-promotions.ts";
import type { FreeBetTerms } from "../../shared/tenants/sports/promotions.ts";
import type { Sql } from "../platform/sql.ts";

export interface FreeBet {
  /** Of the entry that granted it. */
  readonly seq: number;
  readonly freeBetId: string;
  readonly campaignId: string;
  readonly amountMinor: Minor;
  readonly terms: FreeBetTerms;
  readonly grantedAtMs: number;
  readonly expiresAtMs: number;
  /** The bet that it is staked on, held bets included. */
  readonly betId: string | null;
  /** When a void bet gave it back last. */
  readonly returnedAtMs: number | null;
}

type Row = {
  seq: number;
  free_bet_id: string;
  campaign_id: string;
  amount: number;
  terms: string;
  granted_at: number;
  expires_at: number;
  bet_id: string | null;
  returned_at: number | null;
};

export class FreeBetStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add(token: Omit<FreeBet, "betId" | "returnedAtMs">, termsText: string): void {
    this.#sql.run(
      "INSERT INTO free_bet VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
      ...[token.seq, token.freeBetId, token.campaignId, token.amountMinor, termsText, token.grantedAtMs, token.expiresAtMs],
    );
  }

  find(freeBetId: string): FreeBet | null {
    const row = this.#sql.first<Row>("SELECT * FROM free_bet WHERE free_bet_id = ?", freeBetId);
    return row === null ? null : toFreeBet(row);
  }

  /** All tokens, the newest first. */
  all(): readonly FreeBet[] {
    return this.#sql.all<Row>("SELECT * FROM free_bet ORDER BY seq DESC").map(toFreeBet);
  }

  /** Those of the bets that have their token now; a bet whose token was given back has none. */
  betsWithToken(betIds: readonly string[]): ReadonlySet<string> {
    if (betIds.length === 0) return new Set();
    const sql = "SELECT bet_id FROM free_bet WHERE bet_id IN (SELECT value FROM json_each(?))";
    return new Set(this.#sql.all<{ bet_id: string }>(sql, JSON.stringify(betIds)).map((row) => row.bet_id));
  }

  /** Stakes a free token on a bet. */
  use(freeBetId: string, betId: string): void {
    const written = this.#sql.run("UPDATE free_bet SET bet_id = ? WHERE free_bet_id = ? AND bet_id IS NULL", betId, freeBetId);
    invariant(written > 0, `free bet ${freeBetId} is used`);
  }

  /** Takes the token off a bet that came to nothing: it is as it was before. */
  release(betId: string): void {
    const written = this.#sql.run("UPDATE free_bet SET bet_id = NULL WHERE bet_id = ?", betId);
    invariant(written > 0, `bet ${betId} has no free bet`);
  }

  /** Gives the token of a void bet back. */
  giveBack(betId: string, nowMs: number): void {
    const written = this.#sql.run("UPDATE free_bet SET bet_id = NULL, returned_at = ? WHERE bet_id = ?", nowMs, betId);
    invariant(written > 0, `bet ${betId} has no free bet`);
  }

  /** Takes a token that was given back again, for the bet that had it; the caller has seen that no other bet has it. */
  takeAgain(freeBetId: string, betId: string): void {
    const sql = "UPDATE free_bet SET bet_id = ?, returned_at = NULL WHERE free_bet_id = ? AND bet_id IS NULL";
    invariant(this.#sql.run(sql, betId, freeBetId) > 0, `free bet ${freeBetId} is used`);
  }
}

/** When a token ends, unless it is used before. */
export function endOf({ expiresAtMs, returnedAtMs, terms }: FreeBet): number {
  return returnedAtMs === null ? expiresAtMs : Math.max(expiresAtMs, returnedAtMs + terms.returnedDays * DAY_MS);
}

/** The token as callers see it. */
export function toFreeBetView(token: FreeBet, nowMs: number): FreeBetView {
  const { freeBetId, campaignId, amountMinor, terms, betId, grantedAtMs } = token;
  const endsAtMs = endOf(token);
  const unused = endsAtMs <= nowMs ? "EXPIRED" : token.returnedAtMs === null ? "ISSUED" : "RETURNED";
  return { freeBetId, campaignId, amountMinor, terms, betId, grantedAtMs, expiresAtMs: endsAtMs, state: betId === null ? unused : "USED" };
}

function toFreeBet(row: Row): FreeBet {
  return {
    seq: row.seq,
    freeBetId: row.free_bet_id,
    campaignId: row.campaign_id,
    amountMinor: minor(row.amount),
    terms: JSON.parse(row.terms) as FreeBetTerms,
    grantedAtMs: row.granted_at,
    expiresAtMs: row.expires_at,
    betId: row.bet_id,
    returnedAtMs: row.returned_at,
  };
}
