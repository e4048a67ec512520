/**
 * What a fixture's sockets are sent: an image first, a delta with each change that a page can see, and what was missed when a line comes
 * back. Slow lines get their deltas gathered.
 */
import { toRfc3339, unixMs } from "../../shared/kernel/time.ts";
import { fixtureDelta } from "../../shared/odds/fixture-delta.ts";
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import { fixtureView, fixtureWire } from "../../shared/odds/fixture-view.ts";
import type { FixtureWire } from "../../shared/protocol/http/fixtures.ts";
import type { DeltaFrame, ImageFrame, StateFrame } from "../../shared/protocol/ws/odds.ts";
import { Conflation } from "./conflation.ts";
import { DeltaRing } from "./delta-ring.ts";
import type { ChannelFixture } from "./odds-channel-store.ts";
import { OddsSockets } from "./odds-sockets.ts";

type Delta = NonNullable<ReturnType<typeof fixtureDelta>>;

export class FixtureStream {
  readonly sockets: OddsSockets;
  readonly #known: () => ChannelFixture;
  readonly #ring = new DeltaRing();
  /** Made with the first change: a channel has no name before its fixture. */
  #gathered: Conflation<FixtureWire> | null = null;

  constructor(ctx: DurableObjectState, known: () => ChannelFixture) {
    this.#known = known;
    this.sockets = new OddsSockets(ctx, {
      image: (channel) => JSON.stringify(this.#image(channel)),
      resubscribe: (channel, seq) => this.#resubscribe(channel, seq),
    });
  }

  /** Tells what changed since `before`; the state is stored. */
  changed(state: FixtureState, before: FixtureWire, delta: Delta, nowMs: number): void {
    const frame: DeltaFrame = { type: "delta", ...stamp(state, nowMs), changed: [{ ...delta, seq: state.seq }] };
    this.sockets.broadcast(state.fixtureId, this.#ring.add(frame, nowMs));
    this.#gathered ??= this.#conflation(state.fixtureId);
    this.#gathered.changed(state.seq - 1, (known) => known ?? before);
  }

  #conflation(channel: string): Conflation<FixtureWire> {
    return new Conflation(this.sockets, {
      channel,
      changesSince: (before) => {
        const { state, country } = this.#known();
        const delta = fixtureDelta(before, fixtureWire(fixtureView(state, country)));
        return delta === null ? null : { changed: [delta] };
      },
      stamp: () => stamp(this.#known().state, Date.now()),
    });
  }

  #image(channel: string): ImageFrame {
    const { state, country } = this.#known();
    return { type: "img", channel, ...stamp(state, Date.now()), fixtures: [fixtureWire(fixtureView(state, country))] };
  }

  #resubscribe(channel: string, seq: number): readonly string[] {
    const { state } = this.#known();
    if (seq === state.seq) return [JSON.stringify({ type: "state", ...stamp(state, Date.now()) } satisfies StateFrame)];
    return this.#ring.since(seq, state.seq) ?? [JSON.stringify(this.#image(channel))];
  }
}

function stamp(state: FixtureState, nowMs: number): { readonly seq: number; readonly published_at: string; readonly late: boolean } {
  return { seq: state.seq, published_at: toRfc3339(unixMs(nowMs)), late: state.late };
}
