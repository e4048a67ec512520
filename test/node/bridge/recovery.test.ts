import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Producers } from "../../../bridge/producers.ts";
import { Recovery } from "../../../bridge/recovery.ts";
import { kindOf, mayAsk, RECOVERY_LIMITS, type RecoveryKind } from "../../../bridge/recovery-limits.ts";
import type { Rest } from "../../../bridge/rest.ts";
import { type Arrival, Spool } from "../../../bridge/spool.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/kernel/time.ts";

const CTRL = { product: 3, name: "Ctrl", path: "pre", windowMs: 3 * DAY_MS };
const START = 1_790_000_000_000;

let folder: string;
let spool: Spool;
let producers: Producers;
let nowMs: number;
let asked: string[];
let status: number;

const rest: Rest = {
  get: async () => ({ ok: false, status: 500 }),
  post: async (path) => {
    asked.push(path);
    return status;
  },
};
const recovery = () => new Recovery({ spool, producers, rest, nodeId: 7, now: () => nowMs });
const openSpool = () => new Spool(join(folder, "spool.sqlite"), START);
const hear = () => producers.onAlive(CTRL.product, true, nowMs, nowMs);

/** One run in which the producer has just been heard. */
async function run(one: Recovery = recovery()): Promise<void> {
  hear();
  await one.run();
}

const plain: Arrival = {
  ...{ receivedAtMs: START, text: "<a/>", isAlive: false, event: null },
  ...{ fixturePath: null, renewedPath: null, bookmark: null },
};

function bookmarkAt(afterMs: number): void {
  spool.append([{ ...plain, isAlive: true, bookmark: { product: CTRL.product, afterMs } }]);
  spool.acknowledge(spool.next(100).map(({ sequence }) => sequence));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mkeka-recovery-"));
  [nowMs, asked, status] = [START, [], 202];
  spool = openSpool();
  producers = new Producers();
  producers.setList([CTRL]);
});
afterEach(() => {
  spool.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a recovery", () => {
  it("begins at the bookmark, for this node, and is told to the platform first", async () => {
    bookmarkAt(START - MINUTE_MS);
    await run();
    const [told] = spool.next(10);
    const requestId = Number(/request_id=(\d+)/.exec(asked[0] ?? "")?.[1]);
    expect(asked).toEqual([`/pre/recovery/initiate_request?after=${START - MINUTE_MS}&request_id=${requestId}&node_id=7`]);
    expect(told?.kind).toBe("recovery");
    expect(JSON.parse(told?.text ?? "")).toEqual({ product: 3, request_id: requestId, requested_at_ms: START });
  });

  it("is a snapshot when the bookmark is older than the producer keeps, then the settlements of each open event", async () => {
    bookmarkAt(START - CTRL.windowMs);
    const event = { urn: "sr:match:1", product: 3, isOver: false };
    spool.append([
      { ...plain, event },
      { ...plain, event: { ...event, urn: "sr:match:2", isOver: true } },
      { ...plain, event: { ...event, product: 1, urn: "sr:match:3" } },
    ]);
    await run();
    expect(asked[0]).toMatch(/^\/pre\/recovery\/initiate_request\?request_id=\d+&node_id=7$/);
    expect(asked.slice(1).map((path) => path.split("?")[0])).toEqual(["/pre/stateful_messages/events/sr:match:1/initiate_request"]);
    expect(spool.wantedEvents(10)).toEqual([]);
  });

  it("waits for a sign of life, and for half a minute since the last", async () => {
    await recovery().run();
    expect(asked).toHaveLength(0);
    await run();
    producers.onGap();
    nowMs += 29 * SECOND_MS;
    await run();
    expect(asked).toHaveLength(1);
    nowMs += SECOND_MS;
    await run();
    expect(asked).toHaveLength(2);
  });

  it("is asked anew after twenty minutes without an end", async () => {
    await run();
    while (nowMs < START + 20 * MINUTE_MS - 10 * SECOND_MS) {
      nowMs += 10 * SECOND_MS;
      await run();
    }
    expect(asked).toHaveLength(1);
    nowMs += 10 * SECOND_MS;
    await run();
    expect(asked).toHaveLength(2);
  });

  it("that is not accepted is asked again later and later, as a new one", async () => {
    status = 429;
    const one = recovery();
    bookmarkAt(START - MINUTE_MS);
    const atSeconds: number[] = [];
    for (let second = 0; second <= 240; second += 5) {
      nowMs = START + second * SECOND_MS;
      const before = asked.length;
      await run(one);
      if (asked.length > before) atSeconds.push(second);
    }
    expect(atSeconds).toEqual([0, 30, 90, 210]);
    expect(new Set(asked.map((path) => /request_id=(\d+)/.exec(path)?.[1])).size).toBe(4);
  });

  it("is within the limits, also when the process is started again and again", async () => {
    for (let restart = 0; restart < 12; restart += 1) {
      nowMs = START + restart * 5 * MINUTE_MS;
      producers = new Producers();
      producers.setList([CTRL]);
      await run();
      spool.close();
      spool = openSpool();
    }
    // No bookmark: two in half an hour.
    expect(asked).toHaveLength(4);
  });

  it("of single events goes a few at a time, within its own limits, and loses none", async () => {
    await run();
    const events = Array.from({ length: 120 }, (_, index) => `sr:match:${index + 1}`);
    for (const urn of events) spool.wantEvent({ product: 3, urn, wants: "odds" });
    const one = recovery();
    for (let turn = 0; turn < 40; turn += 1) {
      nowMs += SECOND_MS;
      await one.run();
    }
    expect(asked).toHaveLength(1 + 100);
    nowMs += 10 * MINUTE_MS;
    for (let turn = 0; turn < 10; turn += 1) await one.run();
    expect(asked.filter((path) => path.includes("/odds/events/"))).toHaveLength(120);
    status = 500;
    spool.wantEvent({ product: 3, urn: "sr:match:1", wants: "odds" });
    await one.run();
    expect(spool.wantedEvents(10)).toEqual([{ product: 3, urn: "sr:match:1", wants: "odds" }]);
  });
});

