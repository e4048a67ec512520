/** What operators read of a country: bets across players and the totals of the book. A second behind the wallets. */
import { and, count, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { paymentIntent } from "./schema/payments.ts";
import { bet, walletProjection } from "./schema/wallet.ts";

export type BetRow = typeof bet.$inferSelect;

export interface BetFilter {
  /** A player's bets are found by the wallet that they are in. */
  readonly walletId: string | undefined;
  readonly status: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Bets that match, newest first, and how many there are. */
export async function listBets(
  database: D1Database,
  filter: BetFilter,
): Promise<{ readonly rows: readonly BetRow[]; readonly total: number }> {
  const db = drizzle(database);
  const wanted: SQL[] = [];
  if (filter.walletId !== undefined) wanted.push(eq(bet.walletId, filter.walletId));
  if (filter.status !== undefined) wanted.push(eq(bet.status, filter.status));
  const where = and(...wanted);
  const [rows, totals] = await db.batch([
    db.select().from(bet).where(where).orderBy(desc(bet.placedAtMs), desc(bet.betId)).limit(filter.limit).offset(filter.offset),
    db.select({ total: count() }).from(bet).where(where),
  ]);
  return { rows, total: totals[0]?.total ?? 0 };
}

export interface CountryTotals {
  readonly players: number;
  readonly betsOpen: number;
  readonly betsSettled: number;
  readonly stakedMinor: number;
  readonly paidOutMinor: number;
  readonly depositsCompleted: number;
  readonly depositedMinor: number;
  readonly withdrawalsCompleted: number;
  readonly withdrawnMinor: number;
  readonly intentsOpen: number;
}

const OPEN_INTENTS = ["CREATED", "PENDING", "PENDING_UNKNOWN", "REVIEW"];

/** Counts and sums of one country; amounts in minor units. */
export async function countryTotals(database: D1Database): Promise<CountryTotals> {
  const db = drizzle(database);
  const total = (column: typeof bet.stakeMinor | typeof bet.paidMinor | typeof paymentIntent.amountMinor) =>
    sql<number>`coalesce(sum(${column}), 0)`;
  const completed = (kind: string) => and(eq(paymentIntent.kind, kind), eq(paymentIntent.status, "COMPLETED"));
  const [players, bets, deposits, withdrawals, open] = await db.batch([
    db.select({ n: count() }).from(walletProjection),
    db
      .select({
        n: count(),
        open: sql<number>`coalesce(sum(${bet.status} = 'PENDING'), 0)`,
        staked: total(bet.stakeMinor),
        paid: total(bet.paidMinor),
      })
      .from(bet),
    db
      .select({ n: count(), amount: total(paymentIntent.amountMinor) })
      .from(paymentIntent)
      .where(completed("deposit")),
    db
      .select({ n: count(), amount: total(paymentIntent.amountMinor) })
      .from(paymentIntent)
      .where(completed("withdrawal")),
    db.select({ n: count() }).from(paymentIntent).where(inArray(paymentIntent.status, OPEN_INTENTS)),
  ]);
  const betsOpen = bets[0]?.open ?? 0;
  return {
    players: players[0]?.n ?? 0,
    betsOpen,
    betsSettled: (bets[0]?.n ?? 0) - betsOpen,
    stakedMinor: bets[0]?.staked ?? 0,
    paidOutMinor: bets[0]?.paid ?? 0,
    depositsCompleted: deposits[0]?.n ?? 0,
    depositedMinor: deposits[0]?.amount ?? 0,
    withdrawalsCompleted: withdrawals[0]?.n ?? 0,
    withdrawnMinor: withdrawals[0]?.amount ?? 0,
    intentsOpen: open[0]?.n ?? 0,
  };
}
