/**
 * All SQL of a feed's descriptions: one row a market, variant or player and language. Each change takes the next version, so that whoever
 * knows one asks for the later ones only; a document that says what is known changes nothing.
 */
import {
  DESCRIPTIONS_MAX,
  DESCRIPTIONS_PAGE_MAX,
  type KeyedDescription,
  type MarketDescription,
} from "../../shared/protocol/feed/market-description.ts";
import type { DescriptionsPage } from "../../shared/protocol/rpc/feed-monitor.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";

export const DESCRIPTION_MIGRATION: Migration = {
  id: "feed-monitor-2",
  sql: `CREATE TABLE description (
  language TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, version INTEGER NOT NULL, posted_at INTEGER NOT NULL,
  PRIMARY KEY (language, key)
) STRICT;
CREATE UNIQUE INDEX description_version ON description (language, version);`,
};

type Row = { key: string; body: string; version: number };

export class DescriptionStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Answers how many entries are new or say something else than before. Called inside a transaction. */
  keep(language: string, entries: readonly KeyedDescription[], nowMs: number): number {
    let version = this.#newest(language);
    let changed = 0;
    for (const { key, description } of entries) {
      const body = JSON.stringify(description);
      const known = this.#sql.first<{ body: string }>("SELECT body FROM description WHERE language = ? AND key = ?", language, key);
      if (known?.body === body) continue;
      version += 1;
      changed += 1;
      this.#sql.run(
        `INSERT INTO description (language, key, body, version, posted_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (language, key) DO UPDATE SET body = excluded.body, version = excluded.version, posted_at = excluded.posted_at`,
        ...[language, key, body, version, nowMs],
      );
    }
    if (changed > 0) this.#forgetOldest(language);
    return changed;
  }

  since(language: string, version: number): DescriptionsPage {
    const rows = this.#sql.all<Row>(
      "SELECT key, body, version FROM description WHERE language = ? AND version > ? ORDER BY version LIMIT ?",
      ...[language, version, DESCRIPTIONS_PAGE_MAX],
    );
    return {
      version: rows.at(-1)?.version ?? version,
      entries: rows.map(({ key, body }) => ({ key, description: JSON.parse(body) as MarketDescription })),
      isComplete: rows.length < DESCRIPTIONS_PAGE_MAX,
    };
  }

  /** The newest row is never forgotten, so a version is never given twice. */
  #newest(language: string): number {
    return (
      this.#sql.first<{ version: number | null }>("SELECT max(version) AS version FROM description WHERE language = ?", language)
        ?.version ?? 0
    );
  }

  /** Markets that the feed lists stay; players and single variants come and go with matches. */
  #forgetOldest(language: string): void {
    this.#sql.run(
      `DELETE FROM description WHERE language = ?1 AND key IN (
         SELECT key FROM description WHERE language = ?1 AND (key LIKE 'player:%' OR key LIKE 'market:%/%')
         ORDER BY version DESC LIMIT -1 OFFSET ?2)`,
      ...[language, DESCRIPTIONS_MAX],
    );
  }
}
