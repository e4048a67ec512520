/**
 * Providers' statements and what our journal has against them, by receipt. The journal's side is the posting to the provider's clearing
 * account, found by the receipt of the intent: what was booked, not what was asked for. A deposit that was booked without a receipt goes
 * by its intent, so that it is looked for, and found missing there, all the same.
 */
import { and, asc, eq, gt, gte, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { HOUR_MS } from "../../../shared/kernel/time.ts";
import type { StatedMovement } from "../../../shared/ledger/statement-match.ts";
import { minor } from "../../../shared/money/minor.ts";
import { paymentIntent } from "./schema/payments.ts";
import { statementLine } from "./schema/reconciliation.ts";
import { walletEntry, walletPosting } from "./schema/wallet.ts";

export type StatementRow = typeof statementLine.$inferInsert;

/** A stretch of receipts: those of a time, in order, after one of them. */
export interface ReceiptPage {
  readonly provider: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly after: string;
  readonly limit: number;
}

const ROWS_PER_STATEMENT = 10;
const NO_RECEIPT = "intent:";
const bookedReceipt = sql<string>`coalesce(${paymentIntent.receipt}, ${sql.raw(`'${NO_RECEIPT}'`)} || ${paymentIntent.intentId})`;
const PROJECTION_LAG_MS_MAX = HOUR_MS;

/** Keeps lines as they came; one that is there already is left as it is. */
export async function saveStatementLines(database: D1Database, rows: readonly StatementRow[]): Promise<void> {
  const db = drizzle(database);
  const inserts = [];
  // The database takes a hundred bound values a statement.
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    inserts.push(
      db
        .insert(statementLine)
        .values(rows.slice(start, start + ROWS_PER_STATEMENT))
        .onConflictDoNothing(),
    );
  const [first, ...rest] = inserts;
  if (first !== undefined) await db.batch([first, ...rest]);
}

/** Receipts that the provider states. */
export async function listStatedReceipts(database: D1Database, page: ReceiptPage): Promise<readonly string[]> {
  const { provider, receipt, occurredAtMs } = statementLine;
  const rows = await drizzle(database)
    .selectDistinct({ receipt })
    .from(statementLine)
    .where(and(eq(provider, page.provider), gte(occurredAtMs, page.fromMs), lt(occurredAtMs, page.toMs), gt(receipt, page.after)))
    .orderBy(asc(receipt))
    .limit(page.limit);
  return rows.map((row) => row.receipt);
}

/** Receipts of deposits that our journal has. */
export async function listBookedReceipts(database: D1Database, page: ReceiptPage): Promise<readonly string[]> {
  const rows = await drizzle(database)
    .selectDistinct({ receipt: bookedReceipt })
    .from(walletEntry)
    .innerJoin(paymentIntent, eq(paymentIntent.intentId, walletEntry.ref))
    .innerJoin(walletPosting, isPostingTo(page.provider))
    .where(
      and(
        eq(walletEntry.kind, "DEPOSIT"),
        // Nothing is booked before it happened: the index of what was recorded bounds the search.
        gte(walletEntry.recordedAtMs, page.fromMs),
        gte(walletEntry.occurredAtMs, page.fromMs),
        lt(walletEntry.occurredAtMs, page.toMs),
        gt(bookedReceipt, page.after),
      ),
    )
    .orderBy(asc(bookedReceipt))
    .limit(page.limit);
  return rows.map((row) => row.receipt);
}

/** Receipts of things that happened before an instant and were told to us after another one. */
export interface LateReceipts {
  readonly provider: string;
  readonly beforeMs: number;
  readonly sinceMs: number;
  /** How long before it is told a thing may have happened. */
  readonly reachMs: number;
}

/** Receipts that the provider stated late, and those of deposits that our journal recorded late; in order. */
export async function listLateReceipts(database: D1Database, late: LateReceipts): Promise<readonly string[]> {
  const { provider, beforeMs, sinceMs, reachMs } = late;
  const db = drizzle(database);
  const [stated, booked] = await db.batch([
    db
      .selectDistinct({ receipt: statementLine.receipt })
      .from(statementLine)
      .where(
        and(
          eq(statementLine.provider, provider),
          gte(statementLine.occurredAtMs, sinceMs - reachMs),
          lt(statementLine.occurredAtMs, beforeMs),
          gt(statementLine.readAtMs, sinceMs),
        ),
      ),
    db
      .selectDistinct({ receipt: bookedReceipt })
      .from(walletEntry)
      .innerJoin(paymentIntent, eq(paymentIntent.intentId, walletEntry.ref))
      .innerJoin(walletPosting, isPostingTo(provider))
      .where(
        and(
          eq(walletEntry.kind, "DEPOSIT"),
          // The projection may be behind the wallets for a while.
          gt(walletEntry.recordedAtMs, sinceMs - PROJECTION_LAG_MS_MAX),
          lt(walletEntry.occurredAtMs, beforeMs),
        ),
      ),
  ]);
  return [...new Set([...stated, ...booked].map((row) => row.receipt))].sort();
}

/** What the provider states of these receipts, whenever it was. */
export async function statedMovements(
  database: D1Database,
  provider: string,
  receipts: readonly string[],
): Promise<readonly StatedMovement[]> {
  const rows = await drizzle(database)
    .select({ receipt: statementLine.receipt, amountMinor: statementLine.amountMinor })
    .from(statementLine)
    .where(and(eq(statementLine.provider, provider), inArray(statementLine.receipt, listOf(receipts))));
  return rows.map(({ receipt, amountMinor }) => ({ receipt, amountMinor: minor(amountMinor) }));
}

/** What our journal has of these receipts, whenever it was. */
export async function bookedMovements(
  database: D1Database,
  provider: string,
  receipts: readonly string[],
): Promise<readonly StatedMovement[]> {
  const rows = await drizzle(database)
    .select({ receipt: bookedReceipt, amountMinor: walletPosting.amountMinor })
    .from(paymentIntent)
    .innerJoin(walletEntry, and(eq(walletEntry.ref, paymentIntent.intentId), eq(walletEntry.kind, "DEPOSIT")))
    .innerJoin(walletPosting, isPostingTo(provider))
    .where(
      or(
        inArray(paymentIntent.receipt, listOf(receipts)),
        and(isNull(paymentIntent.receipt), inArray(paymentIntent.intentId, listOf(intentsOf(receipts)))),
      ),
    );
  return rows.map(({ receipt, amountMinor }) => ({ receipt, amountMinor: minor(-amountMinor) }));
}

function isPostingTo(provider: string) {
  return and(
    eq(walletPosting.walletId, walletEntry.walletId),
    eq(walletPosting.epoch, walletEntry.epoch),
    eq(walletPosting.seq, walletEntry.seq),
    eq(walletPosting.account, `clearing:${provider}`),
  );
}

function intentsOf(receipts: readonly string[]): readonly string[] {
  return receipts.filter((receipt) => receipt.startsWith(NO_RECEIPT)).map((receipt) => receipt.slice(NO_RECEIPT.length));
}

/** Any number of texts as one bound value. */
function listOf(texts: readonly string[]) {
  return sql`(SELECT value FROM json_each(${JSON.stringify(texts)}))`;
}
