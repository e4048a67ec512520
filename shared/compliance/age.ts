/**
 * Age at the door. The law counts whole years on the calendar of the tenant's country, so the day is the tenant's local day, not
 * UTC's: a birthday begins at midnight in Nairobi.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { ageInYears, isCalendarDay, localDay, type UnixMs } from "../kernel/time.ts";
import type { Tenant } from "../tenants/tenant.ts";

/** Older than any living person: a date of birth before it is a typing error. */
const AGE_YEARS_MAX = 125;

export type AgeRefusal = { readonly reason: "not_a_birth_date" } | { readonly reason: "underage"; readonly minimumAgeYears: number };

/** Checks a date of birth `YYYY-MM-DD` against the tenant's minimum age; answers the age in whole years. */
export function checkAge(dateOfBirth: string, tenant: Tenant, nowMs: UnixMs): Result<number, AgeRefusal> {
  if (!isCalendarDay(dateOfBirth)) return err({ reason: "not_a_birth_date" });
  const age = ageInYears(dateOfBirth, localDay(nowMs, tenant.utcOffsetMinutes));
  if (age < 0 || age > AGE_YEARS_MAX) return err({ reason: "not_a_birth_date" });
  return age >= tenant.minimumAgeYears ? ok(age) : err({ reason: "underage", minimumAgeYears: tenant.minimumAgeYears });
}
