/**
 * What callers say to a Staff object (one per operator account, named `staff:<email>`). Additive only.
 */
import type { Result } from "../../kernel/result.ts";
import type { Country } from "../../tenants/tenant.ts";

export const STAFF_ROLES = ["support", "trader", "finance", "compliance", "regulator", "admin"] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

export interface StaffView {
  readonly email: string;
  readonly role: StaffRole;
  readonly countries: readonly Country[];
}

export type StaffRefusal = { readonly reason: "wrong_credentials" } | { readonly reason: "locked"; readonly untilMs: number };

export interface StaffLogIn {
  readonly email: string;
  readonly password: string;
  /** Six digits of the time-based one-time password (RFC 6238). */
  readonly code: string;
}

export interface StaffRpc {
  /** Checks password and code; each code is good once. Wrong tries lock the account for a growing time. */
  logIn(command: StaffLogIn): Promise<Result<StaffView, StaffRefusal>>;
}
