/**
 * What a Kenyan wallet has to answer, written a second time with maps and without SQL, journal or hashes: whether a command is taken,
 * why not, and every balance after it. Rates of tax and ranges are the tenant's; how money moves is said here anew.
 */
import { unixMs } from "../../../shared/kernel/time.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import { taxStake, taxWinnings } from "../../../shared/tax/bets.ts";
import { creditOfDeposit, quoteWithdrawal } from "../../../shared/tax/payments.ts";
import { type Account, Accounts, type Share } from "./accounts.ts";
import { Bets } from "./bets.ts";
import { HeldBets } from "./held-bets.ts";
import { contentOf, type Expected, type Request, storedKey } from "./request.ts";
import { method, PERMITTED, rangeReason, TENANT } from "./rules.ts";

type Reason = WalletRefusal["reason"];
type LedgerVerb = "openAccount" | "setLimit" | "post" | "reverse" | "reserve" | "commit" | "selfExclude" | "freeze" | "unfreeze";
type LedgerRequest = Extract<Request, { verb: LedgerVerb }>;
type BetRequest = Extract<Request, { verb: "placeBet" | "holdBet" | "decideBet" | "answerOffer" | "settleBet" }>;

interface Hold {
  readonly kind: "crash" | "withdrawal" | "stake" | "charge" | "bet";
  readonly shares: readonly Share[];
  readonly amount: number;
  readonly openedAtMs: number;
  readonly expiresAtMs: number | null;
  committed: number;
  isOpen: boolean;
}

export class WalletModel {
  nowMs: number;
  seq: number;
  accounts = new Accounts();
  holds = new Map<string, Hold>();
  readonly bets: Bets;
  readonly heldBets: HeldBets;
  deposits = new Map<string, number>();
  withdrawals = new Map<string, "held" | "ended">();
  /** Manual entries by sequence; null for an entry of another kind. */
  manual = new Map<number, { readonly postings: readonly { account: string; amountMinor: number }[]; isReversed: boolean }>();
  #keys = new Map<string, { readonly content: string; readonly reason: Reason | null }>();
  #debt = 0;
  #excludedUntilMs: number | null = 0;
  #isFrozen = false;

  constructor(nowMs: number, seq: number) {
    this.nowMs = nowMs;
    this.seq = seq;
    this.bets = new Bets({
      pay: (amount) => this.#payBet(amount),
      entry: () => void this.#entry(),
      stakeReason: (amount) =>
        this.accounts.get("user:cash").frozen ? "account_frozen" : this.#fundsReason(["user:cash"], Math.max(0, amount)),
    });
    this.heldBets = new HeldBets(TENANT.stake, {
      nowMs: () => this.nowMs,
      isExcluded: () => this.#isExcluded(),
      giveBack: (betId) => this.#giveBack(this.#heldFor(betId)),
      accept: (betId, stake, odds) => {
        const hold = this.#heldFor(betId);
        this.accounts.take("user:cash", stake);
        hold.committed = stake;
        this.#unhold(hold);
        this.bets.place(betId, stake, odds);
        this.#entry();
      },
      entry: () => void this.#entry(),
    });
  }

  /** Whether an answer is remembered under the request's key. */
  remembers(request: Request): boolean {
    const key = storedKey(request);
    return key !== null && this.#keys.has(key);
  }

  apply(request: Request): Expected {
    const key = storedKey(request);
    const stored = key === null ? undefined : this.#keys.get(key);
    if (stored !== undefined) {
      if (stored.content !== contentOf(request)) return this.#answer("idempotency_key_reused", false);
      return this.#answer(stored.reason, stored.reason === null);
    }
    const isWayOut = request.verb === "freeze" || request.verb === "unfreeze" || request.verb === "selfExclude";
    const before = this.seq;
    const reason = this.#isFrozen && !isWayOut ? "wallet_frozen" : this.#decide(request);
    if (reason === null && this.seq > before) this.#repay();
    if (key !== null && (reason === null || !key.startsWith("f:"))) this.#keys.set(key, { content: contentOf(request), reason });
    return this.#answer(reason, reason === null && this.seq === before);
  }

