/**
 * Counts and sums of a country's bets and payments by state, for dashboards and alerts. Read from the rows themselves, so nothing is
 * counted twice or missed, whatever queues do; a second behind the wallets.
 */
import { count, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { paymentIntent } from "./schema/payments.ts";
import { bet } from "./schema/wallet.ts";

export interface BetFigures {
  readonly kind: string;
  readonly status: string;
  readonly count: number;
  readonly stakedMinor: number;
  readonly paidMinor: number;
}

export interface PaymentFigures {
  readonly kind: string;
  readonly status: string;
  readonly count: number;
  readonly amountMinor: number;
}

export interface CountryFigures {
  readonly bets: readonly BetFigures[];
  readonly payments: readonly PaymentFigures[];
}

/** Reads a country's figures; amounts in minor units. */
export async function countryFigures(database: D1Database): Promise<CountryFigures> {
  const db = drizzle(database);
  const [bets, payments] = await db.batch([
    db
      .select({
        kind: bet.kind,
        status: bet.status,
        count: count(),
        stakedMinor: sql<number>`sum(${bet.stakeMinor})`,
        paidMinor: sql<number>`sum(${bet.paidMinor})`,
      })
      .from(bet)
      .groupBy(bet.kind, bet.status),
    db
      .select({
        kind: paymentIntent.kind,
        status: paymentIntent.status,
        count: count(),
        amountMinor: sql<number>`sum(${paymentIntent.amountMinor})`,
      })
      .from(paymentIntent)
      .groupBy(paymentIntent.kind, paymentIntent.status),
  ]);
  return { bets, payments };
}
