/**
 * Passwords and PINs at rest: scrypt (memory-hard) over a keyed hash, so that a stolen database alone can't be searched.
 *
 * N = 2^15, r = 8, p = 1 costs some 170 ms and 32 MB a try, the runtime's limit being N*r*p <= 2^20. Asynchronous: never inside a
 * transaction, and state is read again after it.
 */
import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const FORMAT = "scrypt-15-8-1";

/** What nobody's password is compared with, so that it takes as long as anybody's. No password has this hash. */
const NOBODY = `${FORMAT}$${"00".repeat(SALT_BYTES)}$${"00".repeat(KEY_BYTES)}`;

/** Hashes a password for storage: `scrypt-15-8-1$<salt>$<hash>`. */
export async function hashPassword(password: string, pepper: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return `${FORMAT}$${salt.toString("hex")}$${(await derive(password, pepper, salt)).toString("hex")}`;
}

/** Says whether `password` is the stored one; takes the same time for every wrong one, and for `null`: there is nobody. */
export async function isPassword(password: string, pepper: string, stored: string | null): Promise<boolean> {
  const [format, salt = "", hash = ""] = (stored ?? NOBODY).split("$");
  const derived = await derive(password, pepper, Buffer.from(salt, "hex"));
  const expected = Buffer.from(hash, "hex");
  return stored !== null && format === FORMAT && expected.length === derived.length && timingSafeEqual(expected, derived);
}

function derive(password: string, pepper: string, salt: Buffer): Promise<Buffer> {
  // Two keyboards may write one letter in two ways; NFKC makes them one.
  const keyed = createHmac("sha256", pepper).update(password.normalize("NFKC"), "utf8").digest();
  return new Promise((resolve, reject) => {
    scrypt(keyed, salt, KEY_BYTES, COST, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
