/**
 * Codes that stand for a slip's selections: short, said over the phone, written on a wall.
 *
 * The alphabet leaves out what looks or sounds like something else (0 O, 1 I L, 2 Z, 5 S, 8 B, U V). A code follows from its selections,
 * so that sharing the same slip twice gives the same code; a clash of two slips is told apart by the next attempt.
 */
import { canonical } from "../kernel/canonical.ts";

const ALPHABET = "3467ACDEFGHJKMNPQRTWXY9";
const LENGTH = 8;
const SPOKEN = /[\s-]/g;

/** The code of these selections; `attempt` gives others when one is taken. `sha256` answers the digest's bytes. */
export function bookingCode(selectionIds: readonly string[], attempt: number, sha256: (text: string) => Uint8Array): string {
  const digest = sha256(canonical([[...selectionIds].sort(), attempt]));
  let value = digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let code = "";
  for (let index = 0; index < LENGTH; index += 1) {
    code += ALPHABET[Number(value % BigInt(ALPHABET.length))] ?? "";
    value /= BigInt(ALPHABET.length);
  }
  return code;
}

/** Reads a code as people type it: any case, with spaces or dashes; null for what is none. */
export function parseBookingCode(text: string): string | null {
  const code = text.toUpperCase().replace(SPOKEN, "");
  const isCode = code.length === LENGTH && [...code].every((character) => ALPHABET.includes(character));
  return isCode ? code : null;
}
