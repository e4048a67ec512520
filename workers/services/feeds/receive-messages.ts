/**
 * Takes a signed batch of a feed's messages and brings each to its fixture's channel in every tenant that uses the feed.
 *
 * Answered only after every channel has stored its messages. A batch that fails half-way is posted again as a whole: channels know
 * by sequence what they have.
 */
import { timingSafeEqual } from "node:crypto";
import { hmacSha256Hex } from "../../../durable-objects/platform/hash.ts";
import { ok } from "../../../shared/kernel/result.ts";
import {
  FEED_SIGNATURE_TOLERANCE_MS,
  type FeedReceipt,
  feedBatchSchema,
  parseFeedSignature,
  signedText,
} from "../../../shared/protocol/feed/batch.ts";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { COUNTRIES, type Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

export interface ReceiveMessages {
  readonly feed: string;
  readonly signature: string | null;
  /** The body's text, as signed. */
  readonly body: string;
}

type Fate = "applied" | "duplicate" | "unknown_fixture";

/** Refuses SIGNATURE_INVALID (forged, malformed or out of time), NOT_FOUND for a feed of no tenant, MALFORMED_JSON, VALIDATION_FAILED. */
export async function receiveMessages(ctx: ServiceContext, input: ReceiveMessages): Promise<ServiceResult<FeedReceipt>> {
  if (!isSigned(ctx, input)) return refuse("SIGNATURE_INVALID");
  const countries = COUNTRIES.filter((country) => tenantOf(country).oddsFeeds.includes(input.feed));
  if (countries.length === 0) return refuse("NOT_FOUND");
  const batch = parseBatch(input);
  if (!batch.ok) return batch;
  const messages = batch.value;
  const fates = await Promise.all(countries.map((country) => deliver(ctx, country, messages)));
  const appliedSomewhere = messages.filter((message) => fates.some((fate) => fate.get(message) === "applied"));
  const unknown = messages.filter((message) => fates.some((fate) => fate.get(message) === "unknown_fixture"));
  const known = messages.filter((message) => fates.every((fate) => fate.get(message) === "duplicate"));
  return ok({
    accepted: appliedSomewhere.length,
    duplicates: known.length,
    unknown_fixtures: [...new Set(unknown.map((message) => message.fixtureId))],
  });
}

function isSigned(ctx: ServiceContext, { signature, body }: ReceiveMessages): boolean {
  const parsed = parseFeedSignature(signature ?? "");
  if (parsed === null || Math.abs(ctx.nowMs - parsed.atMs) > FEED_SIGNATURE_TOLERANCE_MS) return false;
  const expected = hmacSha256Hex(ctx.config.FEED_SECRET, signedText(parsed.atMs, body));
  return timingSafeEqual(Buffer.from(expected, "utf8"), Buffer.from(parsed.mac, "utf8"));
}

function parseBatch({ feed, body }: ReceiveMessages): ServiceResult<readonly FeedMessage[]> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return refuse("MALFORMED_JSON");
  }
  const batch = feedBatchSchema.safeParse(json);
  if (!batch.success) {
    const fields = Object.fromEntries(batch.error.issues.slice(0, 20).map((issue) => [issue.path.join(".") || "body", issue.message]));
    return refuse("VALIDATION_FAILED", { fields });
  }
  const foreign = batch.data.messages.find((message) => message.feed !== feed);
  if (foreign !== undefined) return refuse("VALIDATION_FAILED", { fields: { feed: `must be ${feed}` } });
  return ok(batch.data.messages);
}

/** Brings the messages to one tenant's channels: fixtures at the same time, the messages of each in order. */
async function deliver(ctx: ServiceContext, country: Country, messages: readonly FeedMessage[]): Promise<ReadonlyMap<FeedMessage, Fate>> {
  const fates = new Map<FeedMessage, Fate>();
  const byFixture = Map.groupBy(messages, (message) => message.fixtureId);
  await Promise.all(
    [...byFixture].map(async ([fixtureId, own]) => {
      const channel = oddsChannelOf(ctx.env, country, fixtureId);
      for (const message of own) {
        const result = await channel.ingest(message);
        fates.set(message, result.ok ? (result.value.applied ? "applied" : "duplicate") : result.error.reason);
      }
    }),
  );
  return fates;
}
