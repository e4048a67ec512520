/** Brings a feed's messages to the channels of their fixtures, in every tenant that takes the feed. */
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import type { Coverage } from "../../../shared/protocol/rpc/feed-monitor.ts";
import type { FeedMessageRefusal } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";

type Fate = "applied" | "duplicate" | FeedMessageRefusal["reason"];

/** What became of messages, over all tenants. */
export interface Delivered {
  /** Messages that changed what at least one tenant knew. */
  readonly applied: number;
  /** Messages that every tenant knew already. */
  readonly duplicates: number;
  readonly unknownFixtures: readonly string[];
  /** Messages that say more than a fixture holds, in some tenant. */
  readonly refused: readonly { readonly message: FeedMessage; readonly reason: string }[];
}

/** Delivers to all tenants: fixtures at the same time, the messages of each in order. `coverage` says how producers stand. */
export async function deliverMessages(
  env: Env,
  countries: readonly Country[],
  messages: readonly FeedMessage[],
  coverage: Readonly<Record<string, Coverage>> = {},
): Promise<Delivered> {
  const fates = await Promise.all(countries.map((country) => deliver(env, country, messages, coverage)));
  const unknown = messages.filter((message) => fates.some((fate) => fate.get(message) === "unknown_fixture"));
  return {
    applied: messages.filter((message) => fates.some((fate) => fate.get(message) === "applied")).length,
    duplicates: messages.filter((message) => fates.every((fate) => fate.get(message) === "duplicate")).length,
    unknownFixtures: [...new Set(unknown.map((message) => message.fixtureId))],
    refused: messages
      .filter((message) => fates.some((fate) => fate.get(message) === "fixture_full"))
      .map((message) => ({ message, reason: "fixture_full" })),
  };
}

async function deliver(
  env: Env,
  country: Country,
  messages: readonly FeedMessage[],
  coverage: Readonly<Record<string, Coverage>>,
): Promise<ReadonlyMap<FeedMessage, Fate>> {
  const fates = new Map<FeedMessage, Fate>();
  const byFixture = Map.groupBy(messages, (message) => message.fixtureId);
  await Promise.all(
    [...byFixture].map(async ([fixtureId, own]) => {
      const channel = oddsChannelOf(env, country, fixtureId);
      for (const message of own) {
        const result = await channel.ingest(message, coverage[message.producer ?? ""]);
        fates.set(message, result.ok ? (result.value.applied ? "applied" : "duplicate") : result.error.reason);
      }
    }),
  );
  return fates;
}