  /** What the alarm does: gives back what holds past their time still hold. */
  expire(): void {
    const due = [...this.holds.values()].filter((hold) => hold.isOpen && hold.expiresAtMs !== null && hold.expiresAtMs <= this.nowMs);
    for (const hold of due.sort((a, b) => (a.expiresAtMs ?? 0) - (b.expiresAtMs ?? 0))) {
      this.#giveBack(hold);
      this.#repay();
    }
    this.heldBets.expire(() => this.#repay());
  }

  #decide(request: Request): Reason | null {
    switch (request.verb) {
      case "startDeposit": {
        const { amountMinor, intentId } = request.command;
        if (this.#isExcluded()) return "self_excluded";
        const range = rangeReason(amountMinor, method("mpesa").deposit);
        if (range !== null) return range;
        this.deposits.set(intentId, amountMinor);
        return this.#entry();
      }
      case "creditDeposit": {
        const { intentId, grossMinor } = request.command;
        if (!this.deposits.has(intentId)) return "not_found";
        this.accounts.move("user:cash", creditOfDeposit(TENANT, minor(grossMinor), unixMs(this.nowMs)).creditedMinor, this.seq + 1);
        return this.#entry();
      }
      case "placeBet":
      case "holdBet":
      case "decideBet":
      case "answerOffer":
      case "settleBet":
        return this.#decideBet(request);
      case "cashOut":
      case "setCashOutRule":
      case "removeCashOutRule":
      case "decideCashOut":
      case "editBet":
        return request.verb === "editBet" && this.#isExcluded() ? "self_excluded" : this.bets.cashOutOrEdit(request);
      case "startWithdrawal": {
        const { amountMinor, intentId } = request.command;
        const { withdrawal, unitMinor } = method("mpesa");
        const reason = rangeReason(amountMinor, withdrawal) ?? this.#fundsReason(["user:cash"], amountMinor);
        if (reason !== null) return reason;
        const { grossMinor } = quoteWithdrawal(TENANT, minor(amountMinor), unitMinor, unixMs(this.nowMs));
        this.#open(intentId, "withdrawal", [{ account: "user:cash", amount: grossMinor }], null);
        this.withdrawals.set(intentId, "held");
        return this.#entry();
      }
      case "confirmWithdrawal":
      case "failWithdrawal":
        return this.#endWithdrawal(request.command.intentId, request.verb === "confirmWithdrawal");
      case "reserveStake": {
        const { amountMinor, holdId } = request.command;
        if (this.#isExcluded()) return "self_excluded";
        const reason = rangeReason(amountMinor, TENANT.crash.stake) ?? this.#fundsReason(["user:cash"], amountMinor);
        if (reason !== null) return reason;
        this.#open(holdId, "crash", [{ account: "user:cash", amount: amountMinor }], null);
        return this.#entry();
      }
      case "settleStake":
        return this.#settleStake(request.command.holdId, request.command.payoutMinor);
      case "releaseHold": {
        const hold = this.holds.get(request.command.holdId);
        if (hold === undefined || hold.kind === "withdrawal" || hold.kind === "bet") return "not_found";
        if (!hold.isOpen) return "hold_closed";
        this.#giveBack(hold);
        return null;
      }
      default:
        return this.#decideLedger(request);
    }
  }

  #decideBet(request: BetRequest): Reason | null {
    switch (request.verb) {
      case "placeBet": {
        const { stakeMinor, betId, selections } = request.command;
        if (this.#isExcluded()) return "self_excluded";
        const reason = rangeReason(stakeMinor, TENANT.stake) ?? this.#fundsReason(["user:cash"], stakeMinor);
        if (reason !== null) return reason;
        this.accounts.move("user:cash", -stakeMinor, this.seq + 1);
        this.bets.place(betId, stakeMinor, selections[0]?.oddsThousandths ?? 0);
        return this.#entry();
      }
      case "holdBet": {
        const { stakeMinor, betId } = request.command;
        if (this.#isExcluded()) return "self_excluded";
        const reason = rangeReason(stakeMinor, TENANT.stake) ?? this.#fundsReason(["user:cash"], stakeMinor);
        if (reason !== null) return reason;
        this.#open(betId, "bet", [{ account: "user:cash", amount: stakeMinor }], null);
        this.heldBets.add(request.command);
        return this.#entry();
      }
      case "decideBet":
        return this.heldBets.decide(request.command);
      case "answerOffer":
        return this.heldBets.answer(request.command);
      case "settleBet":
        return this.bets.settle(request.command);
    }
  }

  #decideLedger(request: LedgerRequest): Reason | null {
    switch (request.verb) {
      case "openAccount": {
        const code = request.command.account;
        if (!/^user:bonus:[a-z0-9]/.test(code)) return "posting_not_permitted";
        if (this.accounts.isOpen(code)) return "account_exists";
        this.accounts.open(code, this.seq + 1);
        return this.#entry();
      }
      case "setLimit":
        return this.#setLimit(request.command);
      case "post":
        return this.#post(request.command.kind, request.command.postings);
      case "reverse":
        return this.#reverse(request.command.seq);
      case "reserve": {
        const { purpose, amountMinor, expiresAtMs } = request.command;
        if (purpose === "stake" && this.#isExcluded()) return "self_excluded";
        if (expiresAtMs <= this.nowMs) return "hold_expired";
        const sources = purpose === "stake" ? ["user:cash", ...this.accounts.grants()] : ["user:cash"];
        const reason = this.#fundsReason(sources, amountMinor);
        if (reason !== null) return reason;
        this.#open(`reserve:${request.command.key}`, purpose, this.accounts.split(sources, amountMinor), expiresAtMs);
        return this.#entry();
      }
      case "commit":
        return this.#commit(request.command.holdId, request.command.amountMinor, request.command.close);
      case "selfExclude": {
        const { untilMs } = request.command;
        const isLonger = untilMs === null || !this.#isExcluded() || (this.#excludedUntilMs !== null && untilMs > this.#excludedUntilMs);
        if (isLonger) this.#excludedUntilMs = untilMs;
        return this.#entry();
      }
      case "freeze":
      case "unfreeze":
        this.#isFrozen = request.verb === "freeze";
        return this.#entry();
    }
  }

  /** Pays a bet, or takes back what it was paid; what is not there any more is owed. */
  #payBet(amount: number): void {
    const fromCash = Math.max(amount, -this.accounts.free("user:cash"));
    this.accounts.move("user:cash", fromCash, this.seq + 1);
    this.#debt += fromCash - amount;
  }

  #endWithdrawal(intentId: string, isPaid: boolean): Reason | null {
    const state = this.withdrawals.get(intentId);
    const hold = this.holds.get(intentId);
    if (state === undefined || hold === undefined) return "not_found";
    if (state === "ended") return "hold_closed";
    this.withdrawals.set(intentId, "ended");
    if (!isPaid) {
      this.#giveBack(hold);
      return null;
    }
    this.accounts.take("user:cash", hold.amount);
    hold.isOpen = false;
    return this.#entry();
  }

  #settleStake(holdId: string, payoutMinor: number): Reason | null {
    const hold = this.holds.get(holdId);
    if (hold?.kind !== "crash") return "not_found";
    if (!hold.isOpen) return "hold_closed";
    const stake = taxStake(TENANT, "crash", minor(hold.amount), unixMs(hold.openedAtMs));
    const { paidMinor } = taxWinnings(TENANT, "crash", minor(payoutMinor), stake.netMinor, unixMs(this.nowMs));
    this.accounts.take("user:cash", hold.amount);
    this.accounts.move("user:cash", payoutMinor > 0 ? paidMinor : 0, this.seq + 1);
    hold.isOpen = false;
    return this.#entry();
  }

