/** The wallet's bets: placing, settling and reading them. RPC only. */
import { ok } from "../../shared/kernel/result.ts";
import type * as rpc from "../../shared/protocol/rpc/wallet.ts";
import type { ShownBet } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import { toBetView } from "./bet-store.ts";
import { assertBet, assertResult, assertTexts } from "./command-shape.ts";
import { placeBet } from "./commands/place-bet.ts";
import { type RefusalToRemember, recordRefusal } from "./commands/remembered-refusals.ts";
import { settleBet, settleBets } from "./commands/settle-bet.ts";
import { WalletLedger } from "./wallet-ledger.ts";

export abstract class WalletBets extends WalletLedger {
  async placeBet(command: rpc.PlaceBet): Promise<rpc.WalletReply<ShownBet>> {
    assertBet(command);
    return this.done(placeBet(this.stores, command, this.moment()));
  }

  async recordRefusal(command: RefusalToRemember): Promise<rpc.WalletReply<ShownBet>> {
    assertTexts(command.key, command.fingerprint, command.code);
    return this.done(recordRefusal(this.stores, command, this.moment()));
  }

  async settleBet(command: rpc.SettleBet): Promise<rpc.WalletReply<rpc.BetView>> {
    assertTexts(command.fixtureId);
    assertResult(command);
    const reply = this.done(settleBet(this.stores, command, this.moment()));
    if (reply.ok && !reply.value.replayed && reply.value.value.status !== "PENDING") this.sockets.tellSettled(reply.value.value);
    return reply;
  }

  async settleBets(command: rpc.SettleBets): Promise<rpc.WalletReply<readonly rpc.SettledBet[]>> {
    assertTexts(command.fixtureId);
    for (const result of command.bets) assertResult(result);
    const reply = this.done(settleBets(this.stores, command, this.moment()));
    if (!reply.ok) return reply;
    for (const { fate, bet } of reply.value.value)
      if (fate === "applied" && bet !== null && bet.status !== "PENDING") this.sockets.tellSettled(bet);
    return ok({ ...reply.value, value: reply.value.value.map(({ betId, fate }) => ({ betId, fate })) });
  }

  async bet(betId: string): Promise<rpc.BetView | null> {
    const bet = this.stores.bets.find(betId);
    return bet === null ? null : toBetView(bet);
  }

  async bets(page: {
    readonly status: rpc.BetStatus | "ALL";
    readonly limit: number;
    readonly offset: number;
  }): Promise<rpc.Page<rpc.BetView>> {
    const { rows, total } = this.stores.bets.page(page.status, page.limit, page.offset);
    return { rows: rows.map(toBetView), total };
  }
}
