/**
 * What callers say to a Wallet object and what it answers. Additive only: a Worker and an object may run different versions for
 * minutes. Amounts are minor units, times milliseconds since 1970, odds thousandths.
 *
 * One Wallet per player, named `<country>:<user id>`. Every command is idempotent by `key`; a refusal changes nothing but the
 * idempotency table, and is remembered: a late retry of a refused bet must not succeed after the next deposit.
 */
import type { HeldBetState } from "../../betting/acceptance.ts";
import type { BoostGrantProblem } from "../../betting/boost-grant.ts";
import type { FreeBetProblem } from "../../betting/free-bet-terms.ts";
import type { BetKind, BetStatus, SelectionOutcome } from "../../betting/types.ts";
import type { Result } from "../../kernel/result.ts";
import type { Currency } from "../../money/currency.ts";
import type { Country } from "../../tenants/tenant.ts";
import type { WalletRun } from "../queue/wallet-run.ts";
import type { ShownBet } from "./wallet-acceptance.ts";
import type { BetView, CashOutBet, PlaceBet, SettleBet, SettleBets, SettledBet } from "./wallet-bets.ts";
import type { CashOutReply } from "./wallet-cash-out.ts";
import type { ExportPage, ExportRefusal, ImportProgress, ImportRefusal } from "./wallet-export.ts";
import type {
  CommitHold,
  HoldView,
  OpenAccount,
  PostedEntry,
  PostManual,
  ReleaseHold,
  Reserve,
  ReverseEntry,
  SetLimit,
} from "./wallet-ledger.ts";

export type * from "./wallet-bets.ts";
export type * from "./wallet-ledger.ts";
export type { BetKind, BetStatus, SelectionOutcome };

/** Where the wallet's journal stood after a command: (epoch, seq, hash). */
export interface EntryRef {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}

export interface Balances {
  readonly currency: Currency;
  /** All cash, held money included. */
  readonly cashMinor: number;
  readonly heldMinor: number;
  /** Cash that may be staked or withdrawn: cash - held. */
  readonly availableMinor: number;
  readonly bonusMinor: number;
}

export interface Receipt<T> {
  readonly value: T;
  readonly head: EntryRef;
  readonly balances: Balances;
  /** True when the answer is the stored one of an earlier call with this key. */
  readonly replayed: boolean;
}

/** In order of precedence: the first that applies is the answer. wallet-refusals.ts says it for each command. */
export type WalletRefusal =
  | { readonly reason: "idempotency_key_reused" }
  | { readonly reason: "wallet_not_open" }
  | { readonly reason: "wallet_frozen" }
  | { readonly reason: "refused_before"; readonly code: string; readonly details: Record<string, unknown> }
  | { readonly reason: "unbalanced" }
  | { readonly reason: "posting_not_permitted"; readonly account: string }
  | { readonly reason: "account_exists"; readonly account: string }
  | { readonly reason: "account_not_open"; readonly account: string }
  | { readonly reason: "rate_limited"; readonly retryAfterMs: number }
  | { readonly reason: "not_verified" }
  | { readonly reason: "self_excluded"; readonly untilMs: number | null }
  | { readonly reason: "limit_reached"; readonly which: string; readonly untilMs: number; readonly headroomMinor: number }
  | { readonly reason: "not_found" }
  | { readonly reason: "not_reversible" }
  | { readonly reason: "already_reversed"; readonly seq: number }
  | { readonly reason: "bet_not_open"; readonly status: BetStatus }
  | { readonly reason: "bet_not_eligible" }
  | { readonly reason: "bet_changed" }
  | { readonly reason: "cash_out_waits"; readonly orderId: string }
  | { readonly reason: "offer_over"; readonly status: HeldBetState }
  | { readonly reason: "amount_too_low"; readonly minMinor: number }
  | { readonly reason: "amount_too_high"; readonly maxMinor: number }
  | { readonly reason: "free_bet_refused"; readonly why: FreeBetProblem }
  | { readonly reason: "boost_refused"; readonly why: BoostGrantProblem }
  | { readonly reason: "bonus_refused"; readonly why: "deposit" | "another" | "ended" }
  | { readonly reason: "reservation_expired" }
  | { readonly reason: "hold_closed" }
  | { readonly reason: "hold_expired" }
  | { readonly reason: "hold_exceeded"; readonly remainingMinor: number }
  | { readonly reason: "account_frozen"; readonly account: string }
  | { readonly reason: "insufficient_funds"; readonly requiredMinor: number; readonly availableMinor: number };

export type WalletReply<T> = Result<Receipt<T>, WalletRefusal>;

export interface TaxLine {
  readonly ruleId: string;
  readonly code: string;
  readonly legalName: string;
  readonly rateBasisPoints: number;
  readonly baseMinor: number;
  readonly taxMinor: number;
}

export interface OpenWallet {
  readonly key: string;
  readonly userId: string;
  readonly country: Country;
}

