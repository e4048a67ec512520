/** How far the wallet has checked itself, and the evidence of each check. */
import { accountCode } from "../../shared/ledger/chart.ts";
import type { Account, Book } from "../../shared/ledger/model.ts";
import type { WalletCheck } from "../../shared/protocol/rpc/wallet.ts";
import type { Sql } from "../platform/sql.ts";
import type { ProfileStore } from "./profile-store.ts";

/** Older evidence is in the reports that asked for it. */
const RUNS_KEPT = 100;

type CheckpointRow = { seq: number; hash: string; recorded_at: number; accounts: string };

export class CheckStore {
  readonly #sql: Sql;
  readonly #profiles: ProfileStore;

  constructor(sql: Sql, profiles: ProfileStore) {
    this.#sql = sql;
    this.#profiles = profiles;
  }

  /** The book as the last clean step left it, or null before the first. */
  checkpoint(): Book | null {
    const row = this.#sql.first<CheckpointRow>("SELECT seq, hash, recorded_at, accounts FROM checkpoint");
    const profile = this.#profiles.profile();
    if (row === null || profile === null) return null;
    const accounts = (JSON.parse(row.accounts) as Account[]).map((each) => [accountCode(each.code), each] as const);
    return {
      epoch: profile.epoch,
      currency: profile.currency,
      head: { seq: row.seq, hash: row.hash, recordedAtMs: row.recorded_at },
      accounts: new Map(accounts),
    };
  }

  moveTo({ head, accounts }: Book): void {
    this.#sql.run(
      `INSERT INTO checkpoint VALUES (1, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, recorded_at = excluded.recorded_at, accounts = excluded.accounts`,
      head.seq,
      head.hash,
      head.recordedAtMs,
      JSON.stringify([...accounts.values()]),
    );
  }

  /** Adds the row of one step. */
  note(check: WalletCheck, nowMs: number): void {
    this.#sql.run(
      "INSERT INTO check_run (at, from_seq, to_seq, violations) VALUES (?, ?, ?, ?)",
      nowMs,
      check.fromSeq,
      check.toSeq,
      JSON.stringify(check.violations),
    );
    this.#sql.run("DELETE FROM check_run WHERE n <= (SELECT max(n) FROM check_run) - ?", RUNS_KEPT);
  }
}
