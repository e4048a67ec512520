/**
 * Takes results from fixtures' channels to the wallets of their bets: all wallets of a batch at the same time, each in one write, and
 * one acknowledgement a channel.
 *
 * The wallet posts the difference to each bet's new target, once per result version, so a message may come twice or late. A channel
 * hears only of what a wallet has applied; it sends the rest again.
 */
import { log } from "../../durable-objects/platform/log.ts";
import { type SettlementMessage, settlementMessageSchema } from "../../shared/protocol/queue/messages.ts";
import type { SettlementAck } from "../../shared/protocol/rpc/odds-channel.ts";
import { oddsChannelOf } from "../adapters/objects.ts";
import type { Env } from "../env.ts";

interface Delivery {
  readonly message: SettlementMessage | null;
  readonly acks: readonly SettlementAck[];
  readonly error: Error | null;
}

/** Applies a batch of messages; says for each, in order, why it has to come again, or null. */
export async function consumeSettlements(env: Env, bodies: readonly unknown[]): Promise<readonly (Error | null)[]> {
  const deliveries = await Promise.all(bodies.map((body) => deliver(env, body)));
  const failed = new Map<string, Error>();
  const byChannel = Map.groupBy(
    deliveries.filter(({ acks }) => acks.length > 0),
    channelOf,
  );
  await Promise.all(
    [...byChannel].map(async ([name, own]) => {
      const first = own[0]?.message;
      if (first === null || first === undefined) return;
      const acks = own.flatMap((delivery) => delivery.acks);
      await oddsChannelOf(env, first.country, first.fixtureId)
        .acknowledgeSettlement(acks)
        .catch((error: unknown) => failed.set(name, toError(error)));
    }),
  );
  return deliveries.map((delivery) => delivery.error ?? (delivery.acks.length > 0 ? (failed.get(channelOf(delivery)) ?? null) : null));
}

function channelOf({ message }: Delivery): string {
  return message === null ? "" : `${message.country}:${message.fixtureId}`;
}

async function deliver(env: Env, body: unknown): Promise<Delivery> {
  const parsed = settlementMessageSchema.safeParse(body);
  if (!parsed.success) return { message: null, acks: [], error: parsed.error };
  const message = parsed.data;
  try {
    return { message, acks: await settle(env, message), error: null };
  } catch (error) {
    return { message, acks: [], error: toError(error) };
  }
}

/** What the channel need not send again: bets that took the result, and those that their wallet does not have. */
async function settle(env: Env, { country, fixtureId, walletId, bets }: SettlementMessage): Promise<readonly SettlementAck[]> {
  if (!walletId.startsWith(`${country}:`)) {
    log("error", "settlement_across_countries", { fixtureId, walletId, country });
    return [];
  }
  const reply = await env.WALLET.getByName(walletId).settleBets({ fixtureId, bets });
  if (!reply.ok) {
    log("warn", "settlement_refused", { fixtureId, walletId, reason: reply.error.reason });
    return [];
  }
  const versions = new Map(bets.map(({ betId, resultVersion }) => [betId, resultVersion]));
  const missing = reply.value.value.filter(({ fate }) => fate === "not_found").map(({ betId }) => betId);
  if (missing.length > 0) log("error", "settlement_refused", { fixtureId, walletId, reason: "not_found", betIds: missing });
  return reply.value.value.map(({ betId }) => ({ walletId, betId, resultVersion: versions.get(betId) ?? 0 }));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
