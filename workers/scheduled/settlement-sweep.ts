/**
 * Finds fixtures that should be over and still have open selections, and wakes their channels: a channel whose alarm the platform has
 * given up on arms it anew when it is touched, and goes on telling and settling. Bounded per run; the latest come first, and those that
 * stay unsettled (a feed that is away) leave the older ones their turn.
 */
import { log } from "../../durable-objects/platform/log.ts";
import { DAY_MS, MINUTE_MS } from "../../shared/kernel/time.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { listUnsettledFixtures, type StartedFixture } from "../adapters/d1/catalogue.ts";
import { readCursor, saveCursor } from "../adapters/d1/reconciliation-log.ts";
import { oddsChannelOf } from "../adapters/objects.ts";
import { databaseOf, type Env } from "../env.ts";

const JOB = "unsettled_fixtures";
const FIXTURES_MAX = 50;
/** A match that began later may still be settling in its own time. */
const STARTED_MS_MIN = 150 * MINUTE_MS;
/** Older ones wait for an operator's decision. */
const STARTED_MS_MAX = 14 * DAY_MS;

/** Wakes the channels of one country's unsettled fixtures, going round when they are many. Idempotent. */
export async function sweepSettlement(env: Env, country: Country, nowMs: number): Promise<void> {
  const database = databaseOf(env, country);
  const after = readPlace((await readCursor(database, JOB))?.position ?? "");
  const started = { fromMs: nowMs - STARTED_MS_MAX, toMs: nowMs - STARTED_MS_MIN, after };
  const unsettled = await listUnsettledFixtures(database, started, FIXTURES_MAX);
  if (unsettled.length > 0) log("warn", "fixtures_not_settled", { country, fixtures: unsettled.length });
  for (const { fixtureId } of unsettled) {
    // One that fails must not keep the others asleep.
    await oddsChannelOf(env, country, fixtureId)
      .view()
      .catch((error: unknown) => log("warn", "channel_not_woken", { country, fixtureId, error }));
  }
  const last = unsettled.length < FIXTURES_MAX ? undefined : unsettled.at(-1);
  if (after !== null || last !== undefined)
    await saveCursor(database, JOB, last === undefined ? "" : `${last.startsAtMs}/${last.fixtureId}`, nowMs);
}

/** Null for the beginning. */
function readPlace(position: string): StartedFixture | null {
  const [startsAtMs = ""] = position.split("/", 1);
  return position === "" ? null : { startsAtMs: Number(startsAtMs), fixtureId: position.slice(startsAtMs.length + 1) };
}
