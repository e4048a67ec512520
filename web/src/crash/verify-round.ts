/**
 * Recomputes a round on the player's own device with the rules that the server plays by. Loaded with the page about fairness, so that
 * checking needs no request: it works with the phone offline.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type CrashPointRules, crashPoint } from "../../../shared/crash/crash-point.ts";
import { fromHex, isHashHex, toHex } from "../../../shared/crash/hash.ts";

/** Every value on the way from a round's hash to its crash point. */
export interface Working {
  /** SHA-256 of the hash's bytes: the hash that was public before the round. */
  readonly commitment: string;
  readonly hmac: string;
  /** The first 13 hex digits of the HMAC, and the number they are. */
  readonly drawHex: string;
  readonly draw: number;
  readonly crashHundredths: number;
}

const DRAW_HEX_DIGITS = 13;

/** Gives null when `hash` is not a hash. */
export function workOut(hash: string, rules: CrashPointRules): Working | null {
  if (!isHashHex(hash)) return null;
  const bytes = fromHex(hash);
  const point = crashPoint(bytes, rules, (key, message) => hmac(sha256, new TextEncoder().encode(key), message));
  return { commitment: toHex(sha256(bytes)), drawHex: point.hmac.slice(0, DRAW_HEX_DIGITS), ...point };
}
