/**
 * Instants and local days.
 *
 * The tenants' zones (EAT, WAT, GMT) have no daylight saving, so a fixed offset is exact; a tenant with a changing offset
 * needs a time-zone library here. No function reads a clock: instants arrive as arguments.
 */
import type { Brand } from "./brand.ts";
import { invariant } from "./invariant.ts";

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = Brand<number, "UnixMs">;
/** A calendar day `YYYY-MM-DD` in some tenant's zone. */
export type LocalDay = Brand<string, "LocalDay">;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Brands a number as an instant; asserts that it is a safe, non-negative integer. */
export function unixMs(value: number): UnixMs {
  invariant(Number.isSafeInteger(value) && value >= 0, `not an instant: ${value}`);
  return value as UnixMs;
}

/** Formats an instant as RFC 3339 in UTC. */
export function toRfc3339(at: UnixMs): string {
  return new Date(at).toISOString();
}

/** Says which calendar day it is `offsetMinutes` east of UTC. */
export function localDay(at: UnixMs, offsetMinutes: number): LocalDay {
  return new Date(at + offsetMinutes * MINUTE_MS).toISOString().slice(0, 10) as LocalDay;
}

/** The instant at which the local day that contains `at` began. */
export function startOfLocalDay(at: UnixMs, offsetMinutes: number): UnixMs {
  const shifted = at + offsetMinutes * MINUTE_MS;
  return unixMs(shifted - (shifted % DAY_MS) - offsetMinutes * MINUTE_MS);
}

/** Whole years from `birth` to `day`, both `YYYY-MM-DD`; a birthday counts from its own day, 29 February from 1 March. */
export function ageInYears(birth: string, day: LocalDay): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** True for a real calendar day written `YYYY-MM-DD`. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().slice(0, 10) === text;
}
