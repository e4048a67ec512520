/**
 * Sessions of one identity and their rotating refresh tokens (all SQL about them).
 *
 * A session is a family: every token issued in it, only the last of which is good. A token shown again means that two hold it, and
 * nobody can say which is the thief, so the family ends. Ended sessions are deleted; their access tokens live out their 15 minutes.
 *
 * One repeat is no theft: on a mobile network the answer gets lost, and a browser has tabs. A client that sends a key with its request
 * may send both again for ten minutes, and gets the same next token as long as nobody has used that one. Without the key, or later,
 * a repeat is theft. Whoever has stolen token and key gains a token that its owner holds too: the second use of it ends the family.
 */
import { ID_RANDOM_BYTES, makeId } from "../../shared/kernel/ids.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { DAY_MS, MINUTE_MS, unixMs } from "../../shared/kernel/time.ts";
import { sha256Hex } from "../platform/hash.ts";
import type { Sql } from "../platform/sql.ts";
import { firstRefreshToken, hashRefreshToken, nextRefreshToken } from "./secrets.ts";

export interface OpenSession {
  readonly sessionId: string;
  readonly refreshToken: string;
}

export type RefreshRefusal = { readonly reason: "refresh_token_invalid" } | { readonly reason: "refresh_token_reused" };

/** A player who comes back within a month stays logged in, for at most a quarter of a year. */
const TOKEN_MS = 30 * DAY_MS;
const SESSION_MS = 90 * DAY_MS;
/** How long after a rotation its request may come again. */
const REPEAT_MS = 10 * MINUTE_MS;
/** Devices at once; the one unused for longest gives way. */
const SESSIONS_MAX = 10;

type TokenRow = {
  session_id: string;
  expires_at: number;
  rotated_at: number | null;
  rotation_key: string | null;
  session_expires_at: number;
};

export class SessionStore {
  readonly #sql: Sql;
  readonly #objectId: string;
  readonly #pepper: string;

  constructor(sql: Sql, objectId: string, pepper: string) {
    this.#sql = sql;
    this.#objectId = objectId;
    this.#pepper = pepper;
  }

  open(nowMs: number): OpenSession {
    this.#sql.run("DELETE FROM session WHERE expires_at <= ?", nowMs);
    this.#sql.run(
      "DELETE FROM session WHERE id IN (SELECT id FROM session ORDER BY used_at DESC, id DESC LIMIT -1 OFFSET ?)",
      SESSIONS_MAX - 1,
    );
    const sessionId = makeId("ses", unixMs(nowMs), crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES)));
    this.#sql.run(
      "INSERT INTO session (id, created_at, used_at, expires_at) VALUES (?, ?, ?, ?)",
      sessionId,
      nowMs,
      nowMs,
      nowMs + SESSION_MS,
    );
    const refreshToken = firstRefreshToken(this.#objectId);
    this.#issue(refreshToken, sessionId, nowMs, nowMs + SESSION_MS);
    return { sessionId, refreshToken };
  }

  /** Exchanges a token for the next of its family; a token used before ends the family, but for a repeat under the same key. */
  rotate(token: string, key: string | null, nowMs: number): Result<OpenSession, RefreshRefusal> {
    const hash = hashRefreshToken(token);
    const row = this.#find(hash);
    if (row === null || row.expires_at <= nowMs) return err({ reason: "refresh_token_invalid" });
    const refreshToken = nextRefreshToken(this.#objectId, token, this.#pepper);
    const keyHash = key === null ? null : sha256Hex(key);
    if (row.rotated_at !== null) {
      const isSameRequest = keyHash !== null && keyHash === row.rotation_key && nowMs - row.rotated_at <= REPEAT_MS;
      if (isSameRequest && this.#find(hashRefreshToken(refreshToken))?.rotated_at === null)
        return ok({ sessionId: row.session_id, refreshToken });
      this.#end(row.session_id);
      return err({ reason: "refresh_token_reused" });
    }
    this.#sql.run("UPDATE refresh_token SET rotated_at = ?, rotation_key = ? WHERE hash = ?", nowMs, keyHash, hash);
    this.#sql.run("DELETE FROM refresh_token WHERE session_id = ? AND expires_at <= ?", row.session_id, nowMs);
    this.#sql.run("UPDATE session SET used_at = ? WHERE id = ?", nowMs, row.session_id);
    this.#issue(refreshToken, row.session_id, nowMs, row.session_expires_at);
    return ok({ sessionId: row.session_id, refreshToken });
  }

  /** Ends the family of a token, be it the last or an earlier one. */
  endOf(token: string): void {
    const row = this.#find(hashRefreshToken(token));
    if (row !== null) this.#end(row.session_id);
  }

  #find(hash: string): TokenRow | null {
    return this.#sql.first<TokenRow>(
      `SELECT t.session_id, t.expires_at, t.rotated_at, t.rotation_key, s.expires_at AS session_expires_at
       FROM refresh_token t JOIN session s ON s.id = t.session_id WHERE t.hash = ?`,
      hash,
    );
  }

  #issue(token: string, sessionId: string, nowMs: number, sessionExpiresAtMs: number): void {
    this.#sql.run(
      "INSERT INTO refresh_token (hash, session_id, expires_at) VALUES (?, ?, ?)",
      hashRefreshToken(token),
      sessionId,
      Math.min(nowMs + TOKEN_MS, sessionExpiresAtMs),
    );
  }

  #end(sessionId: string): void {
    this.#sql.run("DELETE FROM session WHERE id = ?", sessionId);
  }
}
