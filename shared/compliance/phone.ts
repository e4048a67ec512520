/**
 * Phone numbers, normalised once, at the door: E.164 with the plus is the only form inside the platform.
 *
 * Players type `0712345678`, `254712345678` or `+254 712 345 678`. The metadata set is the library's mobile one: a land line gets no
 * SMS, so it is no identity here.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/mobile";
import type { Brand } from "../kernel/brand.ts";
import { isCountry } from "../tenants/index.ts";
import type { Country } from "../tenants/tenant.ts";

export type E164 = Brand<string, "E164">;

export interface MobileNumber {
  readonly e164: E164;
  /** The tenant whose numbering plan it belongs to. */
  readonly country: Country;
}

/** What people and forms put around digits; anything else in the text is not a phone number. */
const TYPED_NUMBER = /^\+?[\d\s().-]{6,24}$/;

/**
 * Reads a mobile number of any tenant; a national form is read as one of `home`. Null when it is no valid mobile number of a
 * country with a tenant.
 */
export function parseMobile(text: string, home: Country): MobileNumber | null {
  const typed = text.trim();
  if (!TYPED_NUMBER.test(typed)) return null;
  const number = parsePhoneNumberFromString(typed, { defaultCountry: home, extract: false });
  if (number === undefined || !number.isValid() || number.ext !== undefined || !isCountry(number.country)) return null;
  return { e164: number.number as string as E164, country: number.country };
}
