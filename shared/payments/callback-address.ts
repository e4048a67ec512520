/**
 * The addresses that a provider sends callbacks to: `/cb/<kind>/<country>/<intent, hex>/<secret, hex>`.
 *
 * Daraja signs nothing, so the address itself is the proof: its last part is an HMAC over kind and intent. Daraja also refuses an
 * address that contains `mpesa`, `exe`, `cmd`, `sql`, `query` and the like in any case; the letters of our ids can spell some of
 * them, hex digits can't.
 */
import type { Country } from "../tenants/tenant.ts";

/** `d`: a deposit's callback; `w`: a payout's result; `wt`: a payout's time-out; `s`: the result of asking for a payout's state. */
export const CALLBACK_KINDS = ["d", "w", "wt", "s"] as const;
export type CallbackKind = (typeof CALLBACK_KINDS)[number];

/** 160 bits of the HMAC. */
const SECRET_HEX_CHARS = 40;
const ID_BYTES_MAX = 64;

/** HMAC-SHA-256 of UTF-8 text, as 64 hex characters. */
export type HmacHex = (key: string, text: string) => string;

/** The path for one intent's callbacks of one kind. */
export function callbackPath(kind: CallbackKind, country: Country, intentId: string, secretKey: string, hmacHex: HmacHex): string {
  return `/cb/${kind}/${country}/${toHex(intentId)}/${callbackSecret(kind, country, intentId, secretKey, hmacHex)}`;
}

/** The secret part of the path. */
export function callbackSecret(kind: CallbackKind, country: Country, intentId: string, secretKey: string, hmacHex: HmacHex): string {
  return hmacHex(secretKey, `callback:${kind}:${country}:${intentId}`).slice(0, SECRET_HEX_CHARS);
}

/** Reads the intent's part of a path; null when it is no id in hex. */
export function intentOfPath(hex: string): string | null {
  if (hex.length > 2 * ID_BYTES_MAX || !/^([0-9a-f]{2})+$/.test(hex)) return null;
  let text = "";
  for (let i = 0; i < hex.length; i += 2) text += String.fromCharCode(Number.parseInt(hex.slice(i, i + 2), 16));
  return /^[a-z]{3}_[0-9A-Z]{26}$/.test(text) ? text : null;
}

function toHex(text: string): string {
  let hex = "";
  for (let i = 0; i < text.length; i += 1) hex += text.charCodeAt(i).toString(16).padStart(2, "0");
  return hex;
}