export interface PlayerState {
  readonly verified: boolean;
  /** Null: not excluded. `untilMs: null`: permanent. */
  readonly exclusion: { readonly untilMs: number | null } | null;
  readonly depositLimitsMinor: { readonly day: number | null; readonly week: number | null; readonly month: number | null };
}

export interface WalletView {
  readonly userId: string;
  readonly country: Country;
  readonly balances: Balances;
  readonly head: EntryRef;
  readonly player: PlayerState;
  readonly todayDepositMinor: number;
  readonly frozen: boolean;
  /** `amountMinor` is what is still held. */
  readonly openHolds: readonly {
    readonly holdId: string;
    readonly purpose: string;
    readonly amountMinor: number;
    readonly ref: string;
    readonly expiresAtMs: number | null;
  }[];
  /** Every account of the wallet, counter-accounts included, by code. */
  readonly accounts: readonly AccountView[];
}

export interface AccountView {
  readonly account: string;
  readonly postedMinor: number;
  readonly heldMinor: number;
  readonly floorMinor: number | null;
  readonly frozen: boolean;
}

/** One row of the player's statement: the movement of cash by one entry. */
export interface StatementLine {
  readonly entryId: string;
  readonly seq: number;
  /** DEPOSIT, WITHDRAWAL, BET_PLACED, BET_WON, BET_VOID, BET_CORRECTED, CRASH_BET, CRASH_WON, ... */
  readonly type: string;
  readonly amountMinor: number;
  readonly balanceBeforeMinor: number;
  readonly balanceAfterMinor: number;
  readonly taxLines: readonly TaxLine[];
  readonly referenceId: string;
  readonly referenceType: string;
  readonly recordedAtMs: number;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

export interface StartDeposit {
  readonly key: string;
  readonly intentId: string;
  readonly method: string;
  readonly amountMinor: number;
}

/** The provider's receipt makes the key permanent: one receipt credits once, whatever arrives how often. */
export interface CreditDeposit {
  readonly intentId: string;
  readonly provider: string;
  readonly receipt: string;
  /** What the provider reports as paid. */
  readonly grossMinor: number;
  readonly occurredAtMs: number;
}

export interface StartWithdrawal {
  readonly key: string;
  readonly fingerprint: string;
  readonly intentId: string;
  readonly method: string;
  readonly amountMinor: number;
}

export interface WithdrawalQuote {
  readonly holdId: string;
  /** What leaves the wallet: the largest amount up to the request whose net the provider can move. */
  readonly grossMinor: number;
  readonly netMinor: number;
  readonly taxLines: readonly TaxLine[];
}

export interface ReserveStake {
  readonly key: string;
  readonly fingerprint: string;
  readonly holdId: string;
  readonly product: "crash";
  /** What the stake is for, e.g. `crash-ke:412:A`. */
  readonly ref: string;
  readonly amountMinor: number;
}

/** Ends a stake's hold: the stake goes to the house and the payout (0 for a lost bet) comes back in the same entry. */
export interface SettleStake {
  /** Permanent, from the facts: `<game>:<round>:<user>:<slot>`. */
  readonly key: string;
  readonly holdId: string;
  readonly payoutMinor: number;
  readonly ref: string;
}

/** A command to be decided and undone. */
export type Preview =
  | { readonly verb: "post"; readonly command: PostManual }
  | { readonly verb: "reserve"; readonly command: Reserve }
  | { readonly verb: "commit"; readonly command: CommitHold }
  | { readonly verb: "releaseHold"; readonly command: ReleaseHold }
  | { readonly verb: "reverse"; readonly command: ReverseEntry }
  | { readonly verb: "placeBet"; readonly command: PlaceBet }
  | { readonly verb: "startWithdrawal"; readonly command: StartWithdrawal };

/** Where a wallet stands, cheaply: for reconciliation and anchors. */
export interface WalletHead extends EntryRef {
  readonly walletId: string;
  readonly balances: Balances;
  /** What the projection is known to hold. */
  readonly ackedSeq: number;
  readonly frozenReason: string | null;
}

/** One bounded step of a wallet's check of itself (L1), from the last checkpoint on. */
export interface WalletCheck {
  readonly fromSeq: number;
  readonly toSeq: number;
  /** That the step reached the head. */
  readonly isDone: boolean;
  readonly violations: readonly string[];
}

export interface WalletDigest extends EntryRef {
  readonly schema: number;
  readonly balances: Balances;
  readonly outboxPending: number;
  /** SHA-256 over balances, holds, bets and head: equal digests mean equal wallets. */
  readonly digest: string;
  /** Names of broken invariants; empty when the book is right. */
  readonly violations: readonly string[];
}

export interface WalletRpc {
  open(command: OpenWallet): Promise<WalletReply<null>>;
  read(): Promise<Result<WalletView, WalletRefusal>>;
  head(): Promise<Result<WalletHead, WalletRefusal>>;
  /** Replays the whole journal: for exports, tests and doubts, never on a player's path. */
  digest(): Promise<WalletDigest>;
  /** One step of L1; call again until `isDone`. A violation freezes the wallet. */
  check(): Promise<Result<WalletCheck, WalletRefusal>>;
  /** A page of the journal as the projection wants it, from `fromSeq` on and at most to `toSeq`; null when there is nothing. */
  readEntries(range: { readonly fromSeq: number; readonly toSeq: number }): Promise<WalletRun | null>;
  /** The hash of one entry, or null: what an anchor is compared with. */
  hashAt(seq: number): Promise<string | null>;
  statement(page: { readonly limit: number; readonly offset: number }): Promise<Page<StatementLine>>;

