/**
 * What is demanded of a feed's monitor and the fixtures it speaks to: what a producer offers is sold only after a recovery that is through,
 * with everything that it missed; a fixture never believes more than its monitor said; in the end all know how it stands.
 */
import { FeedMonitorStore } from "../../durable-objects/feed-monitor/feed-monitor-store.ts";
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import { demand } from "./failure.ts";
import type { Platform } from "./platform.ts";
import { FEED, type SimFeed } from "./sim-feed.ts";
import type { SimObject } from "./sim-object.ts";
import type { World } from "./world.ts";
import { wrap } from "./wrap.ts";

const STATE = "SELECT state FROM fixture";

/** What monitors have said: each version of each producer, and whether it was up then. The answer stops watching. */
export class FeedWatch {
  readonly #said = new Map<string, boolean>();
  readonly #world: World;
  readonly stop: () => void;

  constructor(world: World) {
    this.#world = world;
    this.stop = wrap(FeedMonitorStore.prototype, "turn", (turn, store, producer, isUp) => {
      const isTurned = turn(producer, isUp);
      if (isTurned) {
        // A version that was not confirmed was told to nobody, and is given again.
        this.#said.set(`${producer}:${store.coverage(producer).version}`, isUp);
        world.reached(isUp ? "producer-up" : "producer-away");
      }
      return isTurned;
    });
  }

  /** Asked at any moment, between events. */
  check(platform: Platform, feed: SimFeed): void {
    const monitor = platform.network.objects.get(`feed-monitor ${FEED}`);
    if (monitor === undefined || !monitor.has("producer")) return;
    for (const { producer, is_up: isUp, request_id: requestId } of monitor.rows("SELECT * FROM producer")) {
      if (isUp !== 1) continue;
      const brought = feed.recovered.get(`${String(producer)}:${String(requestId)}`);
      demand(brought !== undefined, () => `producer ${String(producer)} is up, and recovery ${String(requestId)} is not through`);
      for (const { country, said, sequence } of brought ?? []) {
        const channel = platform.network.objects.get(`channel ${country}:${said.fixtureId}`);
        const known = channel === undefined ? null : stateOf(channel);
        demand(
          known !== null && known.sequence >= sequence,
          () => `producer ${String(producer)} is up before ${said.fixtureId} has message ${sequence} of its recovery`,
        );
      }
    }
    for (const channel of platform.network.objectsOf("channel"))
      for (const [producer, { isUp, version }] of Object.entries(stateOf(channel)?.producers ?? {}))
        demand(
          !isUp || this.#said.get(`${producer}:${version}`) === true,
          () => `${channel.name} takes producer ${producer} as up by word ${version}, which nobody said`,
        );
    this.#world.reached("feed-checked");
  }
}

/** Fixtures that do not know yet how their producers stand. */
export function untoldFixtures(platform: Platform): readonly string[] {
  const monitor = platform.network.objects.get(`feed-monitor ${FEED}`);
  if (monitor === undefined) return [];
  const standing = new Map(monitor.rows("SELECT * FROM producer").map((row) => [String(row.producer), row]));
  return platform.network.objectsOf("channel").flatMap((channel) =>
    Object.entries(stateOf(channel)?.producers ?? {}).flatMap(([producer, { isUp, version }]) => {
      const row = standing.get(producer);
      const isSame = row?.version === version && row.is_up === Number(isUp);
      return isSame ? [] : [`${channel.name} has word ${version} of producer ${producer}`];
    }),
  );
}

/** The producers that the platform takes as away. */
export function awayProducers(platform: Platform): readonly string[] {
  const rows = platform.network.objects.get(`feed-monitor ${FEED}`)?.rows("SELECT producer FROM producer WHERE is_up = 0") ?? [];
  return rows.map(({ producer }) => `producer ${String(producer)} is away`);
}

function stateOf(channel: SimObject): FixtureState | null {
  const [row] = channel.has("fixture") ? channel.rows(STATE) : [];
  return row === undefined ? null : (JSON.parse(String(row.state)) as FixtureState);
}
