/**
 * Brings what a unified odds feed said to whom it concerns, in the order in which it came: messages to the fixtures, signs of life and
 * recoveries to the feed's monitor. What a producer said before it was whole again is delivered before it counts as whole.
 */
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import type { UofEntry } from "../../../shared/protocol/feed/uof-batch.ts";
import type { FeedMonitorRpc } from "../../../shared/protocol/rpc/feed-monitor.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { feedMonitorOf } from "../../adapters/objects.ts";
import type { ProducerNews, UofNews } from "../../adapters/uof/read-message.ts";
import type { ServiceContext } from "../context.ts";
import { checkPlay } from "./check-play.ts";
import { type Delivered, deliverMessages } from "./deliver-messages.ts";

/** What is told to the feed's monitor, not to a fixture. */
type MonitorStep = ProducerNews | Extract<UofEntry, { readonly recovery: unknown }>;
/** A document that is compared with what is known. */
type CheckStep = Extract<UofNews, { readonly kind: "check" }>;
export type FeedStep = FeedMessage | MonitorStep | CheckStep;

export interface DeliveredSteps {
  readonly delivered: readonly Delivered[];
  /** Producers that live and are taken as away: only a recovery that nobody has asked for yet brings them back. */
  readonly recoveryWanted: readonly number[];
}

/** Delivers steps to every country that takes the feed. Idempotent: the same steps again change nothing. */
export async function deliverSteps(
  ctx: ServiceContext,
  feed: string,
  countries: readonly Country[],
  steps: readonly FeedStep[],
): Promise<DeliveredSteps> {
  const monitor = feedMonitorOf(ctx.env, feed);
  const delivered: Delivered[] = [];
  const wanted = new Map<number, boolean>();
  for (const run of runsOf(steps)) {
    const messages = run.filter((step) => "fixtureId" in step);
    if (messages.length > 0) {
      const pairs = messages.flatMap(({ producer, fixtureId }) => (producer === undefined ? [] : [{ producer, fixtureId }]));
      const coverage = pairs.length === 0 ? {} : await monitor.seen(pairs);
      delivered.push(await deliverMessages(ctx.env, countries, messages, coverage));
    }
    for (const step of run) {
      if ("fixtureId" in step) continue;
      if ("kind" in step && step.kind === "check") delivered.push(await checkPlay(ctx, feed, countries, step.message));
      else await tellMonitor(monitor, step, wanted);
    }
  }
  return { delivered, recoveryWanted: [...wanted].flatMap(([producer, isWanted]) => (isWanted ? [producer] : [])) };
}

/**
 * Cuts steps where a producer's news follows messages, or messages follow news: each run is one or the other. What follows the first word
 * of a fixture is of the next run as well: a fixture that is not there yet can't be told that its producer went away meanwhile.
 */
function runsOf(steps: readonly FeedStep[]): readonly (readonly FeedStep[])[] {
  const runs: FeedStep[][] = [];
  const named = new Set<string>();
  for (const step of steps) {
    const last = runs.at(-1);
    const previous = last?.at(-1);
    const isMessage = "fixtureId" in step;
    const isCut = previous === undefined || "fixtureId" in previous !== isMessage || (isMessage && named.has(step.fixtureId));
    if (last === undefined || isCut) {
      runs.push([step]);
      named.clear();
    } else last.push(step);
    if (isMessage && step.type === "fixture_change") named.add(step.fixtureId);
  }
  return runs;
}

async function tellMonitor(monitor: FeedMonitorRpc, step: MonitorStep, wanted: Map<number, boolean>): Promise<void> {
  if ("recovery" in step) {
    const { product: producer, request_id: requestId, requested_at_ms: requestedAtMs } = step.recovery;
    await monitor.recoveryRequested({ producer, requestId, requestedAtMs });
    wanted.set(producer, false);
  } else if (step.kind === "alive") {
    const { needsRecovery } = await monitor.alive({ producer: step.producer, isSubscribed: step.isSubscribed });
    wanted.set(step.producer, needsRecovery);
  } else await monitor.snapshotComplete({ producer: step.producer, requestId: step.requestId });
}
