/**
 * What callers say to an OddsChannel object and what it answers. Additive only. Odds in thousandths, times in milliseconds.
 *
 * One OddsChannel per tenant and fixture, named `<country>:<fixture id>`: prices, market states, liability and accepted selections of
 * a fixture have one owner. One OddsLobby per tenant, named `<country>:lobby`.
 */
import type { PromisedLead } from "../../betting/early-payout.ts";
import type { Result } from "../../kernel/result.ts";
import type { Country } from "../../tenants/tenant.ts";
import type { FeedMessage } from "../feed/message.ts";
import type { Coverage } from "./feed-monitor.ts";
import type { AcceptedSelection, SelectionOutcome } from "./wallet.ts";

export type OddsPolicy = "none" | "higher" | "any";

export interface WantedSelection {
  readonly selectionId: string;
  /** What the player saw: compared with the current price by the policy, never used as the price. Null when not said. */
  readonly seenOddsThousandths: number | null;
  readonly seenPriceVersion: number | null;
}

export interface ReserveSelections {
  readonly betId: string;
  readonly walletId: string;
  readonly policy: OddsPolicy;
  readonly selections: readonly WantedSelection[];
  /** For liability: what the house would lose if these win, minor units. */
  readonly stakeMinor: number;
  /** True to hear the place terms of each selection too: a bet that is taken with them is each way. */
  readonly eachWay?: boolean;
}

/** In order of precedence. */
export type ReserveRefusal =
  | { readonly reason: "unknown_selection"; readonly selectionIds: readonly string[] }
  | { readonly reason: "market_closed"; readonly selectionIds: readonly string[] }
  | { readonly reason: "market_suspended"; readonly selectionIds: readonly string[] }
  | {
      readonly reason: "odds_changed";
      readonly changes: readonly {
        readonly selectionId: string;
        readonly oldOddsThousandths: number | null;
        readonly newOddsThousandths: number;
        readonly priceVersion: number;
      }[];
    };

/** What a bet counts for on one of its selections, minor units; `isHard` when this selection alone decides what it pays. */
export interface CountedStake {
  readonly stakeMinor: number;
  readonly payoutMinor: number;
  readonly isHard: boolean;
}

export interface ConfirmBet {
  readonly betId: string;
  readonly walletId: string;
  /** `counted` null: the bet can win nothing more here. Absent: as a single's. */
  readonly selections: readonly {
    readonly selectionId: string;
    readonly oddsThousandths: number;
    readonly counted?: CountedStake | null;
    /** Won once its team leads by so many, whatever the result. */
    readonly early?: PromisedLead;
  }[];
  /** The journal's entry after which the bet counts for this; of two words the one of the later entry holds. Absent: 0. */
  readonly seq?: number;
  readonly stakeMinor: number;
  /** When the wallet took the bet: a cancel's window is about it. */
  readonly placedAtMs: number;
}

/** A wallet has applied this version of the fixture's results to this bet. */
export interface SettlementAck {
  readonly walletId: string;
  readonly betId: string;
  readonly resultVersion: number;
}

export interface Reservation {
  readonly accepted: readonly AcceptedSelection[];
  readonly expiresAtMs: number;
  /** The largest stake for a customer of factor 1, minor units: product cap and what liability leaves; null without a bound. */
  readonly stakeMaxMinor: number | null;
  /** How long a live bet waits by the house's word on this fixture, milliseconds; null where its sport's delay holds. */
  readonly liveDelayMs: number | null;
}

export interface OutcomeView {
  readonly selectionId: string;
  readonly outcomeId: string;
  readonly name: string;
  readonly oddsThousandths: number;
  readonly priceVersion: number;
  readonly status: "active" | "suspended" | "closed";
  readonly result: SelectionOutcome | null;
  /** The feed's own view without margin, in millionths; null where it says none. */
  readonly probabilities: Probabilities | null;
}

