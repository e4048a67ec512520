/** Writes the operators' audit log. */
import { drizzle } from "drizzle-orm/d1";
import { auditLog } from "./schema/audit.ts";

export type AuditEntry = typeof auditLog.$inferInsert;

/** Adds an entry; throws when it can't be stored, and then the audited call must not go on. */
export async function writeAudit(database: D1Database, entry: AuditEntry): Promise<void> {
  await drizzle(database).insert(auditLog).values(entry);
}
