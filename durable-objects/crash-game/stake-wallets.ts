/**
 * What a table asks of its players' wallets. Every call is idempotent by a key that follows from the bet, so a call whose answer was
 * lost is simply made again.
 */
import { idFromDigest } from "../../shared/kernel/ids.ts";
import type { Receipt, ReserveStake, WalletReply, WalletRpc } from "../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { sha256Bytes } from "../platform/hash.ts";
import type { BetRow } from "./table-rows.ts";

/** A wallet's answer to the end of a bet that can't be right; the bet stays unsettled and is asked about again. */
export class SettlementRefused extends Error {
  override readonly name = "SettlementRefused";
}

export class StakeWallets {
  readonly #namespace: Cloudflare.Env["WALLET"];
  readonly #gameId: string;
  readonly #country: Country;

  constructor(namespace: Cloudflare.Env["WALLET"], gameId: string, country: Country) {
    this.#namespace = namespace;
    this.#gameId = gameId;
    this.#country = country;
  }

  reserve(bet: BetRow): Promise<WalletReply<{ holdId: string }>> {
    const command: ReserveStake = {
      key: `crash:${bet.bet_id}`,
      fingerprint: bet.fingerprint,
      holdId: holdIdOf(bet),
      product: "crash",
      ref: this.#ref(bet),
      amountMinor: bet.stake_minor,
    };
    return this.#walletOf(bet).reserveStake(command);
  }

  /**
   * Ends a decided bet in its wallet: pays, takes, or gives back. Gives the wallet's receipt, or null when there was nothing to end.
   * Throws `SettlementRefused` on a refusal, so that the caller keeps the bet.
   */
  async settle(bet: BetRow): Promise<Receipt<unknown> | null> {
    const holdId = holdIdOf(bet);
    const key = `${this.#gameId}:${bet.round}:${bet.user_id}:${bet.slot}`;
    if (bet.status === "VOID") {
      // Whether the stake was ever reserved may be unknown: reserving again under the same key makes it known.
      const reserved = await this.reserve(bet);
      if (!reserved.ok) return null;
    }
    const reply =
      bet.status === "VOID" || bet.status === "REFUNDED"
        ? await this.#walletOf(bet).releaseHold({ key: `${key}:${bet.bet_id}`, holdId, reason: bet.status.toLowerCase() })
        : await this.#walletOf(bet).settleStake({ key, holdId, payoutMinor: bet.payout_minor, ref: this.#ref(bet) });
    if (!reply.ok) throw new SettlementRefused(`${bet.status}: ${reply.error.reason}`);
    return reply.value;
  }

  #walletOf(bet: BetRow): WalletRpc {
    return this.#namespace.getByName(`${this.#country}:${bet.user_id}`);
  }

  #ref(bet: BetRow): string {
    return `${this.#gameId}:${bet.round}:${bet.slot}`;
  }
}

function holdIdOf(bet: BetRow): string {
  return idFromDigest("hold", sha256Bytes(`hold:${bet.bet_id}`));
}
