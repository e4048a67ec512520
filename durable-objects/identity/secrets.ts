/**
 * How passwords, codes and refresh tokens are kept: none of them can be read back from storage.
 *
 * Passwords and PINs go through scrypt (memory-hard, 32 MB a guess) and then a keyed hash, whose key is not in the database: a
 * stolen database alone gives no four-digit PIN away. Codes live ten minutes and are keyed too. Refresh tokens are 256 random bits,
 * so a plain hash is enough.
 */
import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { invariant } from "../../shared/kernel/invariant.ts";
import { hmacSha256Hex, sha256Hex } from "../platform/hash.ts";

/** N = 2^15, r = 8, p = 1. The runtime refuses N*r*p above 2^20. */
const KDF = { name: "scrypt", logN: 15, r: 8, p: 1, memoryBytesMax: 64 * 1024 * 1024, keyBytes: 32, saltBytes: 16 } as const;
/** What an unknown number's log-in is checked against, so that it costs the same time. No secret has this hash. */
const NOBODY = `${KDF.name}$${KDF.logN}$${KDF.r}$${KDF.p}$${"00".repeat(KDF.saltBytes)}$${"00".repeat(KDF.keyBytes)}`;

const CODE_DIGITS = 6;
const TOKEN_BYTES = 32;

/** Derives what is stored of a password or PIN: `scrypt$logN$r$p$salt$hash`. Takes about a tenth of a second. */
export async function hashSecret(secret: string, pepper: string): Promise<string> {
  const salt = randomBytes(KDF.saltBytes).toString("hex");
  return `${KDF.name}$${KDF.logN}$${KDF.r}$${KDF.p}$${salt}$${await derive(secret, salt, KDF, pepper)}`;
}

/** Compares in constant time; for `null` (nobody is registered) it works as long and answers false. */
export async function isSecret(secret: string, stored: string | null, pepper: string): Promise<boolean> {
  const [name, logN, r, p, salt = "", hash = ""] = (stored ?? NOBODY).split("$");
  invariant(name === KDF.name, "a stored password has an unknown form");
  const derived = await derive(secret, salt, { logN: Number(logN), r: Number(r), p: Number(p) }, pepper);
  return isSameText(derived, hash) && stored !== null;
}

/** Six digits, each value equally likely. */
export function makeCode(): string {
  return String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, "0");
}

/** Bound to the registration it was made for. */
export function hashCode(code: string, userId: string, pepper: string): string {
  return hmacSha256Hex(pepper, `code:${userId}:${code}`);
}

/** A refresh token names the object that knows it: `<object id>.<256 random bits>`. */
export function makeRefreshToken(objectId: string): string {
  return `${objectId}.${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

export function hashRefreshToken(token: string): string {
  return sha256Hex(token);
}

/** Compares two texts without telling by its time where they differ. */
export function isSameText(left: string, right: string): boolean {
  const a = Buffer.from(left, "utf8");
  const b = Buffer.from(right, "utf8");
  return a.length === b.length && timingSafeEqual(a, b);
}

async function derive(
  secret: string,
  salt: string,
  cost: { readonly logN: number; readonly r: number; readonly p: number },
  pepper: string,
): Promise<string> {
  const options: ScryptOptions = { N: 2 ** cost.logN, r: cost.r, p: cost.p, maxmem: KDF.memoryBytesMax };
  // Two keyboards may write one letter in two ways; NFKC makes them one.
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(secret.normalize("NFKC"), Buffer.from(salt, "hex"), KDF.keyBytes, options, (error, derived) => {
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
  return hmacSha256Hex(pepper, `secret:${key.toString("hex")}`);
}
