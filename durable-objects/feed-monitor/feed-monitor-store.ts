/** All SQL of a feed's monitor: its producers, and the fixtures that each has spoken of. */
import type { Coverage, ProducerState } from "../../shared/protocol/rpc/feed-monitor.ts";
import { ALARM_TABLE_MIGRATION } from "../platform/alarm-table.ts";
import type { Migration } from "../platform/migrate.ts";
import type { Sql } from "../platform/sql.ts";
import { DESCRIPTION_MIGRATION } from "./description-store.ts";

export const FEED_MONITOR_MIGRATIONS: readonly Migration[] = [
  ALARM_TABLE_MIGRATION,
  {
    id: "feed-monitor-1",
    sql: `CREATE TABLE producer (
  producer INTEGER PRIMARY KEY, is_up INTEGER NOT NULL CHECK (is_up IN (0, 1)), version INTEGER NOT NULL,
  heard_at INTEGER NOT NULL, request_id INTEGER, requested_at INTEGER
) STRICT;
CREATE TABLE fixture (
  producer INTEGER NOT NULL REFERENCES producer (producer), fixture_id TEXT NOT NULL, told_version INTEGER NOT NULL, seen_at INTEGER NOT NULL,
  PRIMARY KEY (producer, fixture_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fixture_seen ON fixture (seen_at);`,
  },
  DESCRIPTION_MIGRATION,
  {
    id: "feed-monitor-3",
    sql: `ALTER TABLE producer ADD COLUMN is_recovering INTEGER NOT NULL DEFAULT 0 CHECK (is_recovering IN (0, 1));
UPDATE producer SET is_recovering = 1 WHERE is_up = 0 AND request_id IS NOT NULL;`,
  },
];

interface Row extends Record<string, SqlStorageValue> {
  producer: number;
  is_up: number;
  version: number;
  heard_at: number;
  request_id: number | null;
  requested_at: number | null;
  is_recovering: number;
}

export class FeedMonitorStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** How a producer stands; one that never finished a recovery is away. */
  coverage(producer: number): Coverage {
    const row = this.#sql.first<Row>("SELECT * FROM producer WHERE producer = ?", producer);
    return row === null ? { isUp: false, version: 0 } : { isUp: row.is_up === 1, version: row.version };
  }

  /** Whether the recovery that was asked for last is under way. */
  isRecovering(producer: number): boolean {
    return this.#sql.first<Row>("SELECT * FROM producer WHERE producer = ?", producer)?.is_recovering === 1;
  }

  heardAtMs(producer: number): number {
    return this.#sql.first<Row>("SELECT * FROM producer WHERE producer = ?", producer)?.heard_at ?? 0;
  }

  /** Makes sure that the producer has a row. */
  meet(producer: number): void {
    this.#sql.run("INSERT OR IGNORE INTO producer (producer, is_up, version, heard_at) VALUES (?, 0, 1, 0)", producer);
  }

  heard(producer: number, nowMs: number): void {
    this.#sql.run("UPDATE producer SET heard_at = ? WHERE producer = ?", nowMs, producer);
  }

  /** A recovery begins; false for one that was asked for already: a call that comes again must not begin what has ended. */
  asked(producer: number, requestId: number, requestedAtMs: number): boolean {
    return (
      this.#sql.run(
        `UPDATE producer SET request_id = ?, requested_at = ?, is_recovering = 1
         WHERE producer = ? AND (request_id IS NOT ? OR requested_at IS NOT ?)`,
        ...[requestId, requestedAtMs, producer, requestId, requestedAtMs],
      ) > 0
    );
  }

  /** The recovery is through; false when it is not the one under way. */
  recovered(producer: number, requestId: number): boolean {
    const sql = "UPDATE producer SET is_recovering = 0 WHERE producer = ? AND request_id = ? AND is_recovering = 1";
    return this.#sql.run(sql, producer, requestId) > 0;
  }

  /** Changes how a producer stands; false when it stood so before. */
  turn(producer: number, isUp: boolean): boolean {
    return (
      this.#sql.run(
        "UPDATE producer SET is_up = ?, version = version + 1 WHERE producer = ? AND is_up <> ?",
        Number(isUp),
        producer,
        Number(isUp),
      ) > 0
    );
  }

  /** Notes a fixture of a producer, told what the producer's state is by the message that came with it. */
  saw(producer: number, fixtureId: string, nowMs: number): void {
    this.#sql.run(
      `INSERT INTO fixture (producer, fixture_id, told_version, seen_at) VALUES (?, ?, (SELECT version FROM producer WHERE producer = ?), ?)
       ON CONFLICT (producer, fixture_id) DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at < excluded.seen_at - 3600000`,
      ...[producer, fixtureId, producer, nowMs],
    );
  }

  /** Fixtures that have not been told how the producer stands. */
  untold(producer: number, limit: number): readonly string[] {
    return this.#sql
      .all<{ fixture_id: string }>(
        "SELECT fixture_id FROM fixture WHERE producer = ? AND told_version < (SELECT version FROM producer WHERE producer = ?) LIMIT ?",
        ...[producer, producer, limit],
      )
      .map((row) => row.fixture_id);
  }

  told(producer: number, fixtureId: string, version: number): void {
    this.#sql.run(
      "UPDATE fixture SET told_version = max(told_version, ?) WHERE producer = ? AND fixture_id = ?",
      version,
      producer,
      fixtureId,
    );
  }

  forgetSeenBefore(atMs: number): void {
    this.#sql.run("DELETE FROM fixture WHERE seen_at < ?", atMs);
  }

  all(): readonly ProducerState[] {
    return this.#sql
      .all<Row & { fixtures: number }>(
        "SELECT producer.*, (SELECT count(*) FROM fixture WHERE fixture.producer = producer.producer) AS fixtures FROM producer ORDER BY producer",
      )
      .map((row) => ({
        ...{ producer: row.producer, isUp: row.is_up === 1, version: row.version, heardAtMs: row.heard_at },
        ...{ requestId: row.request_id, requestedAtMs: row.requested_at, isRecovering: row.is_recovering === 1, fixtures: row.fixtures },
      }));
  }
}
