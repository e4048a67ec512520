/** Who is logged in, and the wallet's figures. REST is the truth; the user socket only makes it quick. */
import { computed, effect, signal } from "@preact/signals";
import { call } from "../api/client.ts";
import { forgetTokens, keepTokens, session, type TokenAnswer } from "../api/session.ts";
import type { Profile, Wallet } from "../api/types.ts";
import { sayTrouble } from "./toasts.ts";

export const profile = signal<Profile | null>(null);
export const wallet = signal<Wallet | null>(null);

/** The number that the last form was about; the development panel shows its SMS and prompts. */
export const phoneInUse = signal<string>("");

/** Every tenant's quick stakes and first amounts, by its currency; the limits themselves are the server's answers. */
const QUICK_AMOUNTS: Readonly<Record<string, { readonly stakes: readonly number[]; readonly deposits: readonly number[] }>> = {
  KES: { stakes: [20, 50, 100, 500], deposits: [100, 500, 1_000, 2_500] },
  NGN: { stakes: [100, 200, 500, 1_000], deposits: [500, 1_000, 5_000, 10_000] },
  GHS: { stakes: [1, 5, 10, 50], deposits: [10, 20, 50, 100] },
};
const FIRST_CURRENCY = "KES";

export const currency = computed(() => wallet.value?.currency ?? profile.value?.currency ?? FIRST_CURRENCY);
export const quickStakes = computed(() => QUICK_AMOUNTS[currency.value]?.stakes ?? []);
export const quickDeposits = computed(() => QUICK_AMOUNTS[currency.value]?.deposits ?? []);

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
      Promise.all([refreshProfile(), refreshWallet()]).catch(sayTrouble);
    } else {
      profile.value = null;
      wallet.value = null;
    }
  });
}
