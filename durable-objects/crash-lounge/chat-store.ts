/**
 * All SQL of the chat: who writes, what was written, who does not want to read whom, and what was reported. Messages are a ring of the
 * tenant's size; a report keeps its own copy of what it is about.
 */
import { err, ok } from "../../shared/kernel/result.ts";
import { DAY_MS, MINUTE_MS } from "../../shared/kernel/time.ts";
import type { ChatMessage, ChatReply, ChatReport, MutedAuthor, ReportMessage } from "../../shared/protocol/rpc/crash-lounge.ts";
import type { ChatRules } from "../../shared/tenants/crash-lounge.ts";
import type { Sql } from "../platform/sql.ts";
import { NAME_OF_PERSON, type NameStore } from "./name-store.ts";

type PersonRow = { user_id: string; tag: string; window_at: number; window_count: number; silenced_until: number };
type MessageRow = { message_id: string; user_id: string; tag: string; name: string | null; text: string; sent_at: number };
type ReportRow = MessageRow & { report_id: string; reporter_user_id: string; why: string; reported_at: number };

export interface NewMessage {
  readonly messageId: string;
  readonly userId: string;
  readonly text: string;
}

/** A message, and whose it is: for those who mute the author. */
export interface SentMessage {
  readonly userId: string;
  readonly message: ChatMessage;
}

const MESSAGES = `SELECT message_id, message.user_id, tag, ${NAME_OF_PERSON} AS name, text, sent_at FROM message JOIN person USING (user_id)`;

export class ChatStore {
  readonly #sql: Sql;
  readonly #names: NameStore;
  readonly #rules: ChatRules;
  readonly #newTag: () => string;

  /** `newTag` makes a short random name; one that is taken is made again. */
  constructor(sql: Sql, names: NameStore, rules: ChatRules, newTag: () => string) {
    this.#sql = sql;
    this.#names = names;
    this.#rules = rules;
    this.#newTag = newTag;
  }

  /** The name that the lounge has given a player; null for one who has done nothing here. */
  knownTagOf(userId: string): string | null {
    return this.#sql.first<{ tag: string }>("SELECT tag FROM person WHERE user_id = ?", userId)?.tag ?? null;
  }

  /** The same, given now if it must be. Call in a transaction. */
  tagOf(userId: string): string {
    return this.#person(userId).tag;
  }

  /** Writes a message. Refuses `silenced` and `too_fast`; one that is there is answered as it is, with `isNew` false. */
  add({ messageId, userId, text }: NewMessage, nowMs: number): ChatReply<SentMessage & { readonly isNew: boolean }> {
    return this.#sql.transaction(() => {
      const known = this.#message(messageId);
      if (known !== null) return ok({ ...known, isNew: false });
      const person = this.#person(userId);
      if (person.silenced_until > nowMs) return err({ reason: "silenced", untilMs: person.silenced_until });
      const isInWindow = nowMs - person.window_at < MINUTE_MS;
      if (isInWindow && person.window_count >= this.#rules.messagesPerMinute)
        return err({ reason: "too_fast", retryAfterMs: person.window_at + MINUTE_MS - nowMs });
      const [windowAt, count] = isInWindow ? [person.window_at, person.window_count + 1] : [nowMs, 1];
      this.#sql.run("UPDATE person SET window_at = ?, window_count = ? WHERE user_id = ?", windowAt, count, userId);
      this.#sql.run("INSERT INTO message (message_id, user_id, text, sent_at) VALUES (?, ?, ?, ?)", messageId, userId, text, nowMs);
      this.#sql.run("DELETE FROM message WHERE seq <= (SELECT max(seq) FROM message) - ?", this.#rules.historyMessages);
      const message = { messageId, author: person.tag, name: this.#names.nameOf(userId), text, sentAtMs: nowMs };
      return ok({ userId, message, isNew: true });
    });
  }

