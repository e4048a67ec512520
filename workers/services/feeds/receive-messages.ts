/**
 * Takes a signed batch of a feed's messages in our own model and brings each to its fixture's channel in every tenant that uses the feed.
 *
 * Answered only after every channel has stored its messages. A batch that fails half-way is posted again as a whole: channels know
 * by sequence what they have.
 */
import { ok } from "../../../shared/kernel/result.ts";
import { type FeedReceipt, feedBatchSchema } from "../../../shared/protocol/feed/batch.ts";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { deliverMessages } from "./deliver-messages.ts";
import { parseJsonBody, refuseFields } from "./posted-json.ts";
import { type PostedBody, tenantsOfSigned } from "./signed-batch.ts";

/** Refuses SIGNATURE_INVALID (forged, malformed or out of time), NOT_FOUND for a feed of no tenant, MALFORMED_JSON, VALIDATION_FAILED. */
export async function receiveMessages(ctx: ServiceContext, input: PostedBody): Promise<ServiceResult<FeedReceipt>> {
  const countries = tenantsOfSigned(ctx, input);
  if (!countries.ok) return countries;
  const batch = parseBatch(input);
  if (!batch.ok) return batch;
  const { applied, duplicates, unknownFixtures } = await deliverMessages(ctx.env, countries.value, batch.value);
  return ok({ accepted: applied, duplicates, unknown_fixtures: [...unknownFixtures] });
}

function parseBatch({ feed, body }: PostedBody): ServiceResult<readonly FeedMessage[]> {
  const json = parseJsonBody(body);
  if (!json.ok) return json;
  const batch = feedBatchSchema.safeParse(json.value);
  if (!batch.success) return refuseFields(batch.error);
  const foreign = batch.data.messages.find((message) => message.feed !== feed);
  return foreign === undefined ? ok(batch.data.messages) : refuse("VALIDATION_FAILED", { fields: { feed: `must be ${feed}` } });
}
