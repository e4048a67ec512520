/**
 * How far the projection is known to hold the journal: what comes after it is the outbox.
 *
 * An acknowledgement is kept in memory and written with the next alarm: a wallet that forgets it only sends again what the projection
 * then finds it has. So the usual acknowledgement costs no write.
 */
import type { Sql } from "../platform/sql.ts";

export class DeliveryStore {
  readonly #sql: Sql;
  #ackedSeq: number | null = null;
  #storedSeq = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The last sequence that the projection is known to hold; 0 for none. */
  ackedSeq(): number {
    if (this.#ackedSeq === null) {
      this.#storedSeq = this.#sql.first<{ acked_seq: number }>("SELECT acked_seq FROM delivery")?.acked_seq ?? 0;
      this.#ackedSeq = this.#storedSeq;
    }
    return this.#ackedSeq;
  }

  /** Remembers that the projection holds everything up to `seq`; an older word changes nothing. */
  acknowledge(seq: number): void {
    this.#ackedSeq = Math.max(this.ackedSeq(), seq);
  }

  /** Writes what is remembered, if it is news. */
  persist(): void {
    const seq = this.ackedSeq();
    if (seq === this.#storedSeq) return;
    this.#sql.run("INSERT INTO delivery VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET acked_seq = excluded.acked_seq", seq);
    this.#storedSeq = seq;
  }

  forget(): void {
    this.#ackedSeq = null;
  }
}
