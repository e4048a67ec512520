/**
 * Compares what the provider's documents say of a match with what its messages have said, in every tenant that takes the feed, and lets the
 * document put it right. A difference means that a message was lost on the way: it is written down as evidence (`recon_item`, scope the
 * feed), resolved when the fixture says afterwards what the document says. Results of bets come from messages alone: the bridge asks for
 * those again.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import type { FixtureView } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type Finding, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import { databaseOf } from "../../env.ts";
import type { ServiceContext } from "../context.ts";
import { type Delivered, deliverMessages } from "./deliver-messages.ts";

/** Delivers one document's message, and records what it changed. Idempotent: the same document again finds nothing to change. */
export async function checkPlay(
  ctx: ServiceContext,
  feed: string,
  countries: readonly Country[],
  message: FeedMessage,
): Promise<Delivered> {
  const views = () => Promise.all(countries.map((country) => oddsChannelOf(ctx.env, country, message.fixtureId).view()));
  const before = await views();
  const delivered = await deliverMessages(ctx.env, countries, [message]);
  const after = await views();
  for (const [index, country] of countries.entries()) {
    const [was, is] = [before[index] ?? null, after[index] ?? null];
    if (was === null || is === null) continue;
    const repaired = differences(is, message).length === 0;
    const found = differences(was, message).map((one): Finding => {
      return { ...one, subject: message.fixtureId, hereMinor: null, thereMinor: null, repaired };
    });
    await record(ctx, feed, country, message, found);
  }
  return delivered;
}

/** What the fixture was, by class, where the document says otherwise. */
function differences(known: FixtureView, message: FeedMessage): readonly Pick<Finding, "class" | "note">[] {
  if (message.type === "fixture_change") {
    if (known.startsAtMs === message.startsAtMs) return [];
    return [{ class: "start_differs", note: `started at ${known.startsAtMs} here, at ${message.startsAtMs} by the provider` }];
  }
  if (message.type !== "odds_change" || message.status === null) return [];
  const isSameScore = message.homeScore === null || (known.homeScore === message.homeScore && known.awayScore === message.awayScore);
  if (known.status === message.status && isSameScore) return [];
  const play = (one: Pick<FixtureView, "homeScore" | "awayScore"> & { readonly status: string | null }) =>
    `${one.status} ${one.homeScore ?? "-"}:${one.awayScore ?? "-"}`;
  return [{ class: "play_differs", note: `${play(known)} here, ${play(message)} by the provider` }];
}

async function record(
  ctx: ServiceContext,
  feed: string,
  country: Country,
  { fixtureId, sequence }: FeedMessage,
  findings: readonly Finding[],
): Promise<void> {
  for (const { class: kind, note, repaired } of findings) log("warn", "feed_differs", { feed, country, fixtureId, kind, note, repaired });
  await saveRun(databaseOf(ctx.env, country), {
    ...{ country, level: "L3", scope: feed, fromPosition: String(sequence), toPosition: String(sequence) },
    ...{ startedAtMs: ctx.nowMs, endedAtMs: Math.max(ctx.nowMs, Date.now()), checked: 1, findings, subjects: [fixtureId], cursor: null },
  });
}
