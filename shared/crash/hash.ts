/**
 * The hash functions that the crash rules are computed with arrive as arguments: the objects pass the platform's, a page its own.
 */

export type Sha256 = (bytes: Uint8Array) => Uint8Array;
/** HMAC-SHA-256 of bytes under the UTF-8 bytes of a text. */
export type HmacSha256 = (key: string, message: Uint8Array) => Uint8Array;

const HASH_HEX = /^[0-9a-f]{64}$/;

export function isHashHex(text: string): boolean {
  return HASH_HEX.test(text);
}

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Reads pairs of hex digits; the caller has checked that there are only those. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16));
}