describe("the limits", () => {
  it.each<[number | null, RecoveryKind]>([
    [START - 1, "recent"],
    [START - 30 * MINUTE_MS + 1, "recent"],
    [START - 30 * MINUTE_MS, "day"],
    [START - DAY_MS + 1, "day"],
    [START - DAY_MS, "long"],
    [null, "long"],
  ])("of a recovery after %s are those called %s", (afterMs, kind) => {
    expect(kindOf(afterMs, START)).toBe(kind);
  });

  it("hold in every window at once", () => {
    for (const [kind, allowances] of Object.entries(RECOVERY_LIMITS)) {
      const times: number[] = [];
      for (let atMs = START; atMs < START + 6 * HOUR_MS; atMs += 30 * SECOND_MS) {
        const askedSince = (sinceMs: number) => times.filter((time) => time > sinceMs).length;
        while (mayAsk(kind as RecoveryKind, atMs, askedSince)) times.push(atMs);
      }
      for (const { requests, perMs } of allowances)
        for (const from of times) expect(times.filter((time) => time >= from && time < from + perMs).length).toBeLessThanOrEqual(requests);
    }
  });
});

describe("a producer", () => {
  const recovered = () => {
    hear();
    producers.onAsked(3, 1, nowMs);
    expect(producers.onSnapshotComplete(3, 1)).toEqual({ coveredFromMs: nowMs });
  };
  const phase = () => producers.all()[0]?.phase;

  it("is up only by the end of its newest request", () => {
    hear();
    producers.onAsked(3, 1, nowMs);
    producers.onAsked(3, 2, nowMs);
    expect(producers.onSnapshotComplete(3, 1)).toBeNull();
    expect(hear()).toBe(false);
    expect(producers.onSnapshotComplete(3, 2)).toEqual({ coveredFromMs: nowMs });
    expect(hear()).toBe(true);
  });

  it("is down after twenty seconds of silence, however it breaks the silence", () => {
    recovered();
    nowMs += 20 * SECOND_MS;
    expect(hear()).toBe(true);
    nowMs += 20 * SECOND_MS + 1;
    expect(hear()).toBe(false);
    expect(phase()).toBe("down");
  });

  it("is down when it says that nobody is subscribed, but not while our request is on its way", () => {
    recovered();
    producers.onAlive(3, false, nowMs, nowMs);
    expect(phase()).toBe("down");
    producers.onAsked(3, 2, nowMs);
    producers.onAlive(3, false, nowMs, nowMs + 10 * SECOND_MS);
    expect(phase()).toBe("recovering");
    nowMs += 20 * SECOND_MS;
    hear();
    producers.onAlive(3, false, nowMs, nowMs + 10 * SECOND_MS);
    expect(phase()).toBe("down");
  });

  it("keeps its state when the list is read again, and is unknown when it left the list", () => {
    recovered();
    producers.setList([CTRL]);
    expect(hear()).toBe(true);
    producers.setList([]);
    expect(hear()).toBe(false);
    expect(producers.due(nowMs)).toEqual([]);
  });
});
