/**
 * The spool: what came in and is not yet with the platform, in order, on the disk. Also the bookmarks that recovery begins at.
 *
 * A message leaves it only when the platform has acknowledged it, so stopping the process between any two lines posts it again later;
 * the platform knows numbers it has seen. Numbers begin at the time the file was made, in microseconds: a new disk continues above.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { HOUR_MS } from "../shared/kernel/time.ts";
import type { RecoveryKind } from "./recovery-limits.ts";
import { SPOOL_SCHEMA } from "./spool-schema.ts";

export interface Arrival {
  readonly receivedAtMs: number;
  readonly text: string;
  /** A producer's sign of life. */
  readonly isAlive: boolean;
  /** What the message is about; null for messages of the system, and for documents. */
  readonly event: { readonly urn: string; readonly product: number; readonly isOver: boolean } | null;
  /** The event's fixture, which must come first when the event is new (null: it has none). */
  readonly fixturePath: string | null;
  /** A document that the message makes necessary anew, and that follows it. */
  readonly renewedPath: string | null;
  /** Set on a sign of life of a producer that is up, and on the end of its recovery. */
  readonly bookmark: { readonly product: number; readonly afterMs: number } | null;
}

export interface Spooled {
  readonly sequence: number;
  readonly receivedAtMs: number;
  /** A sign of life is XML too. */
  readonly kind: "xml" | "alive" | "recovery";
  readonly text: string;
  /** Where a document was fetched from; null for a message. */
  readonly path: string | null;
}

export interface AwaitedDocument {
  readonly sequence: number;
  readonly path: string;
  readonly attempts: number;
}

export interface EventRecovery {
  readonly product: number;
  readonly urn: string;
  readonly wants: "odds" | "stateful_messages";
}

export interface ChangedEvent {
  readonly urn: string;
  /** Its document. */
  readonly path: string;
  /** Its settlements are asked for as well. */
  readonly wantsResults: boolean;
}

/** A fixture that could not be had is not fetched again for every message of it. */
const DESCRIBE_AGAIN_MS = HOUR_MS;
const REFUSED_ROWS_MAX = 1_000;

export class Spool {
  readonly #db: DatabaseSync;

