/** The provider's lists of changes: what is ours comes again with its results, within bounds, from where the last look ended. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Changes } from "../../../bridge/changes.ts";
import { Spool } from "../../../bridge/spool.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/kernel/time.ts";
import { until, World } from "./world.ts";

const START = 1_790_000_000_000;

describe("a look at the lists", () => {
  let spool: Spool;
  let nowMs: number;
  let asked: string[];
  let results: string | null;
  beforeEach(() => {
    spool = new Spool(":memory:", START);
    [nowMs, asked, results] = [START, [], "<result_changes/>"];
  });
  afterEach(() => spool.close());

  const changes = () =>
    new Changes({
      spool,
      language: "en",
      now: () => nowMs,
      rest: {
        get: async (path) => {
          asked.push(path);
          if (path.includes("/fixtures/")) return { ok: true, text: "<fixture_changes/>" };
          return results === null ? { ok: false, status: 503 } : { ok: true, text: results };
        },
        post: async () => 202,
      },
    });
  const entry = (number: number, atMs: number) =>
    `<result_change sport_event_id="sr:match:${number}" updated_at="${new Date(atMs).toISOString()}"/>`;
  const hear = (number: number, product = 3) =>
    spool.append([
      {
        ...{ receivedAtMs: nowMs, text: "<m/>", isAlive: false, event: { urn: `sr:match:${number}`, product, isOver: false } },
        ...{ fixturePath: null, renewedPath: null, bookmark: null },
      },
    ]);
  const paths = () => spool.awaited(1_000, nowMs).map(({ path }) => path);

  it("asks for the document and every producer's settlements of events that were heard of, and of no other", async () => {
    hear(1);
    hear(1, 14);
    results = `<result_changes>${entry(1, START - 5)}${entry(2, START - 4)}</result_changes>`;
    await changes().run();
    expect(asked).toEqual(
      [START - DAY_MS, START - DAY_MS].map(
        (atMs, index) =>
          `/sports/en/${index === 0 ? "fixtures" : "results"}/changes.xml?afterDateTime=${encodeURIComponent(new Date(atMs).toISOString())}`,
      ),
    );
    expect(paths()).toEqual(["/sports/en/sport_events/sr:match:1/summary.xml"]);
    expect(spool.wantedEvents(10).map(({ product, wants }) => [product, wants])).toEqual([
      [3, "stateful_messages"],
      [14, "stateful_messages"],
    ]);
  });

  it("comes once an hour, and goes on where the last ended, also after a restart", async () => {
    hear(1);
    results = `<result_changes>${entry(1, START - 5)}</result_changes>`;
    const one = changes();
    await one.run();
    await one.run();
    expect(asked).toHaveLength(2);
    nowMs += HOUR_MS;
    await one.run();
    await changes().run();
    expect(asked.filter((path) => path.includes("results")).slice(1)).toEqual(
      [1, 2].map(() => `/sports/en/results/changes.xml?afterDateTime=${encodeURIComponent(new Date(START - 5).toISOString())}`),
    );
    expect(paths()).toHaveLength(1);
  });

  it("takes so many at once and the rest soon after, each once", async () => {
    for (let number = 1; number <= 120; number += 1) hear(number);
    results = `<result_changes>${Array.from({ length: 120 }, (_, index) => entry(index + 1, START - 1_000 + index)).join("")}</result_changes>`;
    const one = changes();
    const counts: number[] = [];
    for (let run = 0; run < 4; run += 1) {
      await one.run();
      counts.push(paths().length);
      nowMs += 5 * MINUTE_MS;
    }
    expect(counts).toEqual([50, 100, 120, 120]);
    expect(new Set(paths()).size).toBe(120);
  });

  it.each([null, "<result_changes", "<other/>"])(
    "that can't be had or read (%s) wants nothing, and is repeated from the same instant",
    async (text) => {
      hear(1);
      results = text;
      const one = changes();
      await one.run();
      expect([paths(), spool.wantedEvents(10), spool.changesRead("results")]).toEqual([[], [], null]);
      nowMs += 5 * MINUTE_MS;
      results = `<result_changes>${entry(1, START - 5)}</result_changes>`;
      await one.run();
      expect(paths()).toHaveLength(1);
    },
  );
});

it("a changed result reaches the platform: the summary, and the event's settlements again", async () => {
  const world = new World();
  try {
    const urn = "sr:match:61000001";
    const spool = world.openSpool();
    spool.append([
      {
        ...{ receivedAtMs: Date.now(), text: "<m/>", isAlive: false, event: { urn, product: 3, isOver: false } },
        ...{ fixturePath: null, renewedPath: null, bookmark: null },
      },
    ]);
    spool.close();
    world.provider.changes.results.push({ urn, atMs: Date.now() - 1_000 });
    await world.startRecovered();
    await until("the summary", () => world.port.names.includes("match_summary"));
    await until("the request", () => world.provider.requests.some(({ event }) => event?.wants === "stateful_messages"));
  } finally {
    await world.end();
  }
});