  #setLimit({ account, floorMinor, frozen }: Extract<Request, { verb: "setLimit" }>["command"]): Reason | null {
    const isPlayers = /^user:(cash$|bonus:)/.test(account);
    if (!isPlayers && account !== "promo:cost") return "posting_not_permitted";
    if (isPlayers && (floorMinor === null || floorMinor < 0)) return "posting_not_permitted";
    if (account.startsWith("user:bonus:") && !this.accounts.isOpen(account)) return "account_not_open";
    const of = this.accounts.get(account);
    if (floorMinor !== null && of.posted - of.held < floorMinor) return "insufficient_funds";
    this.accounts.limit(account, floorMinor, frozen, this.seq + 1);
    return this.#entry();
  }

  #post(kind: string, postings: readonly { account: string; amountMinor: number }[]): Reason | null {
    if (postings.length === 0 || postings.reduce((total, posting) => total + posting.amountMinor, 0) !== 0) return "unbalanced";
    const permitted = PERMITTED[kind]?.some(([from, to]) =>
      postings.every((each) => (each.amountMinor < 0 ? from : to).test(each.account)),
    );
    if (permitted !== true) return "posting_not_permitted";
    const reason = this.#movementReason(postings);
    if (reason !== null) return reason;
    for (const { account, amountMinor } of postings) this.accounts.move(account, amountMinor, this.seq + 1);
    this.manual.set(this.seq + 1, { postings, isReversed: false });
    return this.#entry();
  }

  #reverse(seq: number): Reason | null {
    if (seq > this.seq) return "not_found";
    const entry = this.manual.get(seq);
    if (entry === undefined) return "not_reversible";
    if (entry.isReversed) return "already_reversed";
    const postings = entry.postings.map(({ account, amountMinor }) => ({ account, amountMinor: -amountMinor }));
    const reason = this.#movementReason(postings);
    if (reason !== null) return reason;
    for (const { account, amountMinor } of postings) this.accounts.move(account, amountMinor, this.seq + 1);
    entry.isReversed = true;
    return this.#entry();
  }

  #movementReason(postings: readonly { account: string; amountMinor: number }[]): Reason | null {
    if (postings.some(({ account }) => account.startsWith("user:bonus:") && !this.accounts.isOpen(account))) return "account_not_open";
    const debits = postings.filter(({ amountMinor }) => amountMinor < 0);
    if (debits.some(({ account }) => this.accounts.get(account).frozen)) return "account_frozen";
    const isShort = ({ account, amountMinor }: (typeof debits)[number]): boolean =>
      this.accounts.get(account).floor !== null && -amountMinor > this.accounts.free(account);
    return debits.some(isShort) ? "insufficient_funds" : null;
  }

  #commit(holdId: string, amount: number, close: boolean): Reason | null {
    const hold = this.holds.get(holdId);
    if (hold === undefined || hold.kind === "crash" || hold.kind === "withdrawal" || hold.kind === "bet") return "not_found";
    if (!hold.isOpen) return "hold_closed";
    if (hold.expiresAtMs !== null && hold.expiresAtMs <= this.nowMs) return "hold_expired";
    if (amount > hold.amount - hold.committed) return "hold_exceeded";
    let skip = hold.committed;
    let want = amount;
    for (const share of hold.shares) {
      const skipped = Math.min(skip, share.amount);
      const taken = Math.min(want, share.amount - skipped);
      skip -= skipped;
      want -= taken;
      this.accounts.take(share.account, taken);
    }
    hold.committed += amount;
    const isLast = close || hold.committed === hold.amount;
    if (isLast) this.#unhold(hold);
    return this.#entry();
  }

  #open(id: string, kind: Hold["kind"], shares: readonly Share[], expiresAtMs: number | null): void {
    for (const share of shares) this.accounts.hold(share.account, share.amount, this.seq + 1);
    const amount = shares.reduce((total, share) => total + share.amount, 0);
    this.holds.set(id, { kind, shares, amount, openedAtMs: this.nowMs, expiresAtMs, committed: 0, isOpen: true });
  }

  #heldFor(betId: string): Hold {
    const hold = this.holds.get(betId);
    if (hold === undefined) throw new Error(`no hold of ${betId}`);
    return hold;
  }

  #giveBack(hold: Hold): void {
    this.#unhold(hold);
    this.#entry();
  }

  #unhold(hold: Hold): void {
    let skip = hold.committed;
    for (const share of hold.shares) {
      const skipped = Math.min(skip, share.amount);
      skip -= skipped;
      this.accounts.hold(share.account, skipped - share.amount, this.seq);
    }
    hold.isOpen = false;
  }

  /** Whatever frees cash pays a debt first. */
  #repay(): void {
    const repaid = Math.min(this.#debt, this.accounts.free("user:cash"));
    if (repaid <= 0) return;
    this.accounts.move("user:cash", -repaid, this.seq + 1);
    this.#debt -= repaid;
    this.#entry();
  }

  #entry(): null {
    this.seq += 1;
    return null;
  }

  #isExcluded(): boolean {
    return this.#excludedUntilMs === null || this.#excludedUntilMs > this.nowMs;
  }

  #fundsReason(sources: readonly string[], amount: number): Reason | null {
    const thawed = sources.filter((code) => !this.accounts.get(code).frozen);
    const available = thawed.reduce((total, code) => total + this.accounts.free(code), 0);
    if (amount <= available) return null;
    return thawed.length < sources.length ? "account_frozen" : "insufficient_funds";
  }

  #answer(reason: Reason | null, isReplay: boolean): Expected {
    const cash: Account = this.accounts.get("user:cash");
    return {
      reason,
      isReplay,
      seq: this.seq,
      cashMinor: cash.posted,
      heldMinor: cash.held,
      availableMinor: this.accounts.free("user:cash"),
      bonusMinor: this.accounts.bonus(),
    };
  }
}