  /** Opens or makes the file and locks it: two bridges on one spool would give numbers twice. */
  constructor(file: string, nowMs: number) {
    this.#db = new DatabaseSync(file);
    this.#db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    this.#transaction(() => {
      this.#db.exec(SPOOL_SCHEMA);
      this.#startNumbersAt("spool", nowMs * 1_000);
      this.#startNumbersAt("recovery_request", Math.floor(nowMs / 1_000));
    });
  }

  close(): void {
    this.#db.close();
  }

  /** Stores messages in the order in which they came. */
  append(arrivals: readonly Arrival[]): void {
    this.#transaction(() => {
      for (const { receivedAtMs, text, isAlive, event, fixturePath, renewedPath, bookmark } of arrivals) {
        const urn = event?.urn ?? null;
        const isNew = event !== null && this.#sawEvent(event, receivedAtMs);
        if (isNew && fixturePath !== null) this.awaitDocument(urn, fixturePath, receivedAtMs);
        this.#run(
          "INSERT INTO spool (received_at_ms, kind, text, event_id, bookmark_product, bookmark_ms) VALUES (?, ?, ?, ?, ?, ?)",
          ...[receivedAtMs, isAlive ? "alive" : "xml", text, urn, bookmark?.product ?? null, bookmark?.afterMs ?? null],
        );
        if (renewedPath !== null && !(isNew && fixturePath !== null)) this.awaitDocument(urn, renewedPath, receivedAtMs);
      }
    });
  }

  /** Stores a document that was fetched already. */
  appendDocument(text: string, nowMs: number): void {
    this.append([{ receivedAtMs: nowMs, text, isAlive: false, event: null, fixturePath: null, renewedPath: null, bookmark: null }]);
  }

  /** Puts a document's place in the line; it is posted when its text is there. */
  awaitDocument(eventId: string | null, path: string, nowMs: number): void {
    this.#run("INSERT INTO spool (received_at_ms, kind, event_id, path) VALUES (?, 'xml', ?, ?)", nowMs, eventId, path);
  }

  /** The next messages to post: at most so many, in order; those of an event that waits for its document are left out. */
  next(rows: number): readonly Spooled[] {
    return this.#all(
      `SELECT sequence, received_at_ms, kind, text, path FROM spool AS line
       WHERE text IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM spool AS held WHERE held.text IS NULL AND held.event_id = line.event_id AND held.sequence < line.sequence)
       ORDER BY sequence LIMIT ?`,
      rows,
    ).map((row) => ({
      sequence: Number(row.sequence),
      receivedAtMs: Number(row.received_at_ms),
      kind: row.kind === "recovery" || row.kind === "alive" ? row.kind : "xml",
      text: String(row.text),
      path: row.path === null ? null : String(row.path),
    }));
  }

  /** The platform has these; bookmarks move up to the first message that still waits. */
  acknowledge(sequences: readonly number[]): void {
    this.#transaction(() => {
      for (const sequence of sequences) this.#leave(sequence);
      this.#moveBookmarks();
    });
  }

  /** The platform refuses this one for good: it is set aside, and the line goes on. */
  setAside({ sequence, text }: Spooled, reason: string, nowMs: number): void {
    this.#transaction(() => {
      this.#run("INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?)", sequence, nowMs, reason, text);
      this.#run(
        "DELETE FROM refused WHERE sequence NOT IN (SELECT sequence FROM refused ORDER BY sequence DESC LIMIT ?)",
        REFUSED_ROWS_MAX,
      );
      this.#leave(sequence);
      this.#moveBookmarks();
    });
  }

  awaited(rows: number, nowMs: number): readonly AwaitedDocument[] {
    return this.#all(
      // What messages wait for comes before what nobody waits for.
      `SELECT sequence, path, attempts FROM spool WHERE text IS NULL AND next_attempt_at_ms <= ?
       ORDER BY event_id IS NULL, sequence LIMIT ?`,
      ...[nowMs, rows],
    ).map((row) => ({ sequence: Number(row.sequence), path: String(row.path), attempts: Number(row.attempts) }));
  }

  /** A document's text is there; when it was cut into parts, the others follow at the end of the line. */
  fill(sequence: number, [text = "", ...others]: readonly string[], nowMs: number): void {
    this.#transaction(() => {
      this.#run("UPDATE spool SET text = ? WHERE sequence = ?", text, sequence);
      for (const part of others)
        this.#run(
          "INSERT INTO spool (received_at_ms, kind, text, path) SELECT ?, kind, ?, path FROM spool WHERE sequence = ?",
          ...[nowMs, part, sequence],
        );
    });
  }

  /** Puts a document of names into the line, unless it was asked for after `againMs`. */
  awaitNames(path: string, nowMs: number, againMs: number): void {
    this.#transaction(() => {
      const askedAtMs = this.#one("SELECT asked_at_ms AS at FROM names WHERE path = ?", path)?.at ?? null;
      if (askedAtMs !== null && Number(askedAtMs) > againMs) return;
      this.#run("INSERT OR REPLACE INTO names VALUES (?, ?)", path, nowMs);
      this.awaitDocument(null, path, nowMs);
    });
  }

  retryDocument(sequence: number, notBeforeMs: number): void {
    this.#run("UPDATE spool SET attempts = attempts + 1, next_attempt_at_ms = ? WHERE sequence = ?", notBeforeMs, sequence);
  }

  /** What waited for the document goes without it. */
  giveUpDocument(sequence: number): void {
    this.acknowledge([sequence]);
  }

  /** Forgets events last heard of before this, which are over whatever was said of them, and requests that no limit counts any more. */
  forget(beforeMs: number): void {
    this.#run("DELETE FROM event WHERE last_seen_ms < ?", beforeMs);
    this.#run("DELETE FROM recovery_request WHERE asked_at_ms < ?", beforeMs);
    this.#run("DELETE FROM names WHERE asked_at_ms < ?", beforeMs);
  }

  /** The platform has no such fixture: fetch it, and the event's odds again. Null: unknown here too, or asked for lately. */
  describeAgain(fixtureId: string, nowMs: number): string | null {
    const events = this.#all("SELECT urn, product, described_at_ms AS at FROM event WHERE replace(urn, ':', '_') = ?", fixtureId);
    const [first] = events;
    if (first === undefined || events.some(({ at }) => nowMs - Number(at) < DESCRIBE_AGAIN_MS)) return null;
    const urn = String(first.urn);
    this.#transaction(() => {
      this.#run("UPDATE event SET described_at_ms = ? WHERE urn = ?", nowMs, urn);
      for (const { product } of events) this.#run("INSERT OR IGNORE INTO event_recovery VALUES (?, ?, 'odds')", Number(product), urn);
    });
    return urn;
  }

  /** The producers that have spoken of an event; none when it was never heard of, or long ago. */
  producersOf(urn: string): readonly number[] {
    return this.#all("SELECT product FROM event WHERE urn = ?", urn).map((row) => Number(row.product));
  }

  /** Until when a list of changes has been read; null when it never was. */
  changesRead(list: string): number | null {
    const row = this.#one("SELECT after_ms FROM changes WHERE list = ?", list);
    return row === undefined ? null : Number(row.after_ms);
  }

  /** Wants what changed: documents in the line, and settlements of results, and notes how far the list has been read. */
  noteChanges(list: string, changed: readonly ChangedEvent[], afterMs: number, nowMs: number): void {
    this.#transaction(() => {
      for (const { urn, path, wantsResults } of changed) {
        this.awaitDocument(urn, path, nowMs);
        if (wantsResults) for (const product of this.producersOf(urn)) this.wantEvent({ product, urn, wants: "stateful_messages" });
      }
      this.#run("INSERT INTO changes VALUES (?1, ?2) ON CONFLICT DO UPDATE SET after_ms = ?2", list, afterMs);
    });
  }

  bookmark(product: number): number | null {
    const row = this.#one("SELECT after_ms FROM bookmark WHERE product = ?", product);
    return row === undefined ? null : Number(row.after_ms);
  }

  /** Numbers a recovery, counts it against the limits, and puts it into the line before any of its answers. */
  noteRecovery(product: number, kind: RecoveryKind, nowMs: number): number {
    return this.#transaction(() => {
      const requestId = this.#note(product, kind, nowMs);
      const text = JSON.stringify({ product, request_id: requestId, requested_at_ms: nowMs });
      this.#run("INSERT INTO spool (received_at_ms, kind, text) VALUES (?, 'recovery', ?)", nowMs, text);
      return requestId;
    });
  }

  /** Takes one event from the list of those to recover, numbered and counted. */
  noteEventRecovery({ product, urn, wants }: EventRecovery, nowMs: number): number {
    return this.#transaction(() => {
      this.#run("DELETE FROM event_recovery WHERE product = ? AND urn = ? AND wants = ?", product, urn, wants);
      return this.#note(product, "event", nowMs);
    });
  }

  askedSince(kind: RecoveryKind, sinceMs: number): number {
    return Number(this.#one("SELECT count(*) AS n FROM recovery_request WHERE kind = ? AND asked_at_ms > ?", kind, sinceMs)?.n ?? 0);
  }

  wantEvent({ product, urn, wants }: EventRecovery): void {
    this.#run("INSERT OR IGNORE INTO event_recovery VALUES (?, ?, ?)", product, urn, wants);
  }

  /** A snapshot brings prices alone: settlements of every event of the producer are asked for one by one. */
  wantStateOfEvents(product: number): void {
    this.#run(
      "INSERT OR IGNORE INTO event_recovery SELECT product, urn, 'stateful_messages' FROM event WHERE product = ? AND is_over = 0",
      product,
    );
  }

  wantedEvents(rows: number): readonly EventRecovery[] {
    return this.#all("SELECT product, urn, wants FROM event_recovery ORDER BY rowid LIMIT ?", rows).map((row) => ({
      product: Number(row.product),
      urn: String(row.urn),
      wants: row.wants === "odds" ? "odds" : "stateful_messages",
    }));
  }

  /** Whether signs of life wait for longer than they are worth: the platform hears of a world that is gone. */
  isLate(nowMs: number, ageMsMax: number): boolean {
    const oldest = this.#one("SELECT min(received_at_ms) AS at FROM spool WHERE kind = 'alive'")?.at ?? null;
    return oldest !== null && nowMs - Number(oldest) > ageMsMax;
  }

  figures(): { readonly waiting: number; readonly oldestMs: number | null; readonly refused: number; readonly wantedEvents: number } {
    const row = this.#one(
      `SELECT (SELECT count(*) FROM spool) AS waiting, (SELECT received_at_ms FROM spool ORDER BY sequence LIMIT 1) AS oldest,
         (SELECT count(*) FROM refused) AS refused, (SELECT count(*) FROM event_recovery) AS wanted`,
    );
    const oldestMs = row?.oldest === null || row?.oldest === undefined ? null : Number(row.oldest);
    return { waiting: Number(row?.waiting), oldestMs, refused: Number(row?.refused), wantedEvents: Number(row?.wanted) };
  }

  /** Notes that an event was heard of; true when it is new, so that nobody has been told its teams. */
  #sawEvent({ urn, product, isOver }: NonNullable<Arrival["event"]>, nowMs: number): boolean {
    const described = this.#one("SELECT max(described_at_ms) AS at FROM event WHERE urn = ?", urn)?.at ?? null;
    this.#run(
      `INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT DO UPDATE SET last_seen_ms = ?3, is_over = max(is_over, excluded.is_over)`,
      ...[urn, product, nowMs, described === null ? nowMs : Number(described), isOver ? 1 : 0],
    );
    return described === null;
  }

  #leave(sequence: number): void {
    this.#run(
      `INSERT OR REPLACE INTO bookmark_ahead SELECT sequence, bookmark_product, bookmark_ms FROM spool
       WHERE sequence = ? AND bookmark_product IS NOT NULL`,
      sequence,
    );
    this.#run("DELETE FROM spool WHERE sequence = ?", sequence);
  }

  #moveBookmarks(): void {
    const first = this.#one("SELECT min(sequence) AS first FROM spool")?.first;
    const limit = first === null || first === undefined ? Number.MAX_SAFE_INTEGER : Number(first);
    this.#run(
      `INSERT INTO bookmark SELECT product, max(after_ms) FROM bookmark_ahead WHERE sequence < ? GROUP BY product
       ON CONFLICT DO UPDATE SET after_ms = max(after_ms, excluded.after_ms)`,
      limit,
    );
    this.#run("DELETE FROM bookmark_ahead WHERE sequence < ?", limit);
  }

  #note(product: number, kind: RecoveryKind, nowMs: number): number {
    const sql = "INSERT INTO recovery_request (product, kind, asked_at_ms) VALUES (?, ?, ?)";
    return Number(this.#db.prepare(sql).run(product, kind, nowMs).lastInsertRowid);
  }

  #startNumbersAt(table: string, first: number): void {
    this.#run("INSERT INTO sqlite_sequence SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)", table, first);
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const value = work();
      this.#db.exec("COMMIT");
      return value;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
  }

  #one(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#db.prepare(sql).get(...values);
  }

  #all(sql: string, ...values: SQLInputValue[]): readonly Record<string, unknown>[] {
    return this.#db.prepare(sql).all(...values);
  }
}
