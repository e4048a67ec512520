import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { fixtureWire } from "../../../shared/odds/fixture-view.ts";
import { applyOddsFrame, type OddsSubscription } from "../../../shared/odds/subscription.ts";
import type { FixtureWire } from "../../../shared/protocol/http/fixtures.ts";
import { type DeltaFrame, type ImageFrame, type OddsServerFrame, oddsServerFrameSchema } from "../../../shared/protocol/ws/odds.ts";
import { type channelOf, matchResult, newFixtureId, openFixture, want } from "./messages.ts";

/** A subscriber that checks every frame against the published schema. */
class Client {
  readonly frames: OddsServerFrame[] = [];
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.frames.push(oddsServerFrameSchema.parse(JSON.parse(String(data)))));
    socket.accept();
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Waits for `n` frames in all. */
  async until(n: number): Promise<readonly OddsServerFrame[]> {
    await vi.waitFor(() => expect(this.frames.length).toBeGreaterThanOrEqual(n), { timeout: 3_000, interval: 10 });
    return this.frames;
  }

  /** What the client knows after all of its frames. */
  known(): OddsSubscription {
    let known: OddsSubscription | null = null;
    for (const frame of this.frames) {
      if (frame.type === "error" || frame.type === "pong") continue;
      const next = applyOddsFrame(known, frame);
      if (next === "gap") throw new Error("a frame is missing");
      known = next;
    }
    if (known === null) throw new Error("no image");
    return known;
  }
}

async function subscribe(channel: string, country = "KE", query = ""): Promise<Client> {
  const response = await exports.default.fetch(`http://mkeka.test/ws/odds/${channel}${query}`, {
    headers: { Upgrade: "websocket", "X-Dev-Country": country },
  });
  expect(response.status).toBe(101);
  if (response.webSocket === null) throw new Error("no socket");
  return new Client(response.webSocket);
}

async function wireOf(channel: ReturnType<typeof channelOf>): Promise<FixtureWire> {
  const view = await channel.view();
  if (view === null) throw new Error("no fixture");
  return fixtureWire(view);
}

describe("a fixture's channel", () => {
  it("sends an image, then only what changed; merged they are the fixture as it is", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const client = await subscribe(fixtureId);
    await client.until(1);
    await channel.ingest(feed.odds({ markets: [matchResult(2100)] }));
    await channel.ingest(feed.stop());
    await channel.ingest(feed.odds({ status: "live", minute: 3, homeScore: 1, awayScore: 0, markets: [matchResult(1400, 3900, 7000)] }));
    await channel.ingest(feed.result("home"));
    const [image, first] = await client.until(5);
    expect(image).toMatchObject({ type: "img", channel: fixtureId, seq: 2, late: false, fixtures: [{ fixture_id: fixtureId }] });
    expect(first).toMatchObject({ type: "delta", seq: 3 });
    expect((first as DeltaFrame).changed).toEqual([
      { fixture_id: fixtureId, seq: 3, markets: [{ market_id: "1x2", outcomes: [{ outcome_id: "home", odds: 2.1, price_version: 2 }] }] },
    ]);
    expect(client.known().fixtures.get(fixtureId)).toEqual(await wireOf(channel));
    client.close();
  });

  it("is silent when a message changes nothing that shows", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const client = await subscribe(fixtureId);
    await client.until(1);
    const same = feed.odds();
    await channel.ingest(same);
    await channel.ingest(same);
    client.send({ type: "resub", seq: 2 });
    expect((await client.until(2)).map((frame) => frame.type)).toEqual(["img", "state"]);
    client.close();
  });

  it("answers resub with the missing deltas, or with an image when it slept in between", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const client = await subscribe(fixtureId);
    for (const odds of [2100, 2200, 2300]) await channel.ingest(feed.odds({ markets: [matchResult(odds)] }));
    await client.until(4);
    client.send({ type: "resub", seq: 3 });
    const frames = await client.until(6);
    expect(frames.slice(4)).toEqual(frames.slice(2, 4));
    await evictDurableObject(channel);
    client.send({ type: "resub", seq: 3 });
    expect((await client.until(7))[6]).toMatchObject({ type: "img", seq: 5 });
    client.send({ type: "resub", seq: 99 });
    expect((await client.until(8))[7]).toMatchObject({ type: "img", seq: 5 });
    client.close();
  });

  it("answers garbage with an error frame and goes on", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const client = await subscribe(fixtureId);
    for (const junk of ["", "{", "null", '"resub"', '{"type":"resub","seq":-1}', '{"type":"buy"}', "x".repeat(4_097)]) client.send(junk);
    client.sendBytes(new Uint8Array([1, 2, 3]));
    const errors = (await client.until(9)).slice(1);
    expect(errors.map((frame) => frame.type === "error" && frame.code)).toEqual([
      ...Array.from({ length: 6 }, () => "MALFORMED_FRAME"),
      "FRAME_TOO_LARGE",
      "MALFORMED_FRAME",
    ]);
    client.send({ type: "ping" });
    await channel.ingest(feed.stop());
    expect(
      (await client.until(11))
        .slice(9)
        .map((frame) => frame.type)
        .sort(),
    ).toEqual(["delta", "pong"]);
    client.close();
  });

  it("says that prices are late when the feed is silent on a live fixture, and that they are not when it speaks again", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    await channel.ingest(feed.odds({ status: "live", minute: 1, homeScore: 0, awayScore: 0 }));
    const client = await subscribe(fixtureId);
    await client.until(1);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    try {
      for (let run = 0; run < 3; run += 1) await runDurableObjectAlarm(channel);
      expect((await client.until(2))[1]).toMatchObject({ type: "delta", late: true, changed: [{ late: true }] });
      expect(await channel.price([want(fixtureId)])).toMatchObject({ error: { reason: "market_suspended" } });
      await channel.ingest(feed.odds({ status: "live", minute: 2, homeScore: 0, awayScore: 0, markets: [] }));
      expect((await client.until(3))[2]).toMatchObject({ type: "delta", late: false, changed: [{ late: false, minute: 2 }] });
    } finally {
      vi.useRealTimers();
    }
    client.close();
  });

  it("exists only for a fixture that exists, and only as a WebSocket", async () => {
    const { fixtureId } = await openFixture("KE");
    const upgrade = { Upgrade: "websocket" };
    const status = async (channel: string, headers: Record<string, string>) =>
      (await exports.default.fetch(`http://mkeka.test/ws/odds/${channel}`, { headers })).status;
    expect(await status(newFixtureId(), upgrade)).toBe(404);
    expect(await status("a:b", upgrade)).toBe(404);
    expect(await status(fixtureId, { ...upgrade, "X-Dev-Country": "NG" })).toBe(404);
    expect(await status(fixtureId, {})).toBe(400);
    expect(await status(fixtureId, { ...upgrade, "X-Dev-Country": "US" })).toBe(451);
  });
});

