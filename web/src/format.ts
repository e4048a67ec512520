/** Money, odds and times as people of the page's language read them. Formatting only: arithmetic is shared/money's. */
import { parseMajor, toMajor } from "../../shared/money/amount.ts";
import type { Minor } from "../../shared/money/minor.ts";
import { locale, t } from "./i18n/i18n.ts";

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const id = `${locale.value}:${name}`;
  const known = formats.get(id);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(locale.value, options);
  formats.set(id, made);
  return made;
}

/** Writes an amount of the API (major units), e.g. `KES 1,250.00`. */
export function money(major: number, currency: string): string {
  return numberFormat(currency, { style: "currency", currency, currencyDisplay: "code" }).format(major);
}

/** The same with its sign, for statements. */
export function signedMoney(major: number, currency: string): string {
  const options = { style: "currency", currency, currencyDisplay: "code", signDisplay: "exceptZero" } as const;
  return numberFormat(`${currency}±`, options).format(major);
}

/** The same without cents when there are none, for buttons. */
export function shortMoney(major: number, currency: string): string {
  return numberFormat(`${currency}~`, {
    style: "currency",
    currency,
    currencyDisplay: "code",
    trailingZeroDisplay: "stripIfInteger",
  }).format(major);
}

export function moneyOfMinor(minor: Minor, currency: string): string {
  return money(toMajor(minor), currency);
}

/** Reads what a person typed; null when it is not a positive amount with at most two decimals. */
export function typedAmount(text: string): Minor | null {
  const parsed = parseMajor(text.trim().replaceAll(",", ""));
  return parsed.ok && parsed.value > 0 ? parsed.value : null;
}

/** Writes odds with two decimals, and a third only where the price has one. */
export function odds(value: number): string {
  return numberFormat("odds", { minimumFractionDigits: 2, maximumFractionDigits: 3, useGrouping: false }).format(value);
}

export function multiplier(value: number): string {
  return `${numberFormat("multiplier", { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false }).format(value)}x`;
}

export function clockTime(rfc3339: string): string {
  return new Date(rfc3339).toLocaleTimeString(locale.value, { hour: "2-digit", minute: "2-digit" });
}

export function dayAndTime(rfc3339: string): string {
  return new Date(rfc3339).toLocaleString(locale.value, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** Names a day as people do: today, tomorrow, or its date. */
export function dayName(rfc3339: string, nowMs: number): string {
  const day = new Date(rfc3339);
  if (day.toDateString() === new Date(nowMs).toDateString()) return t("today");
  if (day.toDateString() === new Date(nowMs + 86_400_000).toDateString()) return t("tomorrow");
  return day.toLocaleDateString(locale.value, { weekday: "long", day: "numeric", month: "long" });
}
