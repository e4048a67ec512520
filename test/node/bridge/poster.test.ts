import { afterEach, beforeEach, expect, it } from "vitest";
import type { Platform, PostOutcome } from "../../../bridge/platform.ts";
import { Poster } from "../../../bridge/poster.ts";
import { type Arrival, Spool, type Spooled } from "../../../bridge/spool.ts";

const START = 1_790_000_000_000;
const ALIVE = '<alive product="3" timestamp="1" subscribed="1"/>';
const RECEIPT = { accepted: 0, duplicates: 0, unknown_fixtures: [], refused: [], undescribed: [], recovery_wanted: [] };

let spool: Spool;
let nowMs: number;
let posted: (readonly Spooled[])[];
let wanted: number[];
let answer: (messages: readonly Spooled[]) => PostOutcome;

const platform: Platform = {
  post: async (messages) => {
    posted.push(messages);
    return answer(messages);
  },
};

beforeEach(() => {
  spool = new Spool(":memory:", START);
  [nowMs, posted, wanted] = [START, [], []];
  answer = () => ({ kind: "accepted", receipt: RECEIPT });
});
afterEach(() => spool.close());

const poster = () =>
  new Poster({
    spool,
    platform,
    now: () => nowMs,
    random: () => 1,
    onUnknownFixtures: () => {},
    onUndescribed: () => {},
    onRecoveryWanted: (product) => wanted.push(product),
  });
const arrive = (text: string, more: Partial<Arrival> = {}): void =>
  spool.append([
    {
      ...{ receivedAtMs: nowMs, text, isAlive: text === ALIVE, event: null },
      ...{ fixturePath: null, renewedPath: null, bookmark: null },
      ...more,
    },
  ]);
const texts = () => posted.map((messages) => messages.map(({ text }) => text));

it("posts a sign of life in time, and never one that is older than the silence it should break", async () => {
  arrive(ALIVE);
  arrive("<odds_change/>");
  nowMs += 20_000;
  await poster().step();
  arrive(ALIVE);
  arrive("<bet_stop/>");
  nowMs += 20_001;
  await poster().step();
  expect(texts()).toEqual([[ALIVE, "<odds_change/>"], ["<bet_stop/>"]]);
  arrive(ALIVE);
  nowMs += 20_001;
  await poster().step();
  expect(posted).toHaveLength(2);
  expect(spool.figures().waiting).toBe(0);
});

it("says whose recovery the platform wants", async () => {
  arrive(ALIVE);
  answer = () => ({ kind: "accepted", receipt: { ...RECEIPT, recovery_wanted: [3] } });
  await poster().step();
  expect(wanted).toEqual([3]);
});

it("finds the one message that the platform refuses, sets it aside, and posts all others in order", async () => {
  const all = Array.from({ length: 37 }, (_, index) => `<m n="${index}"/>`);
  for (const text of all) arrive(text);
  const taken: string[] = [];
  answer = (messages) => {
    if (messages.some(({ text }) => text === all[21])) return { kind: "refused", status: 422 };
    taken.push(...messages.map(({ text }) => text));
    return { kind: "accepted", receipt: RECEIPT };
  };
  const one = poster();
  while ((await one.step()) === 0);
  expect(taken).toEqual(all.filter((_, index) => index !== 21));
  expect(spool.figures()).toMatchObject({ waiting: 0, refused: 1 });
});

it("sets aside what the platform could not read, and acknowledges its neighbours", async () => {
  arrive("<good/>");
  arrive("<bad/>");
  answer = (messages) => {
    const refused = messages.filter(({ text }) => text === "<bad/>").map(({ sequence }) => ({ sequence, reason: "is no message" }));
    return { kind: "accepted", receipt: { ...RECEIPT, refused } };
  };
  await poster().step();
  expect(spool.figures()).toMatchObject({ waiting: 0, refused: 1 });
});

it("keeps everything and waits longer and longer while the platform does not answer", async () => {
  arrive("<m/>");
  answer = () => ({ kind: "failed", why: "answered 503" });
  const one = poster();
  const waits: (number | null)[] = [];
  for (let attempt = 0; attempt < 9; attempt += 1) waits.push(await one.step());
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(spool.figures().waiting).toBe(1);
});

it("holds an event's messages behind its fixture, and no other's", async () => {
  const event = { urn: "sr:match:1", product: 3, isOver: false };
  arrive("<first/>", { event, fixturePath: "/fixture" });
  arrive("<other/>");
  arrive("<second/>", { event, fixturePath: "/fixture" });
  const one = poster();
  await one.step();
  expect(texts()).toEqual([["<other/>"]]);
  const [awaited] = spool.awaited(10, nowMs);
  spool.fill(awaited?.sequence ?? 0, ["<fixture/>"], nowMs);
  await one.step();
  expect(texts()[1]).toEqual(["<fixture/>", "<first/>", "<second/>"]);
});
