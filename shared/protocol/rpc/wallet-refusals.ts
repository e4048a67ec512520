/**
 * What a wallet refuses and in which order: part of its contract, because a caller that breaks two rules must always be told the same
 * one. docs/wallet.md is made from these tables, and a test arranges each pair of a command's refusals to see that the earlier wins.
 */
import type { WalletRefusal } from "./wallet.ts";

export type RefusalReason = WalletRefusal["reason"];

interface RefusalRow<R extends RefusalReason> {
  readonly sentence: string;
  /** What the refusal looks like; the document shows which code and details a client sees of it. */
  readonly example: Extract<WalletRefusal, { readonly reason: R }>;
}

/** Every refusal, in the one order in which any command asks. */
export const WALLET_REFUSALS: { readonly [R in RefusalReason]: RefusalRow<R> } = {
  wallet_not_open: {
    sentence: "There is no wallet of this name, or its import is not at its end.",
    example: { reason: "wallet_not_open" },
  },
  idempotency_key_reused: {
    sentence: "The key was used for another request, or for another command.",
    example: { reason: "idempotency_key_reused" },
  },
  wallet_frozen: { sentence: "The wallet is frozen, by an operator or by its own check.", example: { reason: "wallet_frozen" } },
  refused_before: {
    sentence: "The bet was refused outside the wallet (odds, market) and that answer stands.",
    example: { reason: "refused_before", code: "ODDS_CHANGED", details: {} },
  },
  unbalanced: { sentence: "The postings do not sum to zero, or there are none.", example: { reason: "unbalanced" } },
  posting_not_permitted: {
    sentence: "The chart does not let this kind of entry move this account this way.",
    example: { reason: "posting_not_permitted", account: "house:payouts" },
  },
  account_exists: { sentence: "The account is open already.", example: { reason: "account_exists", account: "user:bonus:welcome" } },
  account_not_open: {
    sentence: "A bonus account was not opened before it was used.",
    example: { reason: "account_not_open", account: "user:bonus:welcome" },
  },
  rate_limited: { sentence: "Too many of these in a short time.", example: { reason: "rate_limited", retryAfterMs: 12_000 } },
  not_verified: { sentence: "The player's identity is not verified yet.", example: { reason: "not_verified" } },
  self_excluded: { sentence: "The player has excluded themselves.", example: { reason: "self_excluded", untilMs: null } },
  limit_reached: {
    sentence: "A deposit limit of the player leaves no room for it.",
    example: { reason: "limit_reached", which: "deposit_day", untilMs: 1_795_338_000_000, headroomMinor: 5_000 },
  },
  not_found: { sentence: "What the command names (bet, hold, entry, payment, method) is not here.", example: { reason: "not_found" } },
  not_reversible: {
    sentence: "Only entries made by hand can be reversed; facts are corrected by facts.",
    example: { reason: "not_reversible" },
  },
  already_reversed: { sentence: "The entry was reversed before.", example: { reason: "already_reversed", seq: 42 } },
  bet_not_open: { sentence: "The bet is decided or cashed out.", example: { reason: "bet_not_open", status: "WON" } },
  bet_not_eligible: { sentence: "The bet was staked with a free bet, which can't be cashed out.", example: { reason: "bet_not_eligible" } },
  bet_changed: { sentence: "A result or another cash-out came since the offer was made.", example: { reason: "bet_changed" } },
  cash_out_waits: {
    sentence: "A cash-out of this bet waits for its decision.",
    example: { reason: "cash_out_waits", orderId: "cor_7M2P9QX4TB1ZC6W8K3V5N0RYAD" },
  },
  offer_over: {
    sentence: "No offer of this bet stands, or another one.",
    example: { reason: "offer_over", status: "EXPIRED" },
  },
  amount_too_low: { sentence: "Below the tenant's minimum.", example: { reason: "amount_too_low", minMinor: 2_000 } },
  amount_too_high: { sentence: "Above the tenant's maximum.", example: { reason: "amount_too_high", maxMinor: 10_000_000 } },
  free_bet_refused: {
    sentence: "The free bet is not there to be used, or the bet does not meet its terms.",
    example: { reason: "free_bet_refused", why: "odds" },
  },
  boost_refused: {
    sentence: "The player was not given the boost, or it is used up or not for this stake.",
    example: { reason: "boost_refused", why: { reason: "used_up" } },
  },
  bonus_refused: {
    sentence: "The bonus has ended, another one is active, or its deposit can't be matched.",
    example: { reason: "bonus_refused", why: "another" },
  },
  reservation_expired: { sentence: "The price was held too long.", example: { reason: "reservation_expired" } },
  hold_closed: { sentence: "The hold, or the payment behind it, has ended.", example: { reason: "hold_closed" } },
  hold_expired: { sentence: "The hold's time is over, whether or not it was given back yet.", example: { reason: "hold_expired" } },
  hold_exceeded: { sentence: "More than the hold still holds.", example: { reason: "hold_exceeded", remainingMinor: 3_500 } },
  account_frozen: {
    sentence: "The account is frozen: nothing may leave it or be held on it.",
    example: { reason: "account_frozen", account: "user:cash" },
  },
  insufficient_funds: {
    sentence: "Less is free than it takes, held money and the account's floor counted.",
    example: { reason: "insufficient_funds", requiredMinor: 50_000, availableMinor: 12_050 },
  },
};

