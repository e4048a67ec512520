/** Who plays and what they have: the signals that screens read. stores/account.ts fills them. */
import { computed, signal } from "@preact/signals";
import type { Profile, Wallet } from "../api/types.ts";

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
