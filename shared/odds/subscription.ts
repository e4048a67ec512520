/**
 * A subscriber's side of an odds channel: image, then deltas by sequence number. Used by the page and by tests.
 */
import type { FixtureWire } from "../protocol/http/fixtures.ts";
import type { DeltaFrame, ImageFrame, StateFrame } from "../protocol/ws/odds.ts";
import { applyFixtureDelta } from "./fixture-delta.ts";

export interface OddsSubscription {
  readonly seq: number;
  readonly late: boolean;
  readonly fixtures: ReadonlyMap<string, FixtureWire>;
}

/**
 * Merges a frame into what the client knows (null before the first image). Answers "gap" when a frame is missing: the client then
 * keeps what it has and sends `resub` with its `seq`. Frames it knows already change nothing.
 */
export function applyOddsFrame(known: OddsSubscription | null, frame: ImageFrame | DeltaFrame | StateFrame): OddsSubscription | "gap" {
  if (frame.type === "img") {
    return { seq: frame.seq, late: frame.late, fixtures: new Map(frame.fixtures.map((fixture) => [fixture.fixture_id, fixture])) };
  }
  if (known === null || (frame.type === "state" && frame.seq !== known.seq)) return "gap";
  if (frame.type === "state") return { ...known, late: frame.late };
  if ((frame.since ?? frame.seq - 1) > known.seq) return "gap";
  if (frame.seq <= known.seq) return known;
  const fixtures = new Map(known.fixtures);
  for (const fixture of frame.added ?? []) fixtures.set(fixture.fixture_id, fixture);
  for (const delta of frame.changed ?? []) {
    const fixture = fixtures.get(delta.fixture_id);
    if (fixture === undefined) return "gap";
    fixtures.set(delta.fixture_id, applyFixtureDelta(fixture, delta));
  }
  for (const id of frame.removed ?? []) fixtures.delete(id);
  return { seq: frame.seq, late: frame.late, fixtures };
}
