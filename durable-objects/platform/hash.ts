/**
 * Synchronous hashing. WebCrypto's digest is asynchronous and would split a transaction; node:crypto's is not.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** SHA-256 of UTF-8 text, as 64 hex characters. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** SHA-256 of UTF-8 text, as 32 bytes. */
export function sha256Bytes(text: string): Uint8Array {
  return createHash("sha256").update(text, "utf8").digest();
}

/** SHA-256 of a text that arrives in pieces and need not fit into memory. */
export class RunningSha256 {
  readonly #hash = createHash("sha256");

  add(text: string): void {
    this.#hash.update(text, "utf8");
  }

  /** 64 hex characters; ends the text. */
  hex(): string {
    return this.#hash.digest("hex");
  }
}

/** HMAC-SHA-256 of UTF-8 text under a UTF-8 key, as 64 hex characters. */
export function hmacSha256Hex(key: string, text: string): string {
  return createHmac("sha256", key).update(text, "utf8").digest("hex");
}

/** SHA-256 of raw bytes, as 32 bytes. */
export function sha256OfBytes(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/** HMAC-SHA-256 of raw bytes under a UTF-8 key, as 32 bytes. */
export function hmacSha256OfBytes(key: string, bytes: Uint8Array): Uint8Array {
  return createHmac("sha256", key).update(bytes).digest();
}

/** Compares two texts in a time that does not tell where they differ. */
export function equalTexts(left: string, right: string): boolean {
  const a = Buffer.from(left, "utf8");
  const b = Buffer.from(right, "utf8");
  return a.length === b.length && timingSafeEqual(a, b);
}