/** What a command does, and what it refuses, the first that applies first. */
export interface CommandRow {
  readonly does: string;
  readonly refusals: readonly RefusalReason[];
}

/** The wallet is asked for before the key: keys of an import that is not at its end are not to be believed yet. */
const DOOR = ["wallet_not_open", "idempotency_key_reused", "wallet_frozen"] as const;
/** Commands that protect the player, and the way out, run on a frozen wallet. */
const OPEN_DOOR = ["wallet_not_open", "idempotency_key_reused"] as const;
const FUNDS = ["account_frozen", "insufficient_funds"] as const;
const PLAYER = ["not_verified", "self_excluded"] as const;
const RANGE = ["amount_too_low", "amount_too_high"] as const;

const EDIT = [
  ...[...DOOR, "rate_limited", ...PLAYER, "not_found", "bet_not_open", "bet_not_eligible", "bet_changed", "cash_out_waits"],
  ...[...RANGE, "reservation_expired", ...FUNDS],
] as const satisfies readonly RefusalReason[];

export const WALLET_COMMANDS = {
  open: { does: "opens the wallet of a player", refusals: ["idempotency_key_reused", "wallet_frozen"] },
  setVerified: { does: "records what the identity check said", refusals: DOOR },
  selfExclude: { does: "excludes the player; an exclusion can be made longer, never shorter", refusals: OPEN_DOOR },
  setDepositLimits: { does: "sets deposit limits: lower at once, higher after 24 hours", refusals: DOOR },
  freeze: { does: "stops every command but those that protect the player", refusals: OPEN_DOOR },
  unfreeze: { does: "lets a frozen wallet work again", refusals: OPEN_DOOR },
  openAccount: { does: "opens a bonus account", refusals: [...DOOR, "posting_not_permitted", "account_exists"] },
  setLimit: {
    does: "sets an account's floor, and freezes or thaws it",
    refusals: [...DOOR, "posting_not_permitted", "account_not_open", "insufficient_funds"],
  },
  post: {
    does: "posts an entry by hand",
    refusals: [...DOOR, "unbalanced", "posting_not_permitted", "account_not_open", ...FUNDS],
  },
  reverse: {
    does: "posts the negative of an entry made by hand, once",
    refusals: [...DOOR, "not_found", "not_reversible", "already_reversed", ...FUNDS],
  },
  reserve: { does: "holds an amount for a time, over several accounts", refusals: [...DOOR, ...PLAYER, "hold_expired", ...FUNDS] },
  commit: {
    does: "takes a part of a hold, or all of it",
    refusals: [...DOOR, "not_found", "hold_closed", "hold_expired", "hold_exceeded"],
  },
  releaseHold: { does: "gives back what a hold still holds", refusals: [...DOOR, "not_found", "hold_closed"] },
  placeBet: {
    does: "takes the stake and stores the bet",
    refusals: [...DOOR, "rate_limited", ...PLAYER, ...RANGE, "free_bet_refused", "boost_refused", "reservation_expired", ...FUNDS],
  },
  holdBet: {
    does: "holds the stake of a bet that waits for its decision",
    refusals: [...DOOR, "rate_limited", ...PLAYER, ...RANGE, "free_bet_refused", "boost_refused", "reservation_expired", ...FUNDS],
  },
  decideBet: {
    does: "accepts a held bet, gives its stake back, or offers new terms",
    refusals: ["wallet_not_open", "wallet_frozen", "not_found", "reservation_expired"],
  },
  answerOffer: { does: "takes or declines what is offered for a held bet", refusals: [...DOOR, "not_found", "offer_over"] },
  setCustomerFactor: { does: "says how much of the usual stake the player may bet", refusals: DOOR },
  recordRefusal: { does: "remembers a bet's refusal from outside the wallet", refusals: [...DOOR, "refused_before"] },
  settleBet: { does: "applies a fixture's result to a bet", refusals: ["wallet_not_open", "wallet_frozen", "not_found"] },
  settleBets: { does: "applies a fixture's results to many bets in one write", refusals: ["wallet_not_open", "wallet_frozen"] },
  cashOut: {
    does: "turns a bet, or a part of it, into money before it is decided",
    refusals: [...DOOR, "not_found", "bet_not_open", "bet_not_eligible", "bet_changed", ...RANGE],
  },
  requestCashOut: {
    does: "keeps a cash-out that is priced again after the delay of its matches",
    refusals: [...DOOR, "not_found", "bet_not_open", "bet_not_eligible", "bet_changed", "cash_out_waits", ...RANGE],
  },
  setCashOutRule: {
    does: "keeps the amount at which a bet is cashed out by itself",
    refusals: ["wallet_not_open", "wallet_frozen", "not_found", "bet_not_open", "bet_not_eligible", ...RANGE],
  },
  removeCashOutRule: { does: "ends a bet's rule", refusals: ["wallet_not_open", "wallet_frozen", "not_found"] },
  decideCashOut: {
    does: "pays a cash-out that waited, or says why not",
    refusals: ["wallet_not_open", "wallet_frozen", "not_found"],
  },
  editBet: { does: "closes a bet for its value and stakes that on another one", refusals: EDIT },
  requestEdit: { does: "keeps an edit that is decided after the delay of a running match", refusals: EDIT },
  decideEdit: {
    does: "carries out an edit that waited, or says why not",
    refusals: ["wallet_not_open", "wallet_frozen", "not_found", "reservation_expired"],
  },
  grantFreeBet: { does: "gives the player a token that stakes one bet", refusals: [...DOOR, ...PLAYER, ...RANGE] },
  grantBoost: { does: "gives the player a boost for some bets", refusals: [...DOOR, ...PLAYER] },
  grantBonus: { does: "offers the player a bonus, or starts it", refusals: [...DOOR, ...PLAYER, "not_found", "bonus_refused", ...FUNDS] },
  acceptBonus: {
    does: "starts a bonus that was offered",
    refusals: ["wallet_not_open", "wallet_frozen", ...PLAYER, "not_found", "bonus_refused", ...FUNDS],
  },
  giveUpBonus: { does: "gives a bonus up", refusals: ["wallet_not_open", "wallet_frozen", "not_found", "bonus_refused"] },
  startDeposit: { does: "counts a deposit on its way", refusals: [...DOOR, ...PLAYER, "limit_reached", "not_found", ...RANGE] },
  creditDeposit: { does: "credits what a provider was paid", refusals: [...DOOR, "not_found"] },
  endDeposit: { does: "ends a deposit that brought no money", refusals: [...DOOR, "not_found"] },
  startWithdrawal: {
    does: "quotes a withdrawal and holds it",
    refusals: [...DOOR, "rate_limited", "not_verified", "not_found", ...RANGE, ...FUNDS],
  },
  confirmWithdrawal: { does: "posts a withdrawal that was paid", refusals: [...DOOR, "not_found", "hold_closed"] },
  failWithdrawal: { does: "gives a withdrawal's money back", refusals: [...DOOR, "not_found", "hold_closed"] },
  reserveStake: { does: "holds a crash stake", refusals: [...DOOR, "rate_limited", ...PLAYER, ...RANGE, ...FUNDS] },
  settleStake: { does: "ends a crash stake with its payout", refusals: [...DOOR, "not_found", "hold_closed"] },
} as const satisfies Record<string, CommandRow>;

export type WalletCommandName = keyof typeof WALLET_COMMANDS;

/** The row of a command. */
export function commandRow(name: WalletCommandName): CommandRow {
  return WALLET_COMMANDS[name];
}

/** Every command's name, in the order of the document. */
export const WALLET_COMMAND_NAMES = Object.keys(WALLET_COMMANDS) as readonly WalletCommandName[];
/** Every reason, in order of precedence. */
export const REFUSAL_REASONS = Object.keys(WALLET_REFUSALS) as readonly RefusalReason[];
