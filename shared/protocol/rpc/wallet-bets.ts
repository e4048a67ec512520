/**
 * Bets as a Wallet takes, keeps and settles them. Additive only. Amounts are minor units, times milliseconds since 1970, odds
 * thousandths.
 */
import type { SelectionBoost } from "../../betting/boost.ts";
import type { PlaceTerms } from "../../betting/each-way.ts";
import type { PromisedEarlyPayout } from "../../betting/early-payout.ts";
import type { PromisedInsurance } from "../../betting/promised-cut.ts";
import type { PromisedLadder } from "../../betting/promised-ladder.ts";
import type { BetKind, BetStatus, SelectionOutcome } from "../../betting/types.ts";
import type { Builder } from "../../odds/bet-builder.ts";
import type { TaxLine } from "./wallet.ts";

/** A selection as the odds channel accepted it. */
export interface AcceptedSelection {
  readonly selectionId: string;
  readonly fixtureId: string;
  readonly marketId: string;
  readonly fixtureName: string;
  readonly marketName: string;
  readonly outcomeName: string;
  readonly oddsThousandths: number;
  readonly priceVersion: number;
  readonly reservedUntilMs: number;
  readonly isLive: boolean;
  readonly sport: string;
  /** The score's version when the price was taken. */
  readonly scoreVersion: number;
  /** The feed's own view of its chance, without margin, in millionths; null where the feed says none. */
  readonly probabilityPpm: number | null;
  /** Set for several statements about the match that are bet as one selection. */
  readonly builder?: Builder;
  /** Set for a price that promotions made better: `oddsThousandths` is the better one. */
  readonly boost?: SelectionBoost;
  /** Its place, when the bet is each way: all of a bet's selections have one, or none. */
  readonly place?: PlaceTerms;
}

export interface PlaceBet {
  readonly key: string;
  /** SHA-256 over the client's own fields; server-made values are not in it. */
  readonly fingerprint: string;
  readonly betId: string;
  readonly kind: BetKind;
  readonly stakeMinor: number;
  readonly selections: readonly AcceptedSelection[];
  /** Sizes of a system; empty for a single or multi. */
  readonly systemSizes: readonly number[];
  /** Indexes into `selections`. */
  readonly bankers: readonly number[];
  /** What the fixtures take of a player of factor 1, minor units; null or absent when they set no bound. */
  readonly stakeMaxMinor?: number | null;
  /** The token that pays the stake, all of it. */
  readonly freeBetId?: string;
  /** Bought at these odds: a multi that pays although some of its selections lose. */
  readonly insurance?: PromisedInsurance;
  /** The shared slip that it was made of. */
  readonly bookingCode?: string;
}

/** A promised accumulator bonus as a call carries it: its steps are no pairs. */
export interface ToldLadder extends Omit<PromisedLadder, "steps"> {
  readonly steps: readonly { readonly selections: number; readonly percent: number }[];
}

export interface BetView {
  readonly betId: string;
  readonly kind: BetKind;
  readonly status: BetStatus;
  readonly stakeMinor: number;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly lines: number;
  readonly potentialWinMinor: number;
  readonly paidMinor: number;
  readonly taxLines: readonly TaxLine[];
  readonly selections: readonly (AcceptedSelection & {
    readonly outcome: SelectionOutcome | null;
    /** Of its place; absent where it has none. */
    readonly placeOutcome?: SelectionOutcome | null;
    readonly resultVersion: number;
  })[];
  readonly settlements: readonly {
    readonly version: number;
    readonly targetMinor: number;
    readonly postedMinor: number;
    readonly atMs: number;
  }[];
  /** Grows with each result and cash-out: an offer is good for the version it was made of. */
  readonly stateVersion: number;
  /** What still plays, taxes included and without them. */
  readonly openStakeMinor: number;
  readonly openNetStakeMinor: number;
  readonly cashOuts: readonly {
    readonly percent: number;
    readonly stakeMinor: number;
    readonly payoutMinor: number;
    readonly paidMinor: number;
    readonly atMs: number;
  }[];
  /** The token that paid the stake. */
  readonly freeBetId?: string;
  /** The bet that it was made of by an edit, and the one that it became. */
  readonly parentId?: string;
  readonly editedTo?: string;
  /** The accumulator bonus that was promised. */
  readonly ladder?: ToldLadder;
  /** Which selections are won once their team leads by so many. */
  readonly earlyPayout?: PromisedEarlyPayout;
  /** What of the stake comes back when up to so many selections lose, as long as none is void. */
  readonly cutRefund?: {
    readonly losersMax: number;
    readonly percent: number;
    readonly refundMaxMinor: number;
    /** As a token; absent or false: in cash. */
    readonly isFreeBet?: boolean;
  };
  /** The odds at which it pays although some selections lose. */
  readonly insurance?: PromisedInsurance;
  /** The shared slip that it was made of. */
  readonly bookingCode?: string;
  readonly placedAtMs: number;
  readonly settledAtMs: number | null;
}

/** Turns `percent` of the remaining stake into `payoutMinor`, taxes not yet taken, if the bet is still at `stateVersion`. */
export interface CashOutBet {
  readonly key: string;
  readonly fingerprint: string;
  readonly betId: string;
  readonly stateVersion: number;
  readonly percent: number;
  readonly payoutMinor: number;
}

/**
 * A result of one fixture for one bet. `resultVersion` grows with each correction of that fixture; an older or equal version than the
 * one applied posts nothing. An outcome of null takes a result back (rollback).
 */
export interface BetResult {
  readonly betId: string;
  readonly resultVersion: number;
  readonly results: readonly { readonly selectionId: string; readonly outcome: SelectionOutcome | null }[];
}

export interface SettleBet extends BetResult {
  readonly fixtureId: string;
}

/** Results of one fixture for several bets of the wallet. */
export interface SettleBets {
  readonly fixtureId: string;
  readonly bets: readonly BetResult[];
}

export interface SettledBet {
  readonly betId: string;
  /** `known`: this version, or a newer one, had been applied before. */
  readonly fate: "applied" | "known" | "not_found";
}
