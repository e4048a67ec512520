/** The model's bets that wait for a decision: their states, rounds and times, said again without tables. */
import type { WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import type { AnswerOffer, DecideBet, HoldBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";

type Reason = WalletRefusal["reason"];

interface HeldBet {
  readonly odds: number;
  readonly waitsMs: number;
  state: "DELAYED" | "OFFERED" | "OVER";
  round: number;
  stake: number;
  endsAtMs: number;
  offered: number;
}

/** What a held bet does to the rest of the wallet. */
export interface HeldBetPorts {
  readonly nowMs: () => number;
  readonly isExcluded: () => boolean;
  /** Gives the stake back, in an entry of its own. */
  readonly giveBack: (betId: string) => void;
  /** Takes a part of the hold for the bet and gives back the rest, in one entry. */
  readonly accept: (betId: string, stake: number, odds: number) => void;
  readonly entry: () => void;
}

const OFFER_MS = 10_000;
const DECISION_MS = 60_000;

export class HeldBets {
  readonly #ports: HeldBetPorts;
  readonly #range: { readonly minMinor: number; readonly maxMinor: number };
  readonly all = new Map<string, HeldBet>();

  constructor(range: { readonly minMinor: number; readonly maxMinor: number }, ports: HeldBetPorts) {
    this.#range = range;
    this.#ports = ports;
  }

  add({ betId, stakeMinor, delayMs, selections }: HoldBet): void {
    const endsAtMs = this.#ports.nowMs() + delayMs + DECISION_MS;
    const odds = selections[0]?.oddsThousandths ?? 0;
    this.all.set(betId, { odds, waitsMs: delayMs, state: "DELAYED", round: 1, stake: stakeMinor, endsAtMs, offered: 0 });
  }

  decide({ betId, round, decision }: DecideBet): Reason | null {
    const bet = this.all.get(betId);
    if (bet === undefined) return "not_found";
    if (bet.state !== "DELAYED" || bet.round !== round) return null;
    if (bet.endsAtMs <= this.#ports.nowMs() || decision.verdict === "refused" || this.#ports.isExcluded()) return this.#end(betId, bet);
    const most = Math.min(decision.stakeMaxMinor ?? this.#range.maxMinor, this.#range.maxMinor);
    if (most < this.#range.minMinor) return this.#end(betId, bet);
    if (decision.asksAgain || most < bet.stake) {
      Object.assign(bet, { state: "OFFERED", offered: Math.min(most, bet.stake), endsAtMs: this.#ports.nowMs() + OFFER_MS });
      this.#ports.entry();
      return null;
    }
    bet.state = "OVER";
    this.#ports.accept(betId, bet.stake, bet.odds);
    return null;
  }

  answer({ betId, round, accept }: AnswerOffer): Reason | null {
    const bet = this.all.get(betId);
    if (bet === undefined) return "not_found";
    if (bet.state !== "OFFERED" || (round !== null && round !== bet.round) || bet.endsAtMs <= this.#ports.nowMs()) return "offer_over";
    if (!accept) return this.#end(betId, bet);
    const endsAtMs = this.#ports.nowMs() + bet.waitsMs + DECISION_MS;
    Object.assign(bet, { state: "DELAYED", round: bet.round + 1, stake: bet.offered, endsAtMs });
    this.#ports.entry();
    return null;
  }

  /** Ends what is over; `ended` runs after each. */
  expire(ended: () => void): void {
    const due = [...this.all].filter(([, bet]) => bet.state !== "OVER" && bet.endsAtMs <= this.#ports.nowMs());
    for (const [betId, bet] of due.sort(([, a], [, b]) => a.endsAtMs - b.endsAtMs)) {
      this.#end(betId, bet);
      ended();
    }
  }

  #end(betId: string, bet: HeldBet): null {
    bet.state = "OVER";
    this.#ports.giveBack(betId);
    return null;
  }
}