describe("a client on a slow line", () => {
  it("gets one delta a period with all that changed, and knows what every other client knows", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const [slow, quick] = [await subscribe(fixtureId, "KE", "?conflate_ms=700"), await subscribe(fixtureId)];
    await Promise.all([slow.until(1), quick.until(1)]);
    for (const odds of [2100, 2200, 2300]) await channel.ingest(feed.odds({ markets: [matchResult(odds)] }));
    await quick.until(4);
    expect(slow.frames, "nothing before the period is over").toHaveLength(1);
    const [, gathered] = await slow.until(2);
    expect(gathered).toMatchObject({ type: "delta", since: 2, seq: 5 });
    expect(slow.known()).toEqual(quick.known());
    await channel.ingest(feed.odds({ markets: [matchResult(2400)] }));
    await slow.until(3);
    expect(slow.known().fixtures.get(fixtureId)).toEqual(await wireOf(channel));
    for (const client of [slow, quick]) client.close();
  });

  it("loses nothing when it connects in the middle of a period, or what changed is taken back", async () => {
    const { channel, feed, fixtureId } = await openFixture();
    const first = await subscribe(fixtureId, "KE", "?conflate_ms=1000");
    await first.until(1);
    await channel.ingest(feed.odds({ markets: [matchResult(2100)] }));
    const second = await subscribe(fixtureId, "KE", "?conflate_ms=1000");
    await channel.ingest(feed.odds({ markets: [matchResult(2000)] }));
    await Promise.all([first.until(2), second.until(2)]);
    for (const client of [first, second]) expect(client.known()).toMatchObject({ seq: 4 });
    await channel.ingest(feed.odds({ markets: [matchResult(2500)] }));
    await Promise.all([first.until(3), second.until(3)]);
    for (const client of [first, second]) {
      expect(client.known().fixtures.get(fixtureId)).toEqual(await wireOf(channel));
      client.close();
    }
  });

  it("hears of the lobby's fixtures in gathered deltas as well", async () => {
    const lobby = await subscribe("all", "KE", "?conflate_ms=9999999");
    await lobby.until(1);
    const opened = [await openFixture(), await openFixture()];
    await vi.waitFor(
      () => expect([...lobby.known().fixtures.keys()]).toEqual(expect.arrayContaining(opened.map((each) => each.fixtureId))),
      {
        timeout: 4_000,
      },
    );
    expect(lobby.frames.filter(({ type }) => type === "delta").length).toBeLessThanOrEqual(2);
    lobby.close();
  });
});

