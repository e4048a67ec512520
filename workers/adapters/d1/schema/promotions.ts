/** What campaigns have granted: the count that keeps each within its budget. The tokens themselves are in the players' wallets. */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const promotionGrant = sqliteTable(
  "promotion_grant",
  {
    grantId: text("grant_id").primaryKey(),
    campaignId: text("campaign_id").notNull(),
    userId: text("user_id").notNull(),
    amountMinor: integer("amount_minor").notNull(),
    grantedAtMs: integer("granted_at_ms").notNull(),
  },
  (table) => [index("promotion_grant_campaign").on(table.campaignId)],
);
