/**
 * What callers say to a Wallet about promotions: tokens that stake a bet at the house's cost. Additive only. Amounts are minor units,
 * times milliseconds since 1970, odds thousandths.
 */
import type { FreeBetTerms } from "../../tenants/sports/promotions.ts";
import type { WalletReply } from "./wallet.ts";

export type FreeBetState = "ISSUED" | "USED" | "RETURNED" | "EXPIRED";

export interface FreeBetView {
  readonly freeBetId: string;
  readonly campaignId: string;
  readonly amountMinor: number;
  readonly terms: FreeBetTerms;
  /** `RETURNED` is as good as `ISSUED`: a void bet gave it back. */
  readonly state: FreeBetState;
  /** The bet that it is staked on. */
  readonly betId: string | null;
  readonly grantedAtMs: number;
  readonly expiresAtMs: number;
}

/** Gives the player a token; the caller has taken its amount out of the campaign's budget. */
export interface GrantFreeBet {
  readonly key: string;
  readonly freeBetId: string;
  readonly campaignId: string;
  readonly amountMinor: number;
  readonly terms: FreeBetTerms;
  readonly days: number;
  readonly reason: string;
}

export interface PromotionsView {
  readonly freeBets: readonly FreeBetView[];
}

export interface WalletPromotionsRpc {
  grantFreeBet(command: GrantFreeBet): Promise<WalletReply<FreeBetView>>;
  /** What the player was given, the newest first. */
  promotions(): Promise<PromotionsView>;
}
