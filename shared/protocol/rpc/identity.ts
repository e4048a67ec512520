/**
 * What callers say to an Identity object (one per phone number, named `<country>:<E.164>`). Additive only; the services own the
 * HTTP shapes. Secrets (passwords, codes, refresh tokens) arrive in clear over RPC and are stored only as hashes.
 */
import type { Result } from "../../kernel/result.ts";
import type { Country } from "../../tenants/tenant.ts";

export interface ProfileView {
  readonly userId: string;
  readonly country: Country;
  readonly phoneNumber: string;
  readonly fullName: string;
  readonly email: string | null;
  readonly dateOfBirth: string;
  readonly nationalIdLast4: string | null;
  readonly language: string;
  readonly phoneVerified: boolean;
  readonly verified: boolean;
  readonly createdAtMs: number;
}

export type IdentityRefusal =
  | { readonly reason: "phone_taken" }
  | { readonly reason: "not_found" }
  | { readonly reason: "wrong_code"; readonly attemptsLeft: number }
  | { readonly reason: "code_expired" }
  | { readonly reason: "wrong_credentials" }
  | { readonly reason: "phone_not_verified" }
  | { readonly reason: "locked"; readonly untilMs: number }
  | { readonly reason: "rate_limited"; readonly retryAfterMs: number }
  | { readonly reason: "refresh_token_invalid" }
  | { readonly reason: "refresh_token_reused" };

export type IdentityReply<T> = Result<T, IdentityRefusal>;