  /** What a player reads, oldest first: not what was deleted, nor what those wrote whom the player mutes. */
  messagesFor(userId: string): readonly ChatMessage[] {
    const rows = this.#sql.all<MessageRow>(
      `${MESSAGES} WHERE deleted_at IS NULL AND message.user_id NOT IN (SELECT muted_user_id FROM mute WHERE mute.user_id = ?) ORDER BY seq`,
      userId,
    );
    return rows.map((row) => viewOf(row));
  }

  /** Whom the player does not read, the newest first. */
  mutes(userId: string): readonly MutedAuthor[] {
    return this.#sql.all<{ author: string; name: string | null }>(
      `SELECT tag AS author, ${NAME_OF_PERSON} AS name FROM mute JOIN person ON person.user_id = muted_user_id
       WHERE mute.user_id = ? ORDER BY mute.at DESC`,
      userId,
    );
  }

  /** Who does not want to read this author. */
  mutedBy(author: string): ReadonlySet<string> {
    return new Set(
      this.#sql.all<{ user_id: string }>("SELECT user_id FROM mute WHERE muted_user_id = ?", author).map((row) => row.user_id),
    );
  }

  mute(userId: string, author: string, muted: boolean, nowMs: number): ChatReply<null> {
    return this.#sql.transaction(() => {
      const person = this.#personNamed(author);
      if (person === null) return err({ reason: "not_found" });
      if (!muted) {
        this.#sql.run("DELETE FROM mute WHERE user_id = ? AND muted_user_id = ?", userId, person.user_id);
        return ok(null);
      }
      const count = this.#sql.first<{ n: number }>("SELECT count(*) AS n FROM mute WHERE user_id = ?", userId)?.n ?? 0;
      if (count >= this.#rules.mutesMax) return err({ reason: "too_many" });
      this.#sql.run("INSERT OR IGNORE INTO mute (user_id, muted_user_id, at) VALUES (?, ?, ?)", userId, person.user_id, nowMs);
      return ok(null);
    });
  }

  report(report: ReportMessage & { readonly reportId: string }, nowMs: number): ChatReply<null> {
    return this.#sql.transaction(() => {
      const { reportId, messageId, userId, why } = report;
      const known = this.#message(messageId);
      if (known === null) return err({ reason: "not_found" });
      if (this.#sql.first("SELECT 1 FROM report WHERE message_id = ? AND reporter_user_id = ?", messageId, userId) !== null)
        return ok(null);
      const recent = "SELECT count(*) AS n FROM report WHERE reporter_user_id = ? AND reported_at > ?";
      const count = this.#sql.first<{ n: number }>(recent, userId, nowMs - DAY_MS)?.n ?? 0;
      if (count >= this.#rules.reportsPerDay) return err({ reason: "too_many" });
      this.#sql.run(
        `INSERT INTO report (report_id, message_id, author_user_id, text, sent_at, reporter_user_id, why, reported_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[reportId, messageId, known.userId, known.message.text, known.message.sentAtMs, userId, why, nowMs],
      );
      return ok(null);
    });
  }

  reports(limit: number): readonly ChatReport[] {
    const rows = this.#sql.all<ReportRow>(
      `SELECT report_id, message_id, author_user_id AS user_id, tag, ${NAME_OF_PERSON} AS name, text, sent_at, reporter_user_id, why, reported_at
       FROM report JOIN person ON person.user_id = author_user_id WHERE closed_at IS NULL ORDER BY reported_at LIMIT ?`,
      limit,
    );
    return rows.map((row) => ({
      reportId: row.report_id,
      message: viewOf(row),
      authorUserId: row.user_id,
      reporterUserId: row.reporter_user_id,
      why: row.why,
      reportedAtMs: row.reported_at,
    }));
  }

  /** False for a report that is none; the first to close it stands. */
  closeReport(reportId: string, by: string, nowMs: number): boolean {
    if (this.#sql.first("SELECT 1 FROM report WHERE report_id = ?", reportId) === null) return false;
    this.#sql.run("UPDATE report SET closed_at = ?, closed_by = ? WHERE report_id = ? AND closed_at IS NULL", nowMs, by, reportId);
    return true;
  }

  /** False for a message that is none. */
  deleteMessage(messageId: string, nowMs: number): boolean {
    if (this.#message(messageId) === null) return false;
    this.#sql.run("UPDATE message SET deleted_at = coalesce(deleted_at, ?) WHERE message_id = ?", nowMs, messageId);
    return true;
  }

  /** Says whose messages are silenced until then; null for an author that is none. */
  silence(author: string, untilMs: number): string | null {
    const person = this.#personNamed(author);
    if (person === null) return null;
    this.#sql.run("UPDATE person SET silenced_until = ? WHERE user_id = ?", untilMs, person.user_id);
    return person.user_id;
  }

  #message(messageId: string): SentMessage | null {
    const row = this.#sql.first<MessageRow>(`${MESSAGES} WHERE message_id = ?`, messageId);
    return row === null ? null : { userId: row.user_id, message: viewOf(row) };
  }

  #person(userId: string): PersonRow {
    const known = this.#sql.first<PersonRow>("SELECT * FROM person WHERE user_id = ?", userId);
    if (known !== null) return known;
    let tag = this.#newTag();
    while (this.#personNamed(tag) !== null) tag = this.#newTag();
    this.#sql.run("INSERT INTO person (user_id, tag) VALUES (?, ?)", userId, tag);
    return { user_id: userId, tag, window_at: 0, window_count: 0, silenced_until: 0 };
  }

  #personNamed(tag: string): PersonRow | null {
    return this.#sql.first<PersonRow>("SELECT * FROM person WHERE tag = ?", tag);
  }
}

function viewOf({ message_id: messageId, tag: author, name, text, sent_at: sentAtMs }: MessageRow): ChatMessage {
  return { messageId, author, name, text, sentAtMs };
}
