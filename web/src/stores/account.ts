/** Logs in and out, and keeps the player's profile and wallet fresh. REST is the truth; the user socket only makes it quick. */
import { computed, effect } from "@preact/signals";
import { call } from "../api/client.ts";
import { forgetTokens, keepTokens, session, type TokenAnswer } from "../api/session.ts";
import type { Profile, Wallet } from "../api/types.ts";
import { phoneInUse, profile, wallet } from "./player.ts";
import { refreshPromotions } from "./promotions.ts";
import { sayTrouble } from "./toasts.ts";

export async function refreshWallet(): Promise<void> {
  if (session.value === null) return;
  wallet.value = await call<Wallet>("GET", "/api/v1/users/me/wallet");
}

export async function refreshProfile(): Promise<void> {
  if (session.value === null) return;
  profile.value = await call<Profile>("GET", "/api/v1/users/me");
  phoneInUse.value = profile.value.phone_number;
}

/** Takes a balance that a socket told, unless it is older than the one shown. */
export function takeBalance(told: { balance: number; available_balance: number; held: number; version: number }): void {
  const known = wallet.value;
  if (known === null || told.version < known.version) return;
  wallet.value = { ...known, ...told };
}

export async function logIn(phone: string, password: string): Promise<void> {
  keepTokens(await call<TokenAnswer>("POST", "/api/v1/auth/login", { body: { phone_number: phone, password } }));
}

export async function logOut(): Promise<void> {
  const refreshToken = session.value?.refreshToken;
  forgetTokens();
  if (refreshToken !== undefined) await call("POST", "/api/v1/auth/logout", { body: { refresh_token: refreshToken } }).catch(sayTrouble);
}

/** Loads the player at log-in and forgets them at log-out, whoever caused it (a form, another tab, an ended session). */
export function startAccount(): void {
  const loggedIn = computed(() => session.value !== null);
  effect(() => {
    if (loggedIn.value) {
      Promise.all([refreshProfile(), refreshWallet(), refreshPromotions()]).catch(sayTrouble);
    } else {
      refreshPromotions().catch(sayTrouble);
      profile.value = null;
      wallet.value = null;
    }
  });
}
