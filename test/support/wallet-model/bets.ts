/**
 * The model's bets: singles of a Kenyan player, their results, cash-outs, rules and edits, said again without tables or a position
 * ledger. What a bet is worth is what its parts were cashed out for and what its result makes of the stake that is left.
 */
import type { CashOutBet, SettleBet, WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import type { DecideCashOut, EditBet, SetCashOutRule } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { type Request, ruledBet } from "./request.ts";
import { TENANT } from "./rules.ts";

type Reason = WalletRefusal["reason"];
type CashOutRequest = Extract<Request, { verb: "cashOut" | "setCashOutRule" | "removeCashOutRule" | "decideCashOut" | "editBet" }>;
type Outcome = SettleBet["results"][number]["outcome"];

interface Bet {
  readonly odds: number;
  /** What still plays. */
  open: number;
  /** What parts were cashed out for. */
  cashed: number;
  parts: number;
  paid: number;
  version: number;
  outcome: Outcome;
  rule: { readonly percent: number; readonly least: number } | null;
  hadRule: boolean;
}

/** What a bet does to the rest of the wallet. */
export interface BetPorts {
  /** Moves the player's cash; what a claw-back does not find becomes a debt. */
  readonly pay: (amount: number) => void;
  readonly entry: () => void;
  /** Why a new stake that takes so much of the cash is refused. */
  readonly stakeReason: (amount: number) => Reason | null;
}

const CASH_OUT_MIN = 1_000;

export class Bets {
  readonly #ports: BetPorts;
  readonly all = new Map<string, Bet>();

  constructor(ports: BetPorts) {
    this.#ports = ports;
  }

  place(betId: string, stake: number, odds: number): void {
    this.all.set(betId, {
      ...{ odds, open: stake, cashed: 0, parts: 0, paid: 0, version: 0, outcome: null, rule: null, hadRule: false },
    });
  }

  settle({ betId, resultVersion, results }: SettleBet): Reason | null {
    const bet = this.all.get(betId);
    if (bet === undefined) return "not_found";
    if (resultVersion <= bet.version) return null;
    Object.assign(bet, { version: resultVersion, outcome: results[0]?.outcome ?? null });
    if (!isPlaying(bet)) bet.rule = null;
    this.#payTo(bet, bet.cashed + (bet.outcome === "won" ? most(bet) : bet.outcome === "void" ? bet.open : 0));
    this.#ports.entry();
    return null;
  }

  cashOutOrEdit(request: CashOutRequest): Reason | null {
    switch (request.verb) {
      case "cashOut":
        return this.#cashOut(request.command);
      case "setCashOutRule":
        return this.#setRule(request.command);
      case "removeCashOutRule":
        return this.#removeRule(request.command.betId);
      case "decideCashOut":
        return this.#decideRule(ruledBet(request.command.orderId), request.command);
      case "editBet":
        return this.#edit(request.command);
    }
  }

  #cashOut({ betId, percent, payoutMinor, stateVersion }: CashOutBet): Reason | null {
    const bet = this.all.get(betId);
    if (bet === undefined) return "not_found";
    const reason = this.#openReason(bet, stateVersion) ?? partReason(bet, percent, payoutMinor);
    if (reason !== null) return reason;
    this.#take(bet, percent, payoutMinor);
    return null;
  }

  #setRule({ betId, percent, leastMinor }: SetCashOutRule): Reason | null {
    const bet = this.all.get(betId);
    if (bet === undefined) return "not_found";
    if (!isPlaying(bet)) return "bet_not_open";
    if (leastMinor < CASH_OUT_MIN) return "amount_too_low";
    if (leastMinor > Math.floor((most(bet) * percent) / 100)) return "amount_too_high";
    const reason = partReason(bet, percent, leastMinor);
    if (reason !== null) return reason;
    if (bet.rule?.percent === percent && bet.rule.least === leastMinor) return null;
    Object.assign(bet, { rule: { percent, least: leastMinor }, hadRule: true });
    this.#ports.entry();
    return null;
  }

  #removeRule(betId: string): Reason | null {
    const bet = this.all.get(betId);
    if (bet === undefined) return "not_found";
    if (bet.rule === null) return null;
    bet.rule = null;
    this.#ports.entry();
    return null;
  }

  /** A decision of the bet's newest rule. */
  #decideRule(betId: string, { verdict }: DecideCashOut): Reason | null {
    const bet = this.all.get(betId);
    if (bet?.hadRule !== true) return "not_found";
    const { rule } = bet;
    if (rule === null || verdict.verdict === "none" || verdict.stateVersion !== stateOf(bet)) return null;
    if (verdict.amountMinor < rule.least || partReason(bet, rule.percent, verdict.amountMinor) !== null) return null;
    this.#take(bet, rule.percent, verdict.amountMinor);
    return null;
  }

  #edit({ betId, parentId, stateVersion, valueMinor, stakeMinor, selections }: EditBet): Reason | null {
    const parent = this.all.get(parentId);
    if (parent === undefined) return "not_found";
    const { minMinor, maxMinor } = TENANT.stake;
    const range = stakeMinor < minMinor ? "amount_too_low" : stakeMinor > maxMinor ? "amount_too_high" : null;
    const reason =
      this.#openReason(parent, stateVersion) ??
      partReason(parent, 100, valueMinor) ??
      range ??
      this.#ports.stakeReason(stakeMinor - valueMinor);
    if (reason !== null) return reason;
    this.#take(parent, 100, valueMinor);
    this.place(betId, stakeMinor, selections[0]?.oddsThousandths ?? 0);
    this.#ports.pay(-stakeMinor);
    this.#ports.entry();
    return null;
  }

  #openReason(bet: Bet, stateVersion: number): Reason | null {
    if (!isPlaying(bet)) return "bet_not_open";
    return stateVersion === stateOf(bet) ? null : "bet_changed";
  }

  #take(bet: Bet, percent: number, payout: number): void {
    Object.assign(bet, { open: bet.open - Math.floor((bet.open * percent) / 100), cashed: bet.cashed + payout, parts: bet.parts + 1 });
    bet.rule = null;
    this.#payTo(bet, bet.cashed);
    this.#ports.entry();
  }

  #payTo(bet: Bet, target: number): void {
    this.#ports.pay(target - bet.paid);
    bet.paid = target;
  }
}

/** A number that each result and each cash-out changes. */
export function stateOf({ parts, version }: Pick<Bet, "parts" | "version">): number {
  return parts + version;
}

function isPlaying(bet: Bet): boolean {
  return bet.open > 0 && bet.outcome === null;
}

function most({ open, odds }: Bet): number {
  return Math.floor((open * odds) / 1_000);
}

function partReason(bet: Bet, percent: number, payout: number): Reason | null {
  if (payout < CASH_OUT_MIN) return "amount_too_low";
  if (payout > most(bet)) return "amount_too_high";
  const rest = bet.open - Math.floor((bet.open * percent) / 100);
  return percent === 100 || (rest >= TENANT.stake.minMinor && rest < bet.open) ? null : "amount_too_low";
}
