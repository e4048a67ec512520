/** The boosts that the player was given, and how many bets of each are used up. */
import type { BoostGrant } from "../../shared/betting/boost-grant.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { BoostGrantView } from "../../shared/protocol/rpc/wallet-promotions.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const BOOST_GRANT_MIGRATION: Migration = {
  id: "wallet-boost-grants-1",
  sql: `CREATE TABLE boost_grant (
  seq INTEGER PRIMARY KEY REFERENCES entry (seq), grant_id TEXT NOT NULL UNIQUE, boost_id TEXT NOT NULL,
  stake_max INTEGER NOT NULL CHECK (stake_max > 0), uses INTEGER NOT NULL CHECK (uses > 0),
  used INTEGER NOT NULL CHECK (used BETWEEN 0 AND uses), granted_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER boost_grant_kept BEFORE UPDATE OF seq, grant_id, boost_id, stake_max, uses, granted_at, expires_at ON boost_grant BEGIN SELECT RAISE(ABORT, 'a granted boost keeps its terms'); END;
CREATE TRIGGER boost_grant_stays_used BEFORE UPDATE OF used ON boost_grant WHEN NEW.used < OLD.used BEGIN SELECT RAISE(ABORT, 'a boost that was used is used'); END;
CREATE TRIGGER boost_grant_not_deleted BEFORE DELETE ON boost_grant BEGIN SELECT RAISE(ABORT, 'a granted boost is kept'); END;`,
};

export interface StoredBoostGrant extends BoostGrant {
  /** Of the entry that granted it. */
  readonly seq: number;
  readonly grantId: string;
  readonly uses: number;
  readonly grantedAtMs: number;
}

type Row = {
  seq: number;
  grant_id: string;
  boost_id: string;
  stake_max: number;
  uses: number;
  used: number;
  granted_at: number;
  expires_at: number;
};

export class BoostGrantStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  add({ seq, grantId, boostId, stakeMaxMinor, uses, grantedAtMs, expiresAtMs }: Omit<StoredBoostGrant, "usesLeft">): void {
    this.#sql.run(
      "INSERT INTO boost_grant VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
      ...[seq, grantId, boostId, stakeMaxMinor, uses, grantedAtMs, expiresAtMs],
    );
  }

  has(grantId: string): boolean {
    return this.#sql.first("SELECT 1 AS found FROM boost_grant WHERE grant_id = ?", grantId) !== null;
  }

  /** The newest first. */
  all(): readonly StoredBoostGrant[] {
    return this.#sql.all<Row>("SELECT * FROM boost_grant ORDER BY seq DESC").map(toGrant);
  }

  /** Notes that a bet has used the grant; the caller has seen that one use is left. */
  use(grantId: string): void {
    const written = this.#sql.run("UPDATE boost_grant SET used = used + 1 WHERE grant_id = ? AND used < uses", grantId);
    invariant(written > 0, `boost ${grantId} is used up`);
  }
}

/** The grant as callers see it. */
export function toBoostGrantView({ seq: _seq, ...grant }: StoredBoostGrant): BoostGrantView {
  return grant;
}

function toGrant(row: Row): StoredBoostGrant {
  return {
    ...{ seq: row.seq, grantId: row.grant_id, boostId: row.boost_id, stakeMaxMinor: row.stake_max, uses: row.uses },
    ...{ usesLeft: row.uses - row.used, grantedAtMs: row.granted_at, expiresAtMs: row.expires_at },
  };
}
