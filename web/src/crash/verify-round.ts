/** Recomputes a round on the player's own device with the rules that the server plays by; loaded only when somebody checks. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { follows } from "../../../shared/crash/chain.ts";
import { type CrashPointRules, crashPoint } from "../../../shared/crash/crash-point.ts";
import { fromHex, isHashHex } from "../../../shared/crash/hash.ts";

export interface Verdict {
  readonly crashHundredths: number;
  /** Whether SHA-256 of the round's hash is the hash revealed before it; null when that one is not known. */
  readonly isLinked: boolean | null;
}

/** Gives null when `hash` is not a hash. */
export function verifyRound(hash: string, previousHash: string | null, rules: CrashPointRules): Verdict | null {
  if (!isHashHex(hash)) return null;
  const bytes = fromHex(hash);
  const { crashHundredths } = crashPoint(bytes, rules, (key, message) => hmac(sha256, new TextEncoder().encode(key), message));
  const isLinked = previousHash !== null && isHashHex(previousHash) ? follows(bytes, fromHex(previousHash), sha256) : null;
  return { crashHundredths, isLinked };
}
