/** A trader's table of one fixture, and how the feeds stand. */
import { ok } from "../../../shared/kernel/result.ts";
import type { ProducerState } from "../../../shared/protocol/rpc/feed-monitor.ts";
import type { FieldSheet } from "../../../shared/protocol/rpc/trading.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { feedMonitorOf, tradingDeskOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";

/** The field sheet of a fixture. Refuses UNAUTHORIZED, FORBIDDEN, and NOT_FOUND for a fixture that this tenant does not have. */
export async function readFieldSheet(
  ctx: ServiceContext,
  { fixtureId, country }: { readonly fixtureId: string; readonly country: Country | undefined },
): Promise<ServiceResult<FieldSheet>> {
  const scope = await requireStaff(ctx, { roles: ["trader", "regulator"], action: "trading.read", subject: fixtureId, country });
  if (!scope.ok) return scope;
  const sheet = await tradingDeskOf(ctx.env, scope.value.country, fixtureId).fieldSheet();
  return sheet === null ? refuse("NOT_FOUND") : ok(sheet);
}

export interface FeedStanding {
  readonly feed: string;
  readonly producers: readonly ProducerState[];
}

/** How the producers of the tenant's feeds stand; a feed without producers has none. Refuses UNAUTHORIZED and FORBIDDEN. */
export async function readFeeds(ctx: ServiceContext, country: Country | undefined): Promise<ServiceResult<readonly FeedStanding[]>> {
  const scope = await requireStaff(ctx, { roles: ["trader", "support", "regulator"], action: "feeds.read", subject: "feeds", country });
  if (!scope.ok) return scope;
  const feeds = tenantOf(scope.value.country).oddsFeeds;
  const standing = feeds.map(async (feed) => ({ feed, producers: await feedMonitorOf(ctx.env, feed).state() }));
  return ok(await Promise.all(standing));
}
