/**
 * What callers say to a Wallet about promotions: tokens that stake a bet at the house's cost, and bonuses that are wagered. Additive only. Amounts are minor units,
 * times milliseconds since 1970, odds thousandths.
 */
import type { BoostGrant } from "../../betting/boost-grant.ts";
import type { FreeBetTerms, WageringTerms } from "../../tenants/sports/promotions.ts";
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

export type BonusState = "OFFERED" | "ACTIVE" | "COMPLETED" | "EXPIRED" | "FORFEITED";

export interface BonusView {
  readonly bonusId: string;
  readonly campaignId: string;
  /** The deposit that it matches. */
  readonly depositId: string | null;
  readonly amountMinor: number;
  /** How much has to be staked, and how much has counted. */
  readonly requiredMinor: number;
  readonly wageredMinor: number;
  readonly terms: WageringTerms;
  readonly days: number;
  readonly state: BonusState;
  readonly offeredAtMs: number;
  readonly startedAtMs: number | null;
  /** The offer's end, then the bonus's own. */
  readonly endsAtMs: number;
  readonly endedAtMs: number | null;
}

/** Offers the player a bonus; the caller has taken its amount out of the campaign's budget. */
export interface GrantBonus {
  readonly key: string;
  readonly bonusId: string;
  readonly campaignId: string;
  /** The deposit that it matches: it has to be credited, and is matched once. */
  readonly depositId: string | null;
  readonly amountMinor: number;
  readonly requiredMinor: number;
  readonly terms: WageringTerms;
  readonly days: number;
  /** How long the offer stands; null when the player has asked for it and it starts at once. */
  readonly offerDays: number | null;
  readonly reason: string;
}

export interface NamedBonus {
  readonly bonusId: string;
}

/** A credited deposit that no bonus matches yet. */
export interface UnmatchedDeposit {
  readonly depositId: string;
  readonly amountMinor: number;
  readonly startedAtMs: number;
}

/** A boost campaign that the player was given for some bets. */
export interface BoostGrantView extends BoostGrant {
  readonly grantId: string;
  readonly uses: number;
  readonly grantedAtMs: number;
}

/** Gives the player a boost campaign: `uses` bets, each of at most `stakeMaxMinor`. */
export interface GrantBoost {
  readonly key: string;
  readonly grantId: string;
  readonly boostId: string;
  readonly stakeMaxMinor: number;
  readonly uses: number;
  readonly days: number;
  readonly reason: string;
}

export interface PromotionsView {
  readonly freeBets: readonly FreeBetView[];
  readonly bonuses: readonly BonusView[];
  /** Newest first. */
  readonly boosts: readonly BoostGrantView[];
  readonly deposits: readonly UnmatchedDeposit[];
  /** Nothing is offered to a player who is excluded. */
  readonly isExcluded: boolean;
}

export interface WalletPromotionsRpc {
  grantFreeBet(command: GrantFreeBet): Promise<WalletReply<FreeBetView>>;
  grantBonus(command: GrantBonus): Promise<WalletReply<BonusView>>;
  grantBoost(command: GrantBoost): Promise<WalletReply<BoostGrantView>>;
  acceptBonus(command: NamedBonus): Promise<WalletReply<BonusView>>;
  giveUpBonus(command: NamedBonus): Promise<WalletReply<BonusView>>;
  /** What the player was given, the newest first; with an instant also the deposits started since then that could be matched. */
  promotions(depositsSinceMs?: number): Promise<PromotionsView>;
}
