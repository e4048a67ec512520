/**
 * Whose wallet this is and what holds for the player: tenant, verification, exclusion, deposit limits, and whether the wallet is
 * frozen. The profile row and the limits are cached; `forget` drops the cache after a failed transaction.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { Currency } from "../../shared/money/currency.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { PlayerState } from "../../shared/protocol/rpc/wallet.ts";
import { isCountry, tenantOf } from "../../shared/tenants/index.ts";
import type { Country, Tenant } from "../../shared/tenants/tenant.ts";
import type { Sql } from "../platform/sql.ts";

export const LIMIT_SPANS = ["day", "week", "month"] as const;
export type LimitSpan = (typeof LIMIT_SPANS)[number];

export interface Profile {
  readonly walletId: string;
  readonly userId: string;
  readonly country: Country;
  readonly tenant: Tenant;
  readonly currency: Currency;
  readonly epoch: number;
  readonly frozenReason: string | null;
  readonly verified: boolean;
  /** Null: never excluded, or the exclusion is over (compare `untilMs` with now). `untilMs` null: permanent. */
  readonly exclusion: { readonly untilMs: number | null } | null;
}

export interface DepositLimit {
  readonly amountMinor: Minor | null;
  /** A higher limit, or none, that waits for its time. */
  readonly next: { readonly amountMinor: Minor | null; readonly atMs: number } | null;
}

type ProfileRow = {
  wallet_id: string;
  user_id: string;
  country: string;
  currency: string;
  epoch: number;
  frozen_reason: string | null;
  verified: number;
  excluded: number;
  excluded_until: number | null;
};
type LimitRow = { span: string; amount: number | null; next_amount: number | null; next_at: number | null };

export class ProfileStore {
  readonly #sql: Sql;
  #profile: Profile | null = null;
  #limits: Readonly<Record<LimitSpan, DepositLimit>> | null = null;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Null until the wallet is opened. */
  profile(): Profile | null {
    this.#profile ??= this.#load();
    return this.#profile;
  }

  forget(): void {
    this.#profile = null;
    this.#limits = null;
  }

  /** Opens the wallet, but not while an import is under way. */
  open(userId: string, country: Country, nowMs: number): void {
    const { currency } = tenantOf(country);
    this.#sql.run(
      "INSERT INTO profile SELECT 1, ?, ?, ?, ?, 1, ?, NULL, 0, 0, NULL WHERE NOT EXISTS (SELECT 1 FROM import_progress)",
      `${country}:${userId}`,
      userId,
      country,
      currency,
      nowMs,
    );
    this.forget();
  }

  setVerified(verified: boolean): void {
    this.#sql.run("UPDATE profile SET verified = ?", verified ? 1 : 0);
    this.forget();
  }

  exclude(untilMs: number | null): void {
    this.#sql.run("UPDATE profile SET excluded = 1, excluded_until = ?", untilMs);
    this.forget();
  }

  setFrozen(reason: string | null): void {
    this.#sql.run("UPDATE profile SET frozen_reason = ?", reason);
    this.forget();
  }

  /** The limits as stored; `limitAt` says what is in force at an instant. */
  depositLimits(): Readonly<Record<LimitSpan, DepositLimit>> {
    this.#limits ??= this.#loadLimits();
    return this.#limits;
  }

  #loadLimits(): Readonly<Record<LimitSpan, DepositLimit>> {
    const limits: Record<LimitSpan, DepositLimit> = { day: NO_LIMIT, week: NO_LIMIT, month: NO_LIMIT };
    for (const row of this.#sql.all<LimitRow>("SELECT span, amount, next_amount, next_at FROM deposit_limit")) {
      limits[row.span as LimitSpan] = {
        amountMinor: orNull(row.amount),
        next: row.next_at === null ? null : { amountMinor: orNull(row.next_amount), atMs: row.next_at },
      };
    }
    return limits;
  }

  setDepositLimit(span: LimitSpan, limit: DepositLimit): void {
    this.#limits = null;
    this.#sql.run(
      "INSERT OR REPLACE INTO deposit_limit VALUES (?, ?, ?, ?)",
      span,
      limit.amountMinor,
      limit.next?.amountMinor ?? null,
      limit.next?.atMs ?? null,
    );
  }

  /** What holds for the player at `nowMs`. */
  playerState(nowMs: number): PlayerState {
    const profile = this.profile();
    invariant(profile !== null, "the player of a wallet that is not open");
    const limits = this.depositLimits();
    return {
      verified: profile.verified,
      exclusion: exclusionAt(profile, nowMs),
      depositLimitsMinor: {
        day: limitAt(limits.day, nowMs),
        week: limitAt(limits.week, nowMs),
        month: limitAt(limits.month, nowMs),
      },
    };
  }

  #load(): Profile | null {
    const row = this.#sql.first<ProfileRow>("SELECT * FROM profile");
    if (row === null) return null;
    invariant(isCountry(row.country), `wallet of no tenant: ${row.country}`);
    const tenant = tenantOf(row.country);
    invariant(tenant.currency === row.currency, "wallet in another currency than its tenant's");
    return {
      walletId: row.wallet_id,
      userId: row.user_id,
      country: row.country,
      tenant,
      currency: tenant.currency,
      epoch: row.epoch,
      frozenReason: row.frozen_reason,
      verified: row.verified === 1,
      exclusion: row.excluded === 1 ? { untilMs: row.excluded_until } : null,
    };
  }
}

/** The exclusion in force at `nowMs`, or null. */
export function exclusionAt(profile: Profile, nowMs: number): { readonly untilMs: number | null } | null {
  const { exclusion } = profile;
  return exclusion !== null && (exclusion.untilMs === null || exclusion.untilMs > nowMs) ? exclusion : null;
}

/** The limit in force at `nowMs`: a higher one counts from its time on. */
export function limitAt(limit: DepositLimit, nowMs: number): Minor | null {
  return limit.next !== null && limit.next.atMs <= nowMs ? limit.next.amountMinor : limit.amountMinor;
}

const NO_LIMIT: DepositLimit = { amountMinor: null, next: null };

function orNull(amount: number | null): Minor | null {
  return amount === null ? null : minor(amount);
}
