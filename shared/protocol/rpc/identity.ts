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
  readonly nationalIdMasked: string;
  readonly language: string;
  readonly phoneVerified: boolean;
  readonly verified: boolean;
  readonly createdAtMs: number;
}

export interface RegisterIdentity {
  readonly userId: string;
  readonly country: Country;
  /** E.164, as in the object's name. */
  readonly phoneNumber: string;
  /** Password or PIN, in clear. */
  readonly secret: string;
  readonly fullName: string;
  readonly dateOfBirth: string;
  readonly idType: string;
  readonly nationalId: string;
  readonly email: string | null;
  readonly kraPin: string | null;
}

/** A session just opened or continued. */
export interface SessionView {
  readonly profile: ProfileView;
  readonly sessionId: string;
  /** Good once; using it again ends its family, but for a repeat under the same key. */
  readonly refreshToken: string;
  /** False until `markWalletOpened`: whoever opens a session opens the wallet then. */
  readonly walletOpened: boolean;
}

/** What an identity check needs to know; never part of an answer to a client. */
export interface PersonToVerify {
  readonly userId: string;
  readonly country: Country;
  readonly phoneNumber: string;
  readonly fullName: string;
  readonly dateOfBirth: string;
  readonly idType: string;
  readonly nationalId: string;
  /** The document that was verified, its number masked; null before. */
  readonly verified: { readonly idType: string; readonly idNumberMasked: string } | null;
  readonly walletOpened: boolean;
}

export type IdentityRefusal =
  | { readonly reason: "phone_taken" }
  | { readonly reason: "not_found" }
  | { readonly reason: "wrong_code"; readonly attemptsLeft: number }
  | { readonly reason: "code_expired" }
  /** The number was registered more than once, so the code alone does not say whose registration it is meant to confirm. */
  | { readonly reason: "user_id_required" }
  | { readonly reason: "wrong_credentials" }
  /** Said only to who knows the registration's password; `userId` is what confirming it may need. */
  | { readonly reason: "phone_not_verified"; readonly userId: string }
  | { readonly reason: "locked"; readonly untilMs: number }
  | { readonly reason: "rate_limited"; readonly retryAfterMs: number }
  | { readonly reason: "refresh_token_invalid" }
  | { readonly reason: "refresh_token_reused" };

export type IdentityReply<T> = Result<T, IdentityRefusal>;

export interface IdentityRpc {
  /**
   * Keeps a registration and sends a code; replaces one whose phone was never confirmed. Refuses `phone_taken`, `rate_limited`
   * (codes to this number).
   */
  register(command: RegisterIdentity): Promise<IdentityReply<{ readonly userId: string }>>;
  /** Sends a new code for a waiting registration, and nothing without one. Refuses `rate_limited`, whether or not one waits. */
  resendCode(): Promise<IdentityReply<null>>;
  /**
   * Confirms the phone and opens a session. A `userId` binds the code to that registration, so that one made later by somebody
   * else can't be confirmed by mistake; a registration that replaced another one needs it. Refuses `user_id_required`, `wrong_code`,
   * `code_expired`.
   */
  verifyPhone(command: { readonly code: string; readonly userId: string | null }): Promise<IdentityReply<SessionView>>;
  /**
   * Refuses `rate_limited`, `locked`, `wrong_credentials` (also for an unknown number), `phone_not_verified`. `attemptsPerMinute` is
   * null where request limits are off.
   */
  logIn(command: { readonly secret: string; readonly attemptsPerMinute: number | null }): Promise<IdentityReply<SessionView>>;
  /**
   * Rotates the token. A repeat under the same `key` within minutes answers the same next token while nobody has used that. Refuses
   * `refresh_token_invalid`; `refresh_token_reused` has ended the whole family.
   */
  refresh(command: { readonly refreshToken: string; readonly key: string | null }): Promise<IdentityReply<SessionView>>;
  /** Ends the token's family; idempotent, an unknown token changes nothing. */
  logOut(command: { readonly refreshToken: string }): Promise<void>;

  /** Refuses `not_found` before the phone is confirmed, as all below. */
  readProfile(): Promise<IdentityReply<ProfileView>>;
  updateProfile(change: { readonly email?: string | null; readonly language?: string }): Promise<IdentityReply<ProfileView>>;
  personToVerify(): Promise<IdentityReply<PersonToVerify>>;
  /** Idempotent. */
  markWalletOpened(): Promise<IdentityReply<null>>;
  /** Idempotent; the first document stands. */
  markVerified(command: {
    readonly jobId: string;
    readonly idType: string;
    readonly idNumberMasked: string;
  }): Promise<IdentityReply<ProfileView>>;

  /** False once the message was acknowledged, replaced by a newer one, or its code expired. */
  isNotificationWanted(seq: number): Promise<boolean>;
  /** The receivers say what took effect; the object forgets those outbox rows. */
  acknowledge(seqs: readonly number[]): Promise<void>;
}
