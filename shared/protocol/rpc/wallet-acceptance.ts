/**
 * What callers say to a Wallet about bets that wait for their acceptance: the stake is held, the decision comes later. Additive only.
 * Amounts are minor units, times milliseconds since 1970, odds thousandths.
 */
import type { AskedPrice } from "../../betting/acceptance.ts";
import type { HeldBetStatus } from "../../betting/types.ts";
import type { AcceptedSelection, BetKind, BetView, Page, PlaceBet, WalletReply } from "./wallet.ts";

/** A bet with a live selection: its stake is held for `delayMs`, then its prices are asked again. */
export interface HoldBet extends PlaceBet {
  readonly delayMs: number;
  /** What the player saw and takes, one for each of `selections`, in their order. */
  readonly asked: readonly AskedPrice[];
}

/** New terms that the player may take until `expiresAtMs`. */
export interface BetOffer {
  /** Which of the bet's offers it is, from 1. */
  readonly round: number;
  readonly selections: readonly AcceptedSelection[];
  readonly stakeMinor: number;
  readonly potentialWinMinor: number;
  readonly expiresAtMs: number;
}

/** A bet that is not accepted: it waits, is offered on new terms, or came to nothing and its stake is free again. */
export interface HeldBetView {
  readonly betId: string;
  readonly kind: BetKind;
  readonly status: HeldBetStatus;
  readonly stakeMinor: number;
  readonly systemSizes: readonly number[];
  readonly bankers: readonly number[];
  readonly lines: number;
  /** At the prices of now. */
  readonly potentialWinMinor: number;
  readonly selections: readonly AcceptedSelection[];
  readonly placedAtMs: number;
  readonly decidesAtMs: number;
  readonly offer: BetOffer | null;
  /** Why it came to nothing. */
  readonly refusal: BetRefusal | null;
  readonly decidedAtMs: number | null;
  /** The token that pays the stake. */
  readonly freeBetId?: string;
}

export interface BetRefusal {
  /** One of the public errors. */
  readonly code: string;
  /** JSON of the object that a client is told. */
  readonly details: string;
}

/** A bet in any of its states; a held bet has a `decidesAtMs`. */
export type ShownBet = BetView | HeldBetView;

/** True for a bet that is not accepted. */
export function isHeld(bet: ShownBet): bet is HeldBetView {
  return "decidesAtMs" in bet;
}

/** What is to be decided now. */
export interface BetToDecide {
  readonly round: number;
  readonly stakeMinor: number;
  readonly selections: readonly AcceptedSelection[];
  readonly asked: readonly AskedPrice[];
}

/** What the fixtures say of a bet after its delay. */
export type FixturesVerdict =
  | {
      readonly verdict: "priced";
      readonly selections: readonly AcceptedSelection[];
      readonly stakeMaxMinor: number | null;
      /** The player has to take the prices before they hold. */
      readonly asksAgain: boolean;
    }
  | ({ readonly verdict: "refused" } & BetRefusal);

export interface DecideBet {
  readonly betId: string;
  /** Which asking is answered: a late answer to an earlier one decides nothing. */
  readonly round: number;
  readonly decision: FixturesVerdict;
}

export interface AnswerOffer {
  readonly key: string;
  readonly fingerprint: string;
  readonly betId: string;
  /** Which offer is meant; null for the one that stands. */
  readonly round: number | null;
  readonly accept: boolean;
}

export interface SetCustomerFactor {
  readonly key: string;
  readonly basisPoints: number;
}

export interface WalletAcceptanceRpc {
  /** Holds the stake of a bet that has to wait. Its key is the bet's: a repeat gets the answer of the first, placed or held. */
  holdBet(command: HoldBet): Promise<WalletReply<ShownBet>>;
  /** The bet if it is due to be decided, or null. */
  betToDecide(betId: string): Promise<BetToDecide | null>;
  /** Accepts, refuses or offers new terms; once for each round. */
  decideBet(command: DecideBet): Promise<WalletReply<ShownBet>>;
  /** The player's answer. A taken offer waits for its decision again, at the offered terms. */
  answerOffer(command: AnswerOffer): Promise<WalletReply<ShownBet>>;
  /** An operator says how much of the usual stake this player may bet; 10,000 is all of it. */
  setCustomerFactor(command: SetCustomerFactor): Promise<WalletReply<{ readonly basisPoints: number }>>;
  customerFactor(): Promise<number>;
  shownBet(betId: string): Promise<ShownBet | null>;
  shownBetByKey(key: string): Promise<ShownBet | null>;
  shownBets(page: {
    readonly status: ShownBet["status"] | "ALL";
    readonly limit: number;
    readonly offset: number;
  }): Promise<Page<ShownBet>>;
}
