/**
 * Writes what reconciliation found: the run, its items and how far the job has come, in one batch, so that no run is recorded whose
 * findings are not. Items that a run looked at and found right are resolved by it.
 */
import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { ID_RANDOM_BYTES, makeId } from "../../../shared/kernel/ids.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { reconCursor, reconItem, reconRun } from "./schema/reconciliation.ts";

/** Findings kept in the run's own row; every one has an item. */
const FINDINGS_IN_RUN_MAX = 50;

export type ReconLevel = (typeof reconRun.$inferSelect)["level"];
export type ReconRunRow = typeof reconRun.$inferSelect;
export type ReconItemRow = typeof reconItem.$inferSelect;

export interface Finding {
  readonly class: string;
  /** A wallet or a receipt. */
  readonly subject: string;
  readonly hereMinor: number | null;
  readonly thereMinor: number | null;
  readonly note: string;
  /** True when the run has put it right: then the item is resolved already. */
  readonly repaired: boolean;
}

export interface RunRecord {
  readonly country: Country;
  readonly level: ReconLevel;
  readonly scope: string;
  readonly fromPosition: string;
  readonly toPosition: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** Subjects whose items this run resolves unless it found them again; `all` for a run that looks at everything. */
  readonly subjects: readonly string[] | "all";
  /** Where the job goes on; null leaves it where it is. */
  readonly cursor: { readonly job: string; readonly position: string } | null;
}

const ITEM_COLUMNS = "id, level, class, scope, subject, here_minor, there_minor, note, first_seen_at_ms, last_seen_at_ms, resolved_at_ms";
const SAVE_ITEMS = `INSERT INTO recon_item (${ITEM_COLUMNS})
  SELECT value ->> '$.id', value ->> '$.level', value ->> '$.class', value ->> '$.scope', value ->> '$.subject',
    value ->> '$.hereMinor', value ->> '$.thereMinor', value ->> '$.note', ?2, ?2, iif(value ->> '$.repaired', ?2, NULL)
  FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO UPDATE SET
    owner = iif(resolved_at_ms IS NULL, owner, NULL),
    first_seen_at_ms = iif(resolved_at_ms IS NULL, first_seen_at_ms, excluded.first_seen_at_ms),
    here_minor = excluded.here_minor, there_minor = excluded.there_minor, note = excluded.note,
    last_seen_at_ms = excluded.last_seen_at_ms, resolved_at_ms = excluded.resolved_at_ms`;
const RESOLVE_ITEMS = `UPDATE recon_item SET resolved_at_ms = ?1
  WHERE resolved_at_ms IS NULL AND level = ?2 AND scope = ?3 AND id NOT IN (SELECT value FROM json_each(?4))
    AND (?5 IS NULL OR subject IN (SELECT value FROM json_each(?5)))`;

/** Stores a run with everything that follows from it, whole or not at all; clean or not. */
export async function saveRun(database: D1Database, run: RunRecord): Promise<void> {
  const { level, scope, endedAtMs, findings, subjects, cursor } = run;
  const items = findings.map((finding) => ({ ...finding, level, scope, id: `${level}:${finding.class}:${scope}:${finding.subject}` }));
  const db = drizzle(database);
  const row = {
    ...run,
    id: makeId("rcn", unixMs(run.startedAtMs), crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES))),
    clean: findings.length === 0,
    findings: findings.slice(0, FINDINGS_IN_RUN_MAX),
    findingCount: findings.length,
  };
  const ids = JSON.stringify(items.map(({ id }) => id));
  const statements = [
    prepared(database, db.insert(reconRun).values(row).toSQL()),
    database.prepare(RESOLVE_ITEMS).bind(endedAtMs, level, scope, ids, subjects === "all" ? null : JSON.stringify(subjects)),
    database.prepare(SAVE_ITEMS).bind(JSON.stringify(items), endedAtMs),
  ];
  if (cursor !== null) statements.push(prepared(database, cursorUpsert(db, cursor.job, cursor.position, endedAtMs).toSQL()));
  await database.batch(statements);
}

function prepared(database: D1Database, query: { readonly sql: string; readonly params: readonly unknown[] }): D1PreparedStatement {
  return database.prepare(query.sql).bind(...query.params);
}

function cursorUpsert(db: ReturnType<typeof drizzle>, job: string, position: string, updatedAtMs: number) {
  return db
    .insert(reconCursor)
    .values({ job, position, updatedAtMs })
    .onConflictDoUpdate({ target: reconCursor.job, set: { position, updatedAtMs } });
}

/** Where a job stands; null before its first run. */
export async function readCursor(database: D1Database, job: string): Promise<{ position: string; updatedAtMs: number } | null> {
  const rows = await drizzle(database)
    .select({ position: reconCursor.position, updatedAtMs: reconCursor.updatedAtMs })
    .from(reconCursor)
    .where(eq(reconCursor.job, job))
    .limit(1);
  return rows[0] ?? null;
}

export async function saveCursor(database: D1Database, job: string, position: string, nowMs: number): Promise<void> {
  await cursorUpsert(drizzle(database), job, position, nowMs);
}

/** Items that nobody has put right, oldest first, and how many there are. */
export async function listOpenItems(
  database: D1Database,
  limit: number,
): Promise<{ readonly rows: readonly ReconItemRow[]; readonly total: number }> {
  const db = drizzle(database);
  const [rows, totals] = await db.batch([
    db.select().from(reconItem).where(isNull(reconItem.resolvedAtMs)).orderBy(reconItem.firstSeenAtMs, reconItem.id).limit(limit),
    db.select({ total: sql<number>`count(*)` }).from(reconItem).where(isNull(reconItem.resolvedAtMs)),
  ]);
  return { rows, total: totals[0]?.total ?? 0 };
}

/** Runs, newest first. */
export async function listRuns(database: D1Database, limit: number): Promise<readonly ReconRunRow[]> {
  return drizzle(database).select().from(reconRun).orderBy(desc(reconRun.startedAtMs), desc(reconRun.id)).limit(limit);
}

/** Subjects of open items of these classes: those first that were not looked at for longest, so that each comes round. */
export async function listOpenSubjects(
  database: D1Database,
  { level, scope, classes }: { readonly level: ReconLevel; readonly scope: string; readonly classes: readonly string[] },
  limit: number,
): Promise<readonly string[]> {
  const { subject, lastSeenAtMs, resolvedAtMs } = reconItem;
  const isOpen = and(
    ...[eq(reconItem.level, level), eq(reconItem.scope, scope), inArray(reconItem.class, [...classes]), isNull(resolvedAtMs)],
  );
  const rows = await drizzle(database)
    .select({ subject })
    .from(reconItem)
    .where(isOpen)
    .groupBy(subject)
    .orderBy(sql`min(${lastSeenAtMs})`, asc(subject))
    .limit(limit);
  return rows.map((row) => row.subject);
}
