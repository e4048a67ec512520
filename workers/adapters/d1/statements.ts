/**
 * Providers' statements and what our journal has against them, by receipt. The journal's side is the posting to the provider's clearing
 * account, found by the receipt of the intent: what was booked, not what was asked for.
 */
import { and, asc, eq, gt, gte, inArray, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
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
  const receipt = sql<string>`${paymentIntent.receipt}`;
  const rows = await drizzle(database)
    .selectDistinct({ receipt })
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
        gt(receipt, page.after),
      ),
    )
    .orderBy(asc(receipt))
    .limit(page.limit);
  return rows.map((row) => row.receipt);
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
    .select({ receipt: sql<string>`${paymentIntent.receipt}`, amountMinor: walletPosting.amountMinor })
    .from(paymentIntent)
    .innerJoin(walletEntry, and(eq(walletEntry.ref, paymentIntent.intentId), eq(walletEntry.kind, "DEPOSIT")))
    .innerJoin(walletPosting, isPostingTo(provider))
    .where(inArray(paymentIntent.receipt, listOf(receipts)));
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

/** Any number of texts as one bound value. */
function listOf(texts: readonly string[]) {
  return sql`(SELECT value FROM json_each(${JSON.stringify(texts)}))`;
}
