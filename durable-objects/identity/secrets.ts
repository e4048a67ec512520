/**
 * One-time codes and refresh tokens: neither can be read back from storage. (Passwords are platform/password.ts.)
 *
 * Codes live ten minutes and are kept as keyed hashes. A session's first refresh token is 256 random bits, each later one follows from
 * the one before it and a key outside the database: so a repeated request gets the same answer although only hashes are stored.
 */
import { randomBytes, randomInt } from "node:crypto";
import { hmacSha256Hex, sha256Hex } from "../platform/hash.ts";

const CODE_DIGITS = 6;
const TOKEN_BYTES = 32;

/** Six digits, each value equally likely. */
export function makeCode(): string {
  return String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, "0");
}

/** Bound to the registration it was made for. */
export function hashCode(code: string, userId: string, pepper: string): string {
  return hmacSha256Hex(pepper, `code:${userId}:${code}`);
}

/** A refresh token names the object that knows it: `<object id>.<256 bits>`. */
export function firstRefreshToken(objectId: string): string {
  return `${objectId}.${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

/** The token that comes after `token`; always the same one. */
export function nextRefreshToken(objectId: string, token: string, pepper: string): string {
  return `${objectId}.${Buffer.from(hmacSha256Hex(pepper, `refresh:${token}`), "hex").toString("base64url")}`;
}

export function hashRefreshToken(token: string): string {
  return sha256Hex(token);
}
