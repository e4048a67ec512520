/**
 * Deposits and withdrawals as the wallet knows them, by intent: what counts against limits, and what a withdrawal's hold is for.
 *
 * The sums of deposits are cached until one changes, because every look at a balance shows today's; `forget` drops them.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { TaxLine } from "../../shared/ledger/model.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { UnmatchedDeposit } from "../../shared/protocol/rpc/wallet-promotions.ts";
import type { Sql } from "../platform/sql.ts";

export interface Deposit {
  readonly intentId: string;
  readonly amountMinor: Minor;
  readonly state: "pending" | "credited" | "ended";
}

export interface Withdrawal {
  readonly intentId: string;
  readonly holdId: string;
  readonly provider: string;
  readonly grossMinor: Minor;
  readonly netMinor: Minor;
  readonly taxLines: readonly TaxLine[];
  readonly state: "held" | "confirmed" | "failed";
}

type WithdrawalRow = {
  intent_id: string;
  hold_id: string;
  provider: string;
  gross: number;
  net: number;
  tax_lines: string;
  state: string;
};

interface DepositSums {
  readonly creditedMinor: Minor;
  readonly pendingMinor: Minor;
}

export class PaymentStore {
  readonly #sql: Sql;
  #sums: (DepositSums & { readonly fromMs: number }) | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  forget(): void {
    this.#sums = null;
  }

  startDeposit(seq: number, intentId: string, method: string, amountMinor: Minor, nowMs: number): void {
    this.forget();
    this.#sql.run("INSERT INTO deposit VALUES (?, ?, ?, ?, 'pending', ?, NULL)", seq, intentId, method, amountMinor, nowMs);
  }

  deposit(intentId: string): Deposit | null {
    const row = this.#sql.first<{ amount: number; state: string }>("SELECT amount, state FROM deposit WHERE intent_id = ?", intentId);
    return row === null ? null : { intentId, amountMinor: minor(row.amount), state: row.state as Deposit["state"] };
  }

  /** Credited deposits that were started since `fromMs` and no bonus matches, the newest first. */
  unmatchedSince(fromMs: number): readonly UnmatchedDeposit[] {
    const rows = this.#sql.all<{ intent_id: string; amount: number; started_at: number }>(
      `SELECT intent_id, amount, started_at FROM deposit WHERE started_at >= ? AND state = 'credited'
         AND NOT EXISTS (SELECT 1 FROM bonus WHERE deposit_id = intent_id) ORDER BY seq DESC`,
      fromMs,
    );
    return rows.map((row) => ({ depositId: row.intent_id, amountMinor: row.amount, startedAtMs: row.started_at }));
  }

  /** What was paid replaces what was asked for: limits count real money. */
  creditDeposit(intentId: string, grossMinor: Minor, receiptKey: string): void {
    this.forget();
    const written = this.#sql.run(
      "UPDATE deposit SET state = 'credited', amount = ?, receipt_key = ? WHERE intent_id = ? AND state <> 'credited'",
      grossMinor,
      receiptKey,
      intentId,
    );
    invariant(written > 0, `deposit ${intentId} was credited before`);
  }

  endDeposit(intentId: string): void {
    this.forget();
    this.#sql.run("UPDATE deposit SET state = 'ended' WHERE intent_id = ? AND state = 'pending'", intentId);
  }

  /** Deposits started since `fromMs`: what came in, and what is still on its way. */
  depositedSince(fromMs: number): DepositSums {
    if (this.#sums?.fromMs !== fromMs) this.#sums = { fromMs, ...this.#sumSince(fromMs) };
    return this.#sums;
  }

  #sumSince(fromMs: number): DepositSums {
    const row = this.#sql.first<{ credited: number | null; pending: number | null }>(
      `SELECT sum(CASE state WHEN 'credited' THEN amount END) AS credited, sum(CASE state WHEN 'pending' THEN amount END) AS pending
       FROM deposit WHERE started_at >= ?`,
      fromMs,
    );
    return { creditedMinor: minor(row?.credited ?? 0), pendingMinor: minor(row?.pending ?? 0) };
  }

  startWithdrawal(seq: number, withdrawal: Omit<Withdrawal, "state">, nowMs: number): void {
    this.#sql.run(
      "INSERT INTO withdrawal VALUES (?, ?, ?, ?, ?, ?, ?, 'held', ?)",
      seq,
      withdrawal.intentId,
      withdrawal.holdId,
      withdrawal.provider,
      withdrawal.grossMinor,
      withdrawal.netMinor,
      JSON.stringify(withdrawal.taxLines),
      nowMs,
    );
  }

  withdrawal(intentId: string): Withdrawal | null {
    const row = this.#sql.first<WithdrawalRow>("SELECT * FROM withdrawal WHERE intent_id = ?", intentId);
    if (row === null) return null;
    return {
      intentId,
      holdId: row.hold_id,
      provider: row.provider,
      grossMinor: minor(row.gross),
      netMinor: minor(row.net),
      taxLines: JSON.parse(row.tax_lines) as TaxLine[],
      state: row.state as Withdrawal["state"],
    };
  }

  endWithdrawal(intentId: string, state: "confirmed" | "failed"): void {
    const written = this.#sql.run("UPDATE withdrawal SET state = ? WHERE intent_id = ? AND state = 'held'", state, intentId);
    invariant(written > 0, `withdrawal ${intentId} was not held`);
  }

  /** Every intent with its state, in order; for the digest. */
  states(): readonly (readonly [intentId: string, state: string, amountMinor: number])[] {
    return this.#sql
      .all<{ intent_id: string; state: string; amount: number }>(
        `SELECT intent_id, state, amount, seq FROM deposit UNION ALL SELECT intent_id, state, gross, seq FROM withdrawal ORDER BY seq`,
      )
      .map((row) => [row.intent_id, row.state, row.amount]);
  }

  /** When the `n`-th newest withdrawal was started, or null: the start of a rate window. */
  withdrawalStartedAtMs(n: number): number | null {
    const row = this.#sql.first<{ started_at: number }>("SELECT started_at FROM withdrawal ORDER BY seq DESC LIMIT 1 OFFSET ?", n - 1);
    return row?.started_at ?? null;
  }
}