describe("the lobby", () => {
  const lobby = env.ODDS_LOBBY.getByName("GH:lobby");
  const listed = async (fixtureId: string) => {
    const response = await exports.default.fetch("http://mkeka.test/api/v1/fixtures?limit=100", { headers: { "X-Dev-Country": "GH" } });
    const { fixtures } = (await response.json()) as { fixtures: FixtureWire[] };
    return fixtures.find((fixture) => fixture.fixture_id === fixtureId);
  };

  it("shows a fixture moments after its channel heard of it, and every change to its subscribers", async () => {
    const client = await subscribe("live", "GH");
    const { channel, feed, fixtureId } = await openFixture("GH");
    await vi.waitFor(async () => expect(await listed(fixtureId)).toEqual(await wireOf(channel)), { timeout: 3_000 });
    const sees = (): FixtureWire | undefined => client.known().fixtures.get(fixtureId);
    await channel.ingest(feed.odds({ status: "live", minute: 1, homeScore: 0, awayScore: 0 }));
    await vi.waitFor(() => expect(sees()).toMatchObject({ status: "live", minute: 1 }), { timeout: 3_000 });
    for (let minute = 2; minute < 30; minute += 1) {
      await channel.ingest(feed.odds({ status: "live", minute, homeScore: 0, awayScore: 0, markets: [matchResult(2000 + minute)] }));
    }
    const final = await wireOf(channel);
    await vi.waitFor(() => expect(sees()).toEqual(final), { timeout: 3_000 });
    expect(client.frames.length, "a burst is gathered into few frames").toBeLessThan(12);
    await channel.ingest(feed.odds({ status: "finished", minute: null, homeScore: 0, awayScore: 0, markets: [] }));
    await vi.waitFor(() => expect(sees()).toBeUndefined(), { timeout: 3_000 });
    client.close();
  });

  it("converges though a publication is lost: the channel's job publishes again", async () => {
    const { channel, feed, fixtureId } = await openFixture("GH");
    await vi.waitFor(async () => expect(await listed(fixtureId)).toBeDefined(), { timeout: 3_000 });
    let lost = 0;
    await runInDurableObject(channel, (object) => {
      const holder = object as unknown as { env: Cloudflare.Env };
      const publish = async () => {
        lost += 1;
        throw new Error("the lobby is away");
      };
      holder.env = { ...holder.env, ODDS_LOBBY: { getByName: () => ({ publish }) } as unknown as Cloudflare.Env["ODDS_LOBBY"] };
    });
    await channel.ingest(feed.odds({ markets: [matchResult(6000)] }));
    await vi.waitFor(() => expect(lost).toBe(1));
    await evictDurableObject(channel);
    await runInDurableObject(channel, (_object, state) => {
      state.storage.sql.exec("UPDATE alarm_job SET due_at = 0 WHERE key = 'publish'");
    });
    for (let run = 0; run < 3; run += 1) await runDurableObjectAlarm(channel);
    await vi.waitFor(async () => expect((await listed(fixtureId))?.markets[0]?.outcomes[0]?.odds).toBe(6), { timeout: 3_000 });
  });

  it("keeps what it knows, and its numbering, over a restart", async () => {
    const { channel, feed, fixtureId } = await openFixture("GH");
    await vi.waitFor(async () => expect(await listed(fixtureId)).toBeDefined(), { timeout: 3_000 });
    const client = await subscribe("football", "GH");
    const image = (await client.until(1))[0] as ImageFrame;
    await evictDurableObject(lobby);
    expect(await listed(fixtureId)).toEqual(await wireOf(channel));
    await channel.ingest(feed.odds({ markets: [matchResult(2222)] }));
    await vi.waitFor(() => expect(client.known().fixtures.get(fixtureId)?.markets[0]?.outcomes[0]?.odds).toBe(2.222), { timeout: 3_000 });
    expect(client.known().seq).toBeGreaterThan(image.seq);
    client.close();
  });

  it("ignores what is older than what it knows", async () => {
    const { channel, feed, fixtureId } = await openFixture("GH");
    const old = await channel.view();
    if (old === null) throw new Error("no fixture");
    await channel.ingest(feed.odds({ markets: [matchResult(3333)] }));
    await vi.waitFor(async () => expect((await listed(fixtureId))?.seq).toBe(3), { timeout: 3_000 });
    await lobby.publish(old);
    expect((await listed(fixtureId))?.seq).toBe(3);
  });

  it("lets a finished fixture go after a while", async () => {
    const { channel, feed, fixtureId } = await openFixture("GH");
    await channel.ingest(feed.odds({ status: "finished", homeScore: 0, awayScore: 0, markets: [] }));
    await vi.waitFor(async () => expect((await listed(fixtureId))?.status).toBe("finished"), { timeout: 3_000 });
    const known = await channel.view();
    if (known === null) throw new Error("no fixture");
    await lobby.publish(known);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 16 * 60_000 });
    try {
      await vi.waitFor(async () => {
        await runDurableObjectAlarm(lobby);
        expect(await listed(fixtureId)).toBeUndefined();
      });
    } finally {
      vi.useRealTimers();
    }
    expect(await channel.view(), "its channel still knows it").not.toBeNull();
  });
});
