/** What operators did: one row a call, written before the answer. Append-only (triggers refuse changes: d1-migrations/0001). */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const auditLog = sqliteTable(
  "audit_log",
  {
    id: text("id").primaryKey(),
    atMs: integer("at_ms").notNull(),
    email: text("email").notNull(),
    role: text("role").notNull(),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
    requestId: text("request_id").notNull(),
    /** JSON: for calls that change something why, what was asked, and how it stood before and after; null for reads. */
    details: text("details"),
  },
  (table) => [index("audit_log_at").on(table.atMs), index("audit_log_subject").on(table.subject, table.atMs)],
);
