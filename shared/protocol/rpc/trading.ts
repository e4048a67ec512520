/**
 * What operators say to an OddsChannel about its fixture, and what it answers. Additive only. Amounts in minor units, times in
 * milliseconds.
 *
 * Every call has a key and says who and why. What changes results is previewed first, on a market that takes no bets, and above the
 * tenant's limit it is a proposal that another operator approves.
 */
import type { Result } from "../../kernel/result.ts";
import type { SuspensionCause, TradingLimits, TradingRefusal, TradingSetting } from "../../odds/trading.ts";
import type { FixtureView } from "./odds-channel.ts";

/** Who wants it, why, and under which key: a repeat gets the first answer. */
export interface TradingOrder {
  readonly key: string;
  readonly operator: string;
  readonly reason: string;
}

/** A setting to set, or an action to undo: to set back to what stood before it. */
export type TradingWish = { readonly setting: TradingSetting } | { readonly undoes: number };

/** What a change of results would do to the bets that this channel knows. */
export interface ResultsPreview {
  /** Names what it was made of; the order that carries it out names it again. */
  readonly token: string;
  /** Bets whose result changes, and their stakes. */
  readonly bets: number;
  readonly stakeMinor: number;
  /** What their selections return now and then, each at its own odds: exact for singles, what to expect for others. */
  readonly returnedNowMinor: number;
  readonly returnedThenMinor: number;
  /** True when another operator has to approve it. */
  readonly needsApproval: boolean;
}

/** One thing that was done. */
export interface TradingAction extends TradingOrder {
  readonly action: number;
  readonly atMs: number;
  /** The second operator, where one was needed. */
  readonly approvedBy: string | null;
  /** The action that it took back, or null. */
  readonly undoes: number | null;
  readonly before: TradingSetting;
  readonly after: TradingSetting;
  readonly preview: ResultsPreview | null;
}

export interface TradingProposal extends TradingOrder {
  readonly proposal: number;
  readonly atMs: number;
  readonly expiresAtMs: number;
  readonly undoes: number | null;
  readonly setting: TradingSetting;
  readonly preview: ResultsPreview;
}

export type TradingDone =
  | { readonly state: "done"; readonly action: TradingAction }
  | { readonly state: "proposed"; readonly proposal: TradingProposal };

/** In order of precedence. */
export type TradingOrderRefusal =
  | { readonly reason: "unknown_fixture" | "idempotency_key_reused" | "unknown_action" | "unknown_proposal" | "proposal_expired" }
  | { readonly reason: "changed_since" | "same_operator" | "market_open" | "preview_stale" }
  | TradingRefusal;

export interface OutcomeSheet {
  readonly outcomeId: string;
  readonly name: string;
  readonly isOffered: boolean;
  readonly feedOddsThousandths: number;
  readonly oddsThousandths: number;
  readonly bets: number;
  readonly stakeMinor: number;
  /** What it pays to them if it wins, as far as is to be expected; and of it what this outcome alone decides. */
  readonly payoutMinor: number;
  readonly hardPayoutMinor: number;
  /** What the house loses if this outcome wins; negative when it gains. */
  readonly liabilityMinor: number;
}

export interface MarketSheet {
  readonly marketId: string;
  readonly name: string;
  readonly specifier: string;
  /** As players see it, and as the feed says. */
  readonly status: FixtureView["markets"][number]["status"];
  readonly feedStatus: FixtureView["markets"][number]["status"];
  readonly suspendedBy: readonly SuspensionCause[];
  readonly marginBasisPoints: number | null;
  readonly limits: TradingLimits;
  /** What the house loses on the dearest outcome. */
  readonly worstCaseMinor: number;
  readonly outcomes: readonly OutcomeSheet[];
}

/** A trader's view of one fixture. */
export interface FieldSheet {
  readonly fixture: FixtureView;
  readonly resultVersion: number;
  readonly settings: readonly TradingSetting[];
  readonly markets: readonly MarketSheet[];
  /** Newest first, at most 50 of each; proposals that still stand. */
  readonly actions: readonly TradingAction[];
  readonly proposals: readonly TradingProposal[];
}

export interface TradingRpc {
  /**
   * Carries a wish out. A change of results needs the `previewToken` of the preview that it was decided on, and above the tenant's limit
   * answers with a proposal. Idempotent by key.
   */
  trade(
    order: TradingOrder & { readonly wish: TradingWish; readonly previewToken: string | null },
  ): Promise<Result<TradingDone, TradingOrderRefusal>>;
  /** Carries out another operator's proposal, as it was previewed. Idempotent by key. */
  approveTrade(order: TradingOrder & { readonly proposal: number }): Promise<Result<TradingDone, TradingOrderRefusal>>;
  /** What a change of results would do. Refuses what `trade` would refuse, but for an open market. */
  previewTrade(wish: TradingWish): Promise<Result<ResultsPreview, TradingOrderRefusal>>;
  fieldSheet(): Promise<FieldSheet | null>;
}
