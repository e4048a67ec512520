/** The player's own profile: what is shown of it, and what may be changed. Deposit limits live in the wallet, which enforces them. */
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import type { ProfileAnswer } from "../../../shared/protocol/http/identity.ts";
import type { IdentityRpc, ProfileView } from "../../../shared/protocol/rpc/identity.ts";
import type { PlayerState } from "../../../shared/protocol/rpc/wallet.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { walletOf } from "../../adapters/objects.ts";
import { type PlayerScope, refuse, requirePlayer, type ServiceContext, type ServiceResult } from "../context.ts";
import { walletError } from "../wallet-refusal.ts";
import { identityById } from "./identity-object.ts";
import { identityError } from "./identity-refusal.ts";

export interface ProfileChange {
  readonly email?: string | null | undefined;
  readonly language?: string | undefined;
  /** Null takes a limit away, after the wallet's waiting time. */
  readonly limits: { readonly day?: Minor | null; readonly week?: Minor | null; readonly month?: Minor | null };
  /** Makes the change of limits happen once. */
  readonly key: string;
}

/** Refuses UNAUTHORIZED. */
export async function readProfile(ctx: ServiceContext): Promise<ServiceResult<ProfileAnswer>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const identity = ownIdentity(ctx, player.value);
  if (!identity.ok) return identity;
  const [profile, wallet] = await Promise.all([identity.value.readProfile(), walletOf(ctx.env, player.value.actor).read()]);
  if (!profile.ok) return { ok: false, error: identityError(profile.error) };
  if (!wallet.ok) return { ok: false, error: walletError(wallet.error) };
  return ok(present(profile.value, wallet.value.player));
}

/** Refuses UNAUTHORIZED, VALIDATION_FAILED (language). A lower limit holds at once, a higher one after a day. */
export async function updateProfile(ctx: ServiceContext, change: ProfileChange): Promise<ServiceResult<ProfileAnswer>> {
  const player = requirePlayer(ctx);
  if (!player.ok) return player;
  const identity = ownIdentity(ctx, player.value);
  if (!identity.ok) return identity;
  const { languages } = player.value.tenant;
  if (change.language !== undefined && !languages.includes(change.language))
    return refuse("VALIDATION_FAILED", { fields: { language: `is not one of ${languages.join(", ")}` } });
  if (Object.keys(change.limits).length > 0) {
    const limited = await walletOf(ctx.env, player.value.actor).setDepositLimits({ key: change.key, ...change.limits });
    if (!limited.ok) return { ok: false, error: walletError(limited.error) };
  }
  const updated = await identity.value.updateProfile({
    ...(change.email === undefined ? {} : { email: change.email?.toLowerCase() ?? null }),
    ...(change.language === undefined ? {} : { language: change.language }),
  });
  return updated.ok ? readProfile(ctx) : { ok: false, error: identityError(updated.error) };
}

/** The player's own Identity object, by the token; refuses UNAUTHORIZED for a token that names none. */
export function ownIdentity(ctx: ServiceContext, player: PlayerScope): ServiceResult<IdentityRpc> {
  const identity = identityById(ctx.env, player.actor.identityObjectId);
  return identity === null ? refuse("UNAUTHORIZED") : ok(identity);
}

function present(profile: ProfileView, player: PlayerState): ProfileAnswer {
  const { day, week, month } = player.depositLimitsMinor;
  return {
    id: profile.userId,
    phone_number: profile.phoneNumber,
    full_name: profile.fullName,
    email: profile.email,
    date_of_birth: profile.dateOfBirth,
    national_id: profile.nationalIdMasked,
    country: profile.country,
    currency: tenantOf(profile.country).currency,
    language: profile.language,
    is_verified: profile.verified,
    daily_deposit_limit: majorOrNull(day),
    weekly_deposit_limit: majorOrNull(week),
    monthly_deposit_limit: majorOrNull(month),
    self_exclusion: player.exclusion === null ? null : { until: timeOrNull(player.exclusion.untilMs) },
    created_at: toRfc3339(unixMs(profile.createdAtMs)),
  };
}

function majorOrNull(amountMinor: number | null): number | null {
  return amountMinor === null ? null : toMajor(minor(amountMinor));
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : toRfc3339(unixMs(atMs));
}
