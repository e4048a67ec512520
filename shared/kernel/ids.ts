/**
 * Ids: a type prefix and 26 characters that sort by time (the ULID layout), or a digest where the id must follow from a key.
 *
 * Time-ordered ids keep SQLite's indexes append-only; random ones cause checkpoint stalls under load. Randomness and time
 * arrive as arguments.
 */
import type { Brand } from "./brand.ts";
import { invariant } from "./invariant.ts";
import type { UnixMs } from "./time.ts";

export type UserId = Brand<string, "UserId">;
export type SelectionId = Brand<string, "SelectionId">;

/** Crockford base 32: no I, L, O, U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const ID_RANDOM_BYTES = 10;

/** Makes `<prefix>_<26 characters>` from an instant and 10 random bytes; ids of later milliseconds sort later. */
export function makeId(prefix: string, at: UnixMs, random: Uint8Array): string {
  invariant(random.length >= ID_RANDOM_BYTES, "an id needs 10 random bytes");
  let time = "";
  for (let rest: number = at, i = 0; i < 10; i += 1) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}_${time}${base32(random.subarray(0, ID_RANDOM_BYTES))}`;
}

/** Makes an id that follows from `digest` (at least 16 bytes), so that a retry derives the same one. */
export function idFromDigest(prefix: string, digest: Uint8Array): string {
  invariant(digest.length >= 16, "a derived id needs a digest of 16 bytes");
  return `${prefix}_${base32(digest.subarray(0, 16)).slice(0, 26)}`;
}

/** True when `text` has the shape of an id with this prefix. */
export function isId(prefix: string, text: string): boolean {
  return text.length === prefix.length + 27 && text.startsWith(`${prefix}_`) && /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text.slice(-26));
}

function base32(bytes: Uint8Array): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((buffer >>> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((buffer << (5 - bits)) & 31) : text;
}
