/**
 * Takes results from a fixture's channel to the wallets of its bets.
 *
 * The wallet posts the difference to the bet's new target, once per result version, so a message may come twice or late. The channel
 * hears only of what the wallet has applied; it sends the rest again.
 */
import { log } from "../../durable-objects/platform/log.ts";
import { type SettlementMessage, settlementMessageSchema } from "../../shared/protocol/queue/messages.ts";
import { oddsChannelOf } from "../adapters/objects.ts";
import type { Env } from "../env.ts";

/** Applies one message; throws what the wallet or the channel throws, so that the message comes again. */
export async function consumeSettlement(env: Env, body: unknown): Promise<void> {
  const message = settlementMessageSchema.parse(body);
  const settled = await Promise.allSettled(message.bets.map((bet) => settle(env, message, bet)));
  const acks = settled.flatMap((one, index) => {
    const bet = message.bets[index];
    return one.status === "fulfilled" && one.value && bet !== undefined ? [{ betId: bet.betId, resultVersion: bet.resultVersion }] : [];
  });
  if (acks.length > 0) await oddsChannelOf(env, message.country, message.fixtureId).acknowledgeSettlement(acks);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** True when the channel need not send this again: applied, or the wallet has no such bet. */
async function settle(env: Env, message: SettlementMessage, bet: SettlementMessage["bets"][number]): Promise<boolean> {
  const where = { fixtureId: message.fixtureId, walletId: message.walletId, betId: bet.betId, resultVersion: bet.resultVersion };
  if (!message.walletId.startsWith(`${message.country}:`)) {
    log("error", "settlement_across_countries", { ...where, country: message.country });
    return false;
  }
  const reply = await env.WALLET.getByName(message.walletId).settleBet({
    betId: bet.betId,
    fixtureId: message.fixtureId,
    resultVersion: bet.resultVersion,
    results: bet.results,
  });
  if (reply.ok) return true;
  log(reply.error.reason === "not_found" ? "error" : "warn", "settlement_refused", { ...where, reason: reply.error.reason });
  return reply.error.reason === "not_found";
}
