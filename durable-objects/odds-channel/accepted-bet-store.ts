/**
 * The bets that stand on a fixture, in the order of their wallets, and what each was told of its results.
 *
 * A bet is one row, and reading it is reading all that its settlement needs: a hundred thousand of them are walked in pages, by key.
 * What a bet was told is kept as text beside the version it was told under: a result that says nothing new to a bet writes nothing.
 */
import type { PromisedLead } from "../../shared/betting/early-payout.ts";
import type { CountedStake } from "../../shared/protocol/rpc/odds-channel.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const ACCEPTED_BETS_MIGRATION: Migration = {
  id: "accepted-bets-1",
  sql: `CREATE TABLE accepted_bet (
  wallet_id TEXT NOT NULL,
  bet_id TEXT NOT NULL,
  stake_minor INTEGER NOT NULL CHECK (stake_minor >= 0),
  placed_at INTEGER NOT NULL,
  selections TEXT NOT NULL,
  told TEXT NOT NULL DEFAULT '',
  told_version INTEGER NOT NULL DEFAULT 0,
  acked_version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (wallet_id, bet_id)
) STRICT, WITHOUT ROWID;`,
};

/** Bets of before prices were kept beside their selections are counted with what they staked. */
export const ACCEPTED_PRICES_MIGRATION: Migration = {
  id: "accepted-bets-2",
  sql: `UPDATE accepted_bet SET selections = (SELECT json_group_array(json_array(value, 1000)) FROM json_each(accepted_bet.selections));`,
};

/** The wallet's entry after which a bet counts for what its selections say. */
export const ACCEPTED_STANDING_MIGRATION: Migration = {
  id: "accepted-bets-3",
  sql: "ALTER TABLE accepted_bet ADD COLUMN standing_seq INTEGER NOT NULL DEFAULT 0;",
};

/** Where a walk over the bets stands: after this bet. */
export interface BetCursor {
  readonly walletId: string;
  readonly betId: string;
}

/** One of a bet's selections on this fixture, at the price that it was taken at. */
export interface AcceptedPrice {
  readonly selectionId: string;
  readonly oddsThousandths: number;
  /** What the bet counts for here; null for nothing more, absent for what a single does. */
  readonly counted?: CountedStake | null;
  /** The lead that it was promised to win by. */
  readonly early?: PromisedLead;
}

export const BEFORE_FIRST_BET: BetCursor = { walletId: "", betId: "" };

export interface AcceptedBet extends BetCursor {
  readonly stakeMinor: number;
  readonly placedAtMs: number;
  readonly selections: readonly AcceptedPrice[];
  /** What it was last told, as the teller wrote it; empty when nothing. */
  readonly told: string;
  readonly toldVersion: number;
  readonly ackedVersion: number;
}

export interface BetToAdd extends BetCursor {
  readonly stakeMinor: number;
  readonly placedAtMs: number;
  readonly selections: readonly AcceptedPrice[];
  /** Which of the wallet's entries says so; absent for none. */
  readonly seq?: number;
}

/** A bet before and after it was confirmed; `before` null when it is new. */
export interface ConfirmedBet {
  readonly before: AcceptedBet | null;
  readonly after: AcceptedBet;
}

export interface Told extends BetCursor {
  readonly told: string;
}

export interface Acknowledged extends BetCursor {
  readonly resultVersion: number;
}

type Row = {
  wallet_id: string;
  bet_id: string;
  stake_minor: number;
  placed_at: number;
  selections: string;
  told: string;
  told_version: number;
  acked_version: number;
};

const COLUMNS = "wallet_id, bet_id, stake_minor, placed_at, selections, told, told_version, acked_version";