export interface Probabilities {
  readonly winPpm: number;
  readonly refundPpm: number;
  readonly halfWinPpm: number;
  readonly halfLosePpm: number;
}

export interface MarketView {
  readonly marketId: string;
  /** `1x2`, `total`, `both_score`, `double_chance`. */
  readonly type: string;
  readonly name: string;
  /** E.g. `total=2.5`; empty when the market has none. */
  readonly specifier: string;
  readonly status: "active" | "suspended" | "closed" | "settled" | "cancelled";
  /** Whether the feed lets bets on it be cashed out. */
  readonly cashOut: "active" | "suspended" | "closed";
  readonly outcomes: readonly OutcomeView[];
}

export type FixtureStatus = "upcoming" | "live" | "interrupted" | "postponed" | "abandoned" | "finished" | "cancelled";

export interface FixtureView {
  readonly fixtureId: string;
  readonly country: Country;
  readonly sport: string;
  readonly league: string;
  readonly homeTeam: string;
  readonly awayTeam: string;
  readonly startsAtMs: number;
  readonly status: FixtureStatus;
  readonly minute: number | null;
  readonly homeScore: number | null;
  readonly awayScore: number | null;
  /** Sequence of the last change; a subscriber's deltas go on from here. */
  readonly seq: number;
  /** True while the feed is silent on a live fixture: no live bet is taken. */
  readonly late: boolean;
  /** How long a live bet waits by the house's word on this fixture, milliseconds; null where its sport's delay holds. */
  readonly liveDelayMs?: number | null;
  readonly markets: readonly MarketView[];
}

/** Why a message of the feed was not taken; nothing has changed then. */
export interface FeedMessageRefusal {
  readonly reason: "unknown_fixture" | "fixture_full";
}

export interface OddsChannelRpc {
  /**
   * Applies one feed message; older or repeated ones (by `sequence`) change nothing. `coverage` says how the producer that speaks stands:
   * what one that is away offers is stored and not sold.
   */
  ingest(message: FeedMessage, coverage?: Coverage): Promise<Result<{ readonly applied: boolean }, FeedMessageRefusal>>;
  /** A producer went away, or is whole again; an older version changes nothing, nor does a fixture that is not known here. */
  producerChanged(news: Coverage & { readonly producer: number }): Promise<void>;
  view(): Promise<FixtureView | null>;
  /** Prices without reserving; for quotes. */
  price(wanted: readonly WantedSelection[]): Promise<Result<readonly AcceptedSelection[], ReserveRefusal>>;
  /**
   * Prices and checks for a bet. The answer is good until `expiresAtMs`, by when the wallet must have taken the bet; nothing is kept
   * of it, so a repeat gets the price of its own moment: a player can't try a price now and take it after the goal.
   */
  reserve(command: ReserveSelections): Promise<Result<Reservation, ReserveRefusal>>;
  /**
   * Stores accepted bets' selections for settlement; idempotent on `betId`, welcome after the result too. Of a bet that is known what it
   * counts for is brought up to date, by `seq`. Refuses
   * `unknown_fixture`, which only a caller's bug can cause: channels price nothing that they don't know.
   */
  confirm(bets: readonly ConfirmBet[]): Promise<Result<null, { readonly reason: "unknown_fixture" }>>;
  /** The settlement consumer says which versions wallets have applied. */
  acknowledgeSettlement(acks: readonly SettlementAck[]): Promise<void>;
  acknowledgeOutbox(seqs: readonly number[]): Promise<void>;
}

export interface OddsLobbyRpc {
  /** A channel tells its lobby what its fixture looks like now; older `seq` than known is ignored. */
  publish(fixture: FixtureView): Promise<void>;
  list(query: {
    readonly status: FixtureStatus | "all";
    readonly sport: string | null;
    readonly limit: number;
    readonly offset: number;
  }): Promise<{ readonly fixtures: readonly FixtureView[]; readonly total: number }>;
}