  /** The next page of an export, as NDJSON lines; from the first one with null. */
  exportPage(cursor: string | null): Promise<Result<ExportPage, ExportRefusal>>;
  /** Takes a page of this wallet's own export while the wallet is not open; the last one opens it. */
  importPage(lines: readonly string[]): Promise<Result<ImportProgress, ImportRefusal>>;

  setVerified(command: { readonly key: string; readonly verified: boolean }): Promise<WalletReply<null>>;
  /** An exclusion in force can be made longer, never shorter. */
  selfExclude(command: {
    readonly key: string;
    readonly untilMs: number | null;
    readonly reason: string;
  }): Promise<WalletReply<{ untilMs: number | null }>>;
  /** A lower limit holds at once; a higher one, or none, after 24 hours. */
  setDepositLimits(command: {
    readonly key: string;
    readonly day?: number | null;
    readonly week?: number | null;
    readonly month?: number | null;
  }): Promise<WalletReply<PlayerState>>;
  freeze(command: { readonly key: string; readonly reason: string }): Promise<WalletReply<null>>;
  unfreeze(command: { readonly key: string; readonly reason: string }): Promise<WalletReply<null>>;

  openAccount(command: OpenAccount): Promise<WalletReply<null>>;
  post(command: PostManual): Promise<WalletReply<PostedEntry>>;
  reserve(command: Reserve): Promise<WalletReply<HoldView>>;
  commit(command: CommitHold): Promise<WalletReply<HoldView>>;
  reverse(command: ReverseEntry): Promise<WalletReply<PostedEntry>>;
  setLimit(command: SetLimit): Promise<WalletReply<null>>;
  /** Answers what the command would answer now, and changes nothing: no key is used up, no entry written. */
  preview(request: Preview): Promise<WalletReply<unknown>>;

  /** Under a key whose first request was held, the answer is that one. */
  placeBet(command: PlaceBet): Promise<WalletReply<ShownBet>>;
  /**
   * Remembers a refusal that was decided outside the wallet (odds changed, market suspended) under the bet's key, and answers what
   * stands under the key: `refused_before`, or the bet that it placed before.
   */
  recordRefusal(command: {
    readonly key: string;
    readonly fingerprint: string;
    readonly code: string;
    readonly details: Record<string, unknown>;
  }): Promise<WalletReply<ShownBet>>;
  settleBet(command: SettleBet): Promise<WalletReply<BetView>>;
  /** Many bets of one fixture in one write; answers the fate of each. */
  settleBets(command: SettleBets): Promise<WalletReply<readonly SettledBet[]>>;
  /** Under a key whose first request waited, the answer is that one. */
  cashOut(command: CashOutBet): Promise<WalletReply<CashOutReply>>;
  bet(betId: string): Promise<BetView | null>;
  bets(page: { readonly status: BetStatus | "ALL"; readonly limit: number; readonly offset: number }): Promise<Page<BetView>>;

  startDeposit(command: StartDeposit): Promise<WalletReply<null>>;
  creditDeposit(command: CreditDeposit): Promise<WalletReply<{ creditedMinor: number; taxLines: readonly TaxLine[] }>>;
  /** Ends a deposit that brought no money: frees its share of the deposit limits. */
  endDeposit(command: { readonly intentId: string }): Promise<WalletReply<null>>;
  startWithdrawal(command: StartWithdrawal): Promise<WalletReply<WithdrawalQuote>>;
  confirmWithdrawal(command: {
    readonly intentId: string;
    readonly provider: string;
    readonly receipt: string;
    readonly occurredAtMs: number;
  }): Promise<WalletReply<WithdrawalQuote>>;
  failWithdrawal(command: { readonly intentId: string; readonly reason: string }): Promise<WalletReply<null>>;

  reserveStake(command: ReserveStake): Promise<WalletReply<{ holdId: string }>>;
  settleStake(command: SettleStake): Promise<WalletReply<{ payoutMinor: number }>>;
  /** Gives back what a hold still holds, once. `key` is permanent: it follows from facts (a voided round). */
  releaseHold(command: ReleaseHold): Promise<WalletReply<null>>;

  /** The projection says that it holds the journal of this epoch up to `seq`, without a gap. */
  acknowledge(held: { readonly epoch: number; readonly seq: number }): Promise<void>;
}
