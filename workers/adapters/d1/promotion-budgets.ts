/**
 * Budgets of campaigns in D1: a grant is counted before the wallet makes it, in one statement that counts nothing past the budget.
 *
 * D1 runs statements one after another, so two operators can't both take what is left for one. A grant that was counted and never made
 * (the caller died in between) keeps its share: a budget is rather not used up than passed.
 */
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { promotionGrant } from "./schema/promotions.ts";

export interface CountedGrant {
  readonly grantId: string;
  readonly campaignId: string;
  readonly userId: string;
  readonly amountMinor: number;
  readonly grantedAtMs: number;
}

/** Counts a grant if the budget (minor units) covers it, or was counted before; false when it does not. Idempotent by its id. */
export async function countGrant(database: D1Database, grant: CountedGrant, budgetMinor: number): Promise<boolean> {
  const { grantId, campaignId, userId, amountMinor, grantedAtMs } = grant;
  const db = drizzle(database);
  const granted = sql`(SELECT coalesce(sum(amount_minor), 0) FROM promotion_grant WHERE campaign_id = ${campaignId})`;
  await db.run(sql`INSERT INTO promotion_grant (grant_id, campaign_id, user_id, amount_minor, granted_at_ms)
    SELECT ${grantId}, ${campaignId}, ${userId}, ${amountMinor}, ${grantedAtMs}
    WHERE ${granted} + ${amountMinor} <= ${budgetMinor} ON CONFLICT (grant_id) DO NOTHING`);
  const counted = await db.select({ id: promotionGrant.grantId }).from(promotionGrant).where(eq(promotionGrant.grantId, grantId));
  return counted.length > 0;
}

/** Takes a grant off the count: the wallet has refused it for good. */
export async function uncountGrant(database: D1Database, grantId: string): Promise<void> {
  await drizzle(database).delete(promotionGrant).where(eq(promotionGrant.grantId, grantId));
}

/** What a grant of many shares came to in the end. Idempotent; the row stays, so that nothing is counted for it again. */
export async function resizeGrant(database: D1Database, grantId: string, amountMinor: number): Promise<void> {
  await drizzle(database).update(promotionGrant).set({ amountMinor }).where(eq(promotionGrant.grantId, grantId));
}

/** What campaigns have granted so far, minor units; those that granted nothing are left out. */
export async function grantedByCampaign(database: D1Database): Promise<ReadonlyMap<string, number>> {
  const total = sql<number>`sum(${promotionGrant.amountMinor})`;
  const rows = await drizzle(database)
    .select({ campaignId: promotionGrant.campaignId, total })
    .from(promotionGrant)
    .groupBy(promotionGrant.campaignId);
  return new Map(rows.map((row) => [row.campaignId, row.total]));
}