export class AcceptedBetStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Adds an accepted bet, or brings up to date what a known one counts for; null when that changes nothing. */
  confirm({ walletId, betId, stakeMinor, placedAtMs, selections, seq = 0 }: BetToAdd): ConfirmedBet | null {
    const added = this.#sql.run(
      `INSERT OR IGNORE INTO accepted_bet (wallet_id, bet_id, stake_minor, placed_at, selections, standing_seq)
       VALUES (?, ?, CAST(? AS INTEGER), ?, ?, CAST(? AS INTEGER))`,
      ...[walletId, betId, stakeMinor, placedAtMs, selectionsText(selections), seq],
    );
    const fresh = { walletId, betId, stakeMinor, placedAtMs, selections, told: "", toldVersion: 0, ackedVersion: 0 };
    if (added > 0) return { before: null, after: fresh };
    const row = this.#sql.first<Row>(
      `SELECT ${COLUMNS} FROM accepted_bet WHERE wallet_id = ? AND bet_id = ? AND standing_seq < ?`,
      ...[walletId, betId, seq],
    );
    if (row === null) return null;
    const before = toBet(row);
    const said = new Map(selections.map((each) => [each.selectionId, each]));
    const after = { ...before, selections: before.selections.map((each) => said.get(each.selectionId) ?? each) };
    this.#sql.run(
      "UPDATE accepted_bet SET selections = ?, standing_seq = CAST(? AS INTEGER) WHERE wallet_id = ? AND bet_id = ?",
      ...[selectionsText(after.selections), seq, walletId, betId],
    );
    return { before, after };
  }

  /** The bets that come after the cursor, at most `limit`. */
  after({ walletId, betId }: BetCursor, limit: number): readonly AcceptedBet[] {
    const query = `SELECT ${COLUMNS} FROM accepted_bet WHERE (wallet_id, bet_id) > (?, ?) ORDER BY wallet_id, bet_id LIMIT ?`;
    return this.#sql.all<Row>(query, walletId, betId, limit).map(toBet);
  }

  /** Notes what bets were told under a version: one statement for a page of them. */
  markTold(bets: readonly Told[], version: number): void {
    this.#sql.run(
      `UPDATE accepted_bet SET told = page.value ->> 2, told_version = ? FROM json_each(?) AS page
       WHERE wallet_id = page.value ->> 0 AND bet_id = page.value ->> 1`,
      ...[version, JSON.stringify(bets.map(({ walletId, betId, told }) => [walletId, betId, told]))],
    );
  }

  /** Notes which versions wallets have applied. An older version, or the same twice, is harmless. */
  acknowledge(acks: readonly Acknowledged[]): void {
    this.#sql.run(
      `UPDATE accepted_bet SET acked_version = page.value ->> 2 FROM json_each(?) AS page
       WHERE wallet_id = page.value ->> 0 AND bet_id = page.value ->> 1 AND acked_version < page.value ->> 2`,
      JSON.stringify(acks.map(({ walletId, betId, resultVersion }) => [walletId, betId, resultVersion])),
    );
  }
}

/** `AS_SINGLE` stands where nothing is said of what it counts for and something follows. */
type StoredCounted = [stake: number, payout: number, isHard: 0 | 1] | typeof AS_SINGLE | null;
type StoredSelection = [selectionId: string, oddsThousandths: number, counted?: StoredCounted, early?: PromisedLead];

const AS_SINGLE = 0;

/** Short: a hundred thousand of them are read in a walk. */
function selectionsText(selections: readonly AcceptedPrice[]): string {
  return JSON.stringify(
    selections.map(({ selectionId, oddsThousandths, counted, early }): StoredSelection => {
      if (early !== undefined) return [selectionId, oddsThousandths, counted === undefined ? AS_SINGLE : countedText(counted), early];
      return counted === undefined ? [selectionId, oddsThousandths] : [selectionId, oddsThousandths, countedText(counted)];
    }),
  );
}

function countedText(counted: CountedStake | null): StoredCounted {
  return counted && [counted.stakeMinor, counted.payoutMinor, counted.isHard ? 1 : 0];
}

function toSelection([selectionId, oddsThousandths, stored, early]: StoredSelection): AcceptedPrice {
  const price = early === undefined ? { selectionId, oddsThousandths } : { selectionId, oddsThousandths, early };
  if (stored === undefined || stored === AS_SINGLE) return price;
  if (stored === null) return { ...price, counted: null };
  const [stakeMinor, payoutMinor, isHard] = stored;
  return { ...price, counted: { stakeMinor, payoutMinor, isHard: isHard === 1 } };
}

function toBet(row: Row): AcceptedBet {
  return {
    ...{ walletId: row.wallet_id, betId: row.bet_id, stakeMinor: row.stake_minor, placedAtMs: row.placed_at },
    selections: (JSON.parse(row.selections) as StoredSelection[]).map(toSelection),
    ...{ told: row.told, toldVersion: row.told_version, ackedVersion: row.acked_version },
  };
}
