/**
 * Daraja's times: East Africa Time (UTC+3, no daylight saving) without a zone, in two spellings; and the password made from one.
 */
import { HOUR_MS, type UnixMs, unixMs } from "../../kernel/time.ts";

const EAT_OFFSET_MS = 3 * HOUR_MS;

/** `YYYYMMDDHHmmss` in East Africa Time. */
export function darajaTimestamp(at: UnixMs): string {
  return new Date(at + EAT_OFFSET_MS).toISOString().slice(0, 19).replace(/\D/g, "");
}

/** base64(shortcode + passkey + timestamp): proves that the caller knows the passkey. */
export function darajaPassword(shortcode: string, passkey: string, timestamp: string): string {
  return btoa(`${shortcode}${passkey}${timestamp}`);
}

/** Reads `20221117155745` or `17.11.2022 15:57:45` (both EAT); null for anything else. */
export function darajaInstant(text: string): UnixMs | null {
  const compact = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text);
  const dotted = /^(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})$/.exec(text);
  const iso =
    compact !== null
      ? `${compact[1]}-${compact[2]}-${compact[3]}T${compact[4]}:${compact[5]}:${compact[6]}`
      : dotted !== null
        ? `${dotted[3]}-${dotted[2]}-${dotted[1]}T${dotted[4]}:${dotted[5]}:${dotted[6]}`
        : null;
  const at = iso === null ? Number.NaN : Date.parse(`${iso}+03:00`);
  return Number.isFinite(at) && at >= 0 ? unixMs(at) : null;
}
