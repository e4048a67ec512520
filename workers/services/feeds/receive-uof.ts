/**
 * Takes a signed batch of a unified odds feed's own messages, as the bridge received them.
 *
 * A message that can't be read is named in the receipt and loses none of its neighbours. Repeated batches change nothing.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { feedMessageSchema } from "../../../shared/protocol/feed/message.ts";
import { UNDESCRIBED_MAX, type UofEntry, type UofReceipt, uofBatchSchema } from "../../../shared/protocol/feed/uof-batch.ts";
import { feedMonitorOf } from "../../adapters/objects.ts";
import type { DescriptionBook } from "../../adapters/uof/description-book.ts";
import { readMessage, type UofNews } from "../../adapters/uof/read-message.ts";
import type { ServiceContext, ServiceResult } from "../context.ts";
import { deliverSteps, type FeedStep } from "./deliver-steps.ts";
import { isOfNames, keepDescriptions } from "./keep-descriptions.ts";
import { knownDescriptions } from "./known-descriptions.ts";
import { parseJsonBody, refuseFields } from "./posted-json.ts";
import { type PostedBody, tenantsOfSigned } from "./signed-batch.ts";

interface Read {
  readonly steps: readonly FeedStep[];
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
  const { delivered, recoveryWanted } = await deliverSteps(ctx, input.feed, countries.value, steps);
  return ok({
    accepted: delivered.reduce((sum, { applied }) => sum + applied, 0),
    duplicates: delivered.reduce((sum, { duplicates }) => sum + duplicates, 0),
    unknown_fixtures: [...new Set(delivered.flatMap(({ unknownFixtures }) => unknownFixtures))],
    refused: [
      ...unread,
      ...refused,
      ...delivered.flatMap((run) => run.refused.map(({ message, reason }) => ({ sequence: message.sequence, reason }))),
    ],
    ...{ undescribed, recovery_wanted: [...recoveryWanted] },
  });
}

function readAll(feed: string, entries: readonly UofEntry[], book: DescriptionBook): Read {
  const steps: FeedStep[] = [];
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
