/** Whether a body that a feed posted is what its sender signed. */
import { timingSafeEqual } from "node:crypto";
import { hmacSha256Hex } from "../../../durable-objects/platform/hash.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { FEED_SIGNATURE_TOLERANCE_MS, parseFeedSignature, signedText } from "../../../shared/protocol/feed/batch.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { COUNTRIES, type Country } from "../../../shared/tenants/tenant.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

export interface PostedBody {
  readonly feed: string;
  readonly signature: string | null;
  /** The body's text, as signed. */
  readonly body: string;
}

/** The tenants that take the feed; refuses SIGNATURE_INVALID (forged, malformed or out of time), NOT_FOUND for a feed of no tenant. */
export function tenantsOfSigned(ctx: ServiceContext, { feed, signature, body }: PostedBody): ServiceResult<readonly Country[]> {
  const parsed = parseFeedSignature(signature ?? "");
  if (parsed === null || Math.abs(ctx.nowMs - parsed.atMs) > FEED_SIGNATURE_TOLERANCE_MS) return refuse("SIGNATURE_INVALID");
  const expected = hmacSha256Hex(ctx.config.FEED_SECRET, signedText(parsed.atMs, body));
  if (!timingSafeEqual(Buffer.from(expected, "utf8"), Buffer.from(parsed.mac, "utf8"))) return refuse("SIGNATURE_INVALID");
  const countries = COUNTRIES.filter((country) => tenantOf(country).oddsFeeds.includes(feed));
  return countries.length === 0 ? refuse("NOT_FOUND") : ok(countries);
}
