/**
 * What reconciliation found, and when it looked: a row for every run, clean or not, because evidence is that somebody looked. Runs and
 * statements are never edited (triggers); items are open until a later run finds them right.
 */
import { isNull } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const reconRun = sqliteTable(
  "recon_run",
  {
    id: text("id").primaryKey(),
    country: text("country").notNull(),
    /** `L2`: wallets, each with its check of itself (L1), against this database. `L3`: this database against a provider. */
    level: text("level", { enum: ["L2", "L3", "global"] }).notNull(),
    /** What was looked at: `wallets`, a provider, `all`. */
    scope: text("scope").notNull(),
    fromPosition: text("from_position").notNull(),
    toPosition: text("to_position").notNull(),
    startedAtMs: integer("started_at_ms").notNull(),
    endedAtMs: integer("ended_at_ms").notNull(),
    /** Wallets or receipts. */
    checked: integer("checked").notNull(),
    clean: integer("clean", { mode: "boolean" }).notNull(),
    /** The first ones; `findingCount` counts all. */
    findings: text("findings", { mode: "json" }).$type<readonly unknown[]>().notNull(),
    findingCount: integer("finding_count").notNull(),
  },
  (table) => [index("recon_run_started").on(table.startedAtMs), index("recon_run_level").on(table.level, table.scope, table.startedAtMs)],
);

export const reconItem = sqliteTable(
  "recon_item",
  {
    /** `<level>:<class>:<scope>:<subject>`: the same trouble found again is the same item. */
    id: text("id").primaryKey(),
    level: text("level", { enum: ["L2", "L3", "global"] }).notNull(),
    class: text("class").notNull(),
    scope: text("scope").notNull(),
    /** A wallet or a receipt. */
    subject: text("subject").notNull(),
    hereMinor: integer("here_minor"),
    thereMinor: integer("there_minor"),
    /** What the run saw, in a sentence. */
    note: text("note").notNull(),
    /** Who looks after it; null while nobody does. */
    owner: text("owner"),
    firstSeenAtMs: integer("first_seen_at_ms").notNull(),
    lastSeenAtMs: integer("last_seen_at_ms").notNull(),
    resolvedAtMs: integer("resolved_at_ms"),
  },
  (table) => [
    index("recon_item_open").on(table.resolvedAtMs, table.firstSeenAtMs),
    // Every run looks through what is open of its level; what was resolved grows for ever and is left out.
    index("recon_item_subject").on(table.level, table.scope, table.subject).where(isNull(table.resolvedAtMs)),
  ],
);

/** How far each job has come. */
export const reconCursor = sqliteTable("recon_cursor", {
  job: text("job").primaryKey(),
  position: text("position").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

/** Lines of providers' statements as they came; a line that is stated again in other words is another row. */
export const statementLine = sqliteTable(
  "statement_line",
  {
    provider: text("provider").notNull(),
    receipt: text("receipt").notNull(),
    /** SHA-256 of `raw`. */
    digest: text("digest").notNull(),
    amountMinor: integer("amount_minor").notNull(),
    occurredAtMs: integer("occurred_at_ms").notNull(),
    raw: text("raw").notNull(),
    readAtMs: integer("read_at_ms").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.receipt, table.digest] }),
    index("statement_line_occurred").on(table.provider, table.occurredAtMs),
  ],
);
