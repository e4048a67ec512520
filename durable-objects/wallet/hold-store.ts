/** Money set aside: one row a hold, open until it is closed, once; in between parts of it may be committed. */
import { invariant } from "../../shared/kernel/invariant.ts";
import { accountCode } from "../../shared/ledger/chart.ts";
import type { HoldShare } from "../../shared/ledger/model.ts";
import type { Purpose } from "../../shared/ledger/spending.ts";
import { type Minor, minor, subtract } from "../../shared/money/minor.ts";
import type { Sql } from "../platform/sql.ts";

export type HoldEnd = "committed" | "released" | "expired";

export interface Hold {
  readonly holdId: string;
  readonly purpose: Purpose;
  readonly ref: string;
  readonly amountMinor: Minor;
  readonly committedMinor: Minor;
  /** What each account gave, in the order in which it is committed; sums to `amountMinor`. */
  readonly shares: readonly HoldShare[];
  readonly isOpen: boolean;
  readonly openedAtMs: number;
  readonly expiresAtMs: number | null;
}

export type NewHold = Omit<Hold, "isOpen" | "committedMinor" | "shares" | "expiresAtMs"> & Partial<Pick<Hold, "shares" | "expiresAtMs">>;

type HoldRow = {
  hold_id: string;
  purpose: string;
  ref: string;
  shares: string;
  amount: number;
  committed: number;
  state: string;
  opened_at: number;
  expires_at: number | null;
};

const COLUMNS = "hold_id, purpose, ref, shares, amount, committed, state, opened_at, expires_at";

export class HoldStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Opens a hold under the sequence of the entry that set the money aside; of cash alone, and for ever, unless it says otherwise. */
  open(seq: number, hold: NewHold): void {
    const shares = hold.shares ?? [{ account: "user:cash", amountMinor: hold.amountMinor }];
    this.#sql.run(
      "INSERT INTO hold VALUES (?, ?, ?, ?, ?, ?, 0, 'open', NULL, ?, ?, NULL)",
      seq,
      hold.holdId,
      hold.purpose,
      hold.ref,
      JSON.stringify(shares.map(({ account, amountMinor }) => [account, amountMinor])),
      hold.amountMinor,
      hold.openedAtMs,
      hold.expiresAtMs ?? null,
    );
  }

  find(holdId: string): Hold | null {
    const row = this.#sql.first<HoldRow>(`SELECT ${COLUMNS} FROM hold WHERE hold_id = ?`, holdId);
    return row === null ? null : toHold(row);
  }

  /** Counts a part of an open hold as committed. */
  commit(holdId: string, amountMinor: Minor): void {
    const written = this.#sql.run("UPDATE hold SET committed = committed + ? WHERE hold_id = ? AND state = 'open'", amountMinor, holdId);
    invariant(written > 0, `hold ${holdId} was not open`);
  }

  /** Closes an open hold; one that ends committed has committed all of it. */
  close(holdId: string, end: HoldEnd, nowMs: number): void {
    const written = this.#sql.run(
      "UPDATE hold SET state = 'closed', end_reason = ?1, committed = iif(?1 = 'committed', amount, committed), closed_at = ?2 WHERE hold_id = ?3 AND state = 'open'",
      end,
      nowMs,
      holdId,
    );
    invariant(written > 0, `hold ${holdId} was not open`);
  }

  allOpen(): readonly Hold[] {
    return this.#sql.all<HoldRow>(`SELECT ${COLUMNS} FROM hold WHERE state = 'open' ORDER BY seq`).map(toHold);
  }

  /** Ids of open holds whose time is over, oldest first. */
  expired(nowMs: number, limit: number): readonly string[] {
    return this.#sql
      .all<{ hold_id: string }>(
        "SELECT hold_id FROM hold WHERE state = 'open' AND expires_at <= ? ORDER BY expires_at, seq LIMIT ?",
        nowMs,
        limit,
      )
      .map((row) => row.hold_id);
  }

  /** When the next open hold expires, or null. */
  nextExpiryAtMs(): number | null {
    return this.#sql.first<{ at: number | null }>("SELECT min(expires_at) AS at FROM hold WHERE state = 'open'")?.at ?? null;
  }

  /** When the `n`-th newest hold of this purpose was opened, or null: the start of a rate window. */
  openedAtMs(purpose: Purpose, n: number): number | null {
    const row = this.#sql.first<{ opened_at: number }>(
      "SELECT opened_at FROM hold WHERE purpose = ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
      purpose,
      n - 1,
    );
    return row?.opened_at ?? null;
  }
}

/** What an open hold still holds, minor units. */
export function remainingOf(hold: Hold): Minor {
  return subtract(hold.amountMinor, hold.committedMinor);
}

function toHold(row: HoldRow): Hold {
  return {
    holdId: row.hold_id,
    purpose: row.purpose as Purpose,
    ref: row.ref,
    amountMinor: minor(row.amount),
    committedMinor: minor(row.committed),
    shares: (JSON.parse(row.shares) as [string, number][]).map(([code, amount]) => ({
      account: accountCode(code),
      amountMinor: minor(amount),
    })),
    isOpen: row.state === "open",
    openedAtMs: row.opened_at,
    expiresAtMs: row.expires_at,
  };
}
