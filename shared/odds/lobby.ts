/**
 * Which fixtures a lobby's channels show, in which order, for how long, and the delta between two states of a channel.
 */
import { HOUR_MS, MINUTE_MS } from "../kernel/time.ts";
import type { FixtureWire } from "../protocol/http/fixtures.ts";
import type { FixtureView } from "../protocol/rpc/odds-channel.ts";
import type { DeltaFrame, FixtureDelta, LobbyChannel } from "../protocol/ws/odds.ts";
import { fixtureDelta } from "./fixture-delta.ts";
import { fixtureWire } from "./fixture-view.ts";

/** How long a fixture that is over stays in the lists, so that players see how it ended. */
const OVER_STAYS_MS = 15 * MINUTE_MS;
/** How long after its start a fixture that never ended stays: its feed has forgotten it. */
const STALE_AFTER_MS = 48 * HOUR_MS;

const SHOWS: Readonly<Record<LobbyChannel, (fixture: FixtureView) => boolean>> = {
  live: (fixture) => fixture.status === "live",
  football: (fixture) => fixture.sport === "football",
  all: () => true,
};

export function isShown(channel: LobbyChannel, fixture: FixtureView): boolean {
  return SHOWS[channel](fixture);
}

export function isOver(fixture: FixtureView): boolean {
  return fixture.status === "finished" || fixture.status === "cancelled" || fixture.status === "abandoned";
}

/** When a fixture published at `nowMs` leaves the lobby; one that was over before keeps its time. */
export function leavesAtMs(
  fixture: FixtureView,
  before: { readonly view: FixtureView; readonly leavesAtMs: number } | null,
  nowMs: number,
): number {
  if (!isOver(fixture)) return Math.max(nowMs, fixture.startsAtMs) + STALE_AFTER_MS;
  return before !== null && isOver(before.view) ? before.leavesAtMs : nowMs + OVER_STAYS_MS;
}

/** By start, what is over last; then by id, so that pages are stable. */
export function byStart(a: FixtureView, b: FixtureView): number {
  return Number(isOver(a)) - Number(isOver(b)) || a.startsAtMs - b.startsAtMs || (a.fixtureId < b.fixtureId ? -1 : 1);
}

export type LobbyChange = { readonly before: FixtureView | null; readonly after: FixtureView | null };

/** What the subscribers of a channel are told of these changes; null when nothing of it shows there. */
export function lobbyDelta(
  channel: LobbyChannel,
  changes: readonly LobbyChange[],
): Pick<DeltaFrame, "added" | "changed" | "removed"> | null {
  const added: FixtureWire[] = [];
  const changed: FixtureDelta[] = [];
  const removed: string[] = [];
  for (const { before, after } of changes) {
    const was = before !== null && isShown(channel, before) ? before : null;
    const is = after !== null && isShown(channel, after) ? after : null;
    if (was === null && is !== null) added.push(fixtureWire(is));
    else if (was !== null && is === null) removed.push(was.fixtureId);
    else if (was !== null && is !== null) {
      const change = fixtureDelta(fixtureWire(was), fixtureWire(is));
      if (change !== null) changed.push(change);
    }
  }
  if (added.length + changed.length + removed.length === 0) return null;
  return {
    ...(added.length > 0 ? { added } : {}),
    ...(changed.length > 0 ? { changed } : {}),
    ...(removed.length > 0 ? { removed } : {}),
  };
}
