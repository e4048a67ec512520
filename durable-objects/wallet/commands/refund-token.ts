/**
 * Refunds of cut-N that are promised as a free bet: the token of a bet, given in the write that found the refund due.
 *
 * A bet gives one token, by an id of its own, and what was given stays the player's: a correction takes none back and adds none to it. Where
 * a token would be of no use, to a player who is excluded or below the smallest stake, the refund is cash.
 */
import { canonical } from "../../../shared/kernel/canonical.ts";
import { idFromDigest } from "../../../shared/kernel/ids.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import { type Minor, ZERO } from "../../../shared/money/minor.ts";
import { sha256Bytes, sha256Hex } from "../../platform/hash.ts";
import type { Bet } from "../bet-store.ts";
import type { RefundWay } from "../bet-worth.ts";
import type { FreeBet } from "../free-bet-store.ts";
import { factKey } from "../idempotency-store.ts";
import { exclusionAt } from "../profile-store.ts";
import type { CommandScope } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

type NewToken = Omit<FreeBet, "betId" | "returnedAtMs">;

/** Tokens that one command gives, stored once its entries are. */
export class RefundTokens {
  readonly #wallet: WalletStores;
  readonly #scope: CommandScope;
  readonly #given = new Map<string, NewToken>();

  constructor(wallet: WalletStores, scope: CommandScope) {
    this.#wallet = wallet;
    this.#scope = scope;
  }

  /** How a refund of this bet is paid; once one was, in the same way. */
  wayOf({ betId, terms, promoMinor = ZERO }: Bet): RefundWay {
    if (terms.cutRefund?.freeBet === undefined || promoMinor < 0) return "cash";
    const freeBetId = this.#idOf(betId);
    if (this.#given.has(freeBetId) || this.#wallet.freeBets.find(freeBetId) !== null) return "given";
    const { profile, moment } = this.#scope;
    return exclusionAt(profile, moment.nowMs) === null ? "token" : "cash";
  }

  /** Gives the bet's token, if an amount (minor units) is due as one. */
  give({ betId, terms: { cutRefund } }: Bet, amountMinor: Minor): void {
    if (amountMinor === 0 || cutRefund?.freeBet === undefined) return;
    const { post, moment } = this.#scope;
    const { days, terms } = cutRefund.freeBet;
    const [freeBetId, campaignId, expiresAtMs] = [this.#idOf(betId), cutRefund.ruleId, moment.nowMs + days * DAY_MS];
    const { seq } = post({
      kind: "FREE_BET_GRANTED",
      key: factKey(`refund:${betId}`),
      ...{ ref: freeBetId, refType: "promotion" },
      facts: { campaignId, amountMinor, expiresAtMs, reason: `refund of ${betId}`, terms: sha256Hex(canonical(terms)) },
    });
    this.#given.set(freeBetId, { seq, freeBetId, campaignId, amountMinor, terms, grantedAtMs: moment.nowMs, expiresAtMs });
  }

  /** Stores what was given; call when the entries are stored. */
  store(): void {
    for (const token of this.#given.values()) this.#wallet.freeBets.add(token, canonical(token.terms));
  }

  #idOf(betId: string): string {
    return idFromDigest("fbt", sha256Bytes(`${this.#scope.profile.walletId}:refund:${betId}`));
  }
}
