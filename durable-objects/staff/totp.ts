/** Time-based one-time passwords: RFC 6238 with HMAC-SHA-1, 30-second steps and six digits, as authenticator apps use. */
import { createHmac, timingSafeEqual } from "node:crypto";

const STEP_MS = 30_000;
/** Steps accepted beside the current one: clocks of phones are off by seconds. */
const DRIFT_STEPS = 1;

/** The code of one time step; `secretHex` is the shared secret. */
export function totpCode(secretHex: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", Buffer.from(secretHex, "hex")).update(counter).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The time step of an instant. */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / STEP_MS);
}

/** The step that `code` is right for, later than `lastUsedStep` so that a code works once; null when there is none. */
export function matchTotp(secretHex: string, code: string, nowMs: number, lastUsedStep: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  for (let step = totpStep(nowMs) - DRIFT_STEPS; step <= totpStep(nowMs) + DRIFT_STEPS; step += 1) {
    if (step > lastUsedStep && timingSafeEqual(Buffer.from(totpCode(secretHex, step)), Buffer.from(code))) return step;
  }
  return null;
}
