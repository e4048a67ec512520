/**
 * Takes a signed batch of a unified odds feed's own messages, as the bridge received them.
 *
 * In the order in which they came: what a producer said before it was whole again is delivered before it counts as whole. A message that
 * can't be read is named in the receipt and loses none of its neighbours. Repeated batches change nothing.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import { feedMessageSchema } from "../../../shared/protocol/feed/message.ts";
import { UNDESCRIBED_MAX, type UofEntry, type UofReceipt, uofBatchSchema } from "../../../shared/protocol/feed/uof-batch.ts";
import { feedMonitorOf } from "../../adapters/objects.ts";
import type { DescriptionBook } from "../../adapters/uof/description-book.ts";
import { type ProducerNews, readMessage, type UofNews } from "../../adapters/uof/read-message.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { checkPlay } from "./check-play.ts";
import { type Delivered, deliverMessages } from "./deliver-messages.ts";
import { isOfNames, keepDescriptions } from "./keep-descriptions.ts";
import { knownDescriptions } from "./known-descriptions.ts";
import { parseJsonBody, refuseFields } from "./posted-json.ts";
import { type PostedBody, tenantsOfSigned } from "./signed-batch.ts";

/** What is told to the feed's monitor, not to a fixture. */
type MonitorStep = ProducerNews | Extract<UofEntry, { readonly recovery: unknown }>;
/** A document that is compared with what is known. */
type CheckStep = Extract<UofNews, { readonly kind: "check" }>;
type Step = FeedMessage | MonitorStep | CheckStep;

interface Read {
  readonly steps: readonly Step[];
  readonly refused: UofReceipt["refused"];
  readonly undescribed: UofReceipt["undescribed"];
}

/** Refuses SIGNATURE_INVALID, NOT_FOUND for a feed of no tenant, MALFORMED_JSON, VALIDATION_FAILED. */
export async function receiveUof(ctx: ServiceContext, input: PostedBody): Promise<ServiceResult<UofReceipt>> {
  const countries = tenantsOfSigned(ctx, input);
  if (!countries.ok) return countries;
  const json = parseJsonBody(input.body);
  if (!json.ok) return json;
  const batch = uofBatchSchema.safeParse(json.value);
  if (!batch.success) return refuseFields(batch.error);
  const monitor = feedMonitorOf(ctx.env, input.feed);
  // First the names, then what is sold under them: a batch may bring both.
  const unread = await keepDescriptions(monitor, input.feed, batch.data.messages.filter(isOfNames));
  const book = await knownDescriptions(ctx.env, input.feed, monitor);
  const others = batch.data.messages.filter((entry) => !isOfNames(entry));
  const { steps, refused, undescribed } = readAll(input.feed, others, book);
  const delivered: Delivered[] = [];
  for (const run of runsOf(steps)) {
    const messages = run.filter((step) => "fixtureId" in step);
    if (messages.length > 0) {
      const pairs = messages.flatMap(({ producer, fixtureId }) => (producer === undefined ? [] : [{ producer, fixtureId }]));
      const coverage = pairs.length === 0 ? {} : await monitor.seen(pairs);
      delivered.push(await deliverMessages(ctx.env, countries.value, messages, coverage));
    }
    for (const step of run) {
      if ("fixtureId" in step) continue;
      if ("kind" in step && step.kind === "check") delivered.push(await checkPlay(ctx, input.feed, countries.value, step.message));
      else await tellMonitor(monitor, step);
    }
  }
  return ok({
    accepted: delivered.reduce((sum, { applied }) => sum + applied, 0),
    duplicates: delivered.reduce((sum, { duplicates }) => sum + duplicates, 0),
    unknown_fixtures: [...new Set(delivered.flatMap(({ unknownFixtures }) => unknownFixtures))],
    refused: [
      ...unread,
      ...refused,
      ...delivered.flatMap((run) => run.refused.map(({ message, reason }) => ({ sequence: message.sequence, reason }))),
    ],
    undescribed,
  });
}

function readAll(feed: string, entries: readonly UofEntry[], book: DescriptionBook): Read {
  const steps: Step[] = [];
  const refused: UofReceipt["refused"] = [];
  const undescribed = new Map<string, UofReceipt["undescribed"][number]>();
  for (const entry of entries) {
    if ("recovery" in entry) {
      steps.push(entry);
      continue;
    }
    const news = readMessage(entry.xml, { feed, sequence: entry.sequence, path: entry.path }, book);
    const problem = news.ok ? problemOf(news.value) : news.error.reason;
    if (!news.ok || problem !== null) {
      refused.push({ sequence: entry.sequence, reason: problem ?? "" });
      log("error", "feed_message_unreadable", { feed, sequence: entry.sequence, reason: problem });
    } else if (news.value.kind === "message") {
      steps.push(news.value.message);
      for (const one of news.value.undescribed) if (undescribed.size < UNDESCRIBED_MAX) undescribed.set(JSON.stringify(one), one);
    } else if (news.value.kind !== "nothing" && news.value.kind !== "descriptions") steps.push(news.value);
  }
  return { steps, refused, undescribed: [...undescribed.values()] };
}

/** What the model of messages has against it; null when it is fine. */
function problemOf(news: UofNews): string | null {
  if (news.kind !== "message" && news.kind !== "check") return null;
  const parsed = feedMessageSchema.safeParse(news.message);
  const issue = parsed.error?.issues[0];
  return issue === undefined ? null : `${issue.path.join(".")}: ${issue.message}`.slice(0, 200);
}

/** Cuts steps where a producer's news follows messages, or messages follow news: each run is one or the other. */
function runsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const runs: Step[][] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    const previous = last?.at(-1);
    if (last !== undefined && previous !== undefined && "fixtureId" in previous === "fixtureId" in step) last.push(step);
    else runs.push([step]);
  }
  return runs;
}

async function tellMonitor(monitor: ReturnType<typeof feedMonitorOf>, step: MonitorStep): Promise<void> {
  if ("recovery" in step) return monitor.recoveryRequested({ producer: step.recovery.product, requestId: step.recovery.request_id });
  if (step.kind === "alive") return monitor.alive({ producer: step.producer, isSubscribed: step.isSubscribed });
  return monitor.snapshotComplete({ producer: step.producer, requestId: step.requestId });
}
