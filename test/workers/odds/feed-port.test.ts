import { env, exports } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import { configOf } from "../../../workers/env.ts";
import { channelOf, Feed } from "./messages.ts";

interface Posted {
  readonly atMs?: number;
  readonly secret?: string;
  readonly signature?: string;
  readonly feed?: string;
  readonly tamper?: (body: string) => string;
}

async function post(messages: readonly FeedMessage[] | string, options: Posted = {}) {
  const body = typeof messages === "string" ? messages : JSON.stringify({ messages });
  const atMs = options.atMs ?? Date.now();
  const mac = createHmac("sha256", options.secret ?? configOf(env).FEED_SECRET)
    .update(`${atMs}.${body}`)
    .digest("hex");
  const response = await exports.default.fetch(`http://mkeka.test/feeds/${options.feed ?? "simulator"}/messages`, {
    method: "POST",
    headers: { "X-Feed-Signature": options.signature ?? `t=${atMs},v1=${mac}`, "X-Dev-Country": "US" },
    body: options.tamper?.(body) ?? body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("the feed port", () => {
  it("brings a batch to every tenant that uses the feed, in order, and says what was new", async () => {
    const feed = new Feed();
    const batch = [feed.change(), feed.odds(), feed.stop()];
    expect(await post(batch)).toEqual({ status: 200, body: { accepted: 3, duplicates: 0, unknown_fixtures: [] } });
    for (const country of ["KE", "NG", "GH"] as const) {
      expect(await channelOf(feed.fixtureId, country).view()).toMatchObject({
        country,
        markets: [{ status: "suspended" }, { status: "suspended" }],
      });
    }
    const before = await channelOf(feed.fixtureId).view();
    expect((await post(batch)).body).toEqual({ accepted: 0, duplicates: 3, unknown_fixtures: [] });
    expect(await channelOf(feed.fixtureId).view()).toEqual(before);
  });

  it("names the fixtures that it has never heard of", async () => {
    const feed = new Feed();
    expect((await post([feed.odds()])).body).toEqual({ accepted: 0, duplicates: 0, unknown_fixtures: [feed.fixtureId] });
  });

  it.each([
    ["forged", { secret: "another-secret-of-forty-characters-000000" }],
    ["too old", { atMs: Date.now() - 301_000 }],
    ["from the future", { atMs: Date.now() + 301_000 }],
    ["missing", { signature: "" }],
    ["malformed", { signature: "t=abc,v1=123" }],
    ["of another body", { tamper: (body: string) => body.replace("Gor Mahia", "Gor Maria") }],
  ])("refuses a signature that is %s, and nothing changes", async (_name, options) => {
    const feed = new Feed();
    expect(await post([feed.change()], options)).toMatchObject({ status: 401, body: { error: { code: "SIGNATURE_INVALID" } } });
    expect(await channelOf(feed.fixtureId).view()).toBeNull();
  });

  it("refuses what is no batch of this feed's messages, and nothing changes", async () => {
    const feed = new Feed();
    const change = feed.change();
    expect(await post("{")).toMatchObject({ status: 400, body: { error: { code: "MALFORMED_JSON" } } });
    const bad = [
      [],
      Array.from({ length: 101 }, () => change),
      [{ ...change, feed: "other" }],
      [change, { ...change, sequence: -1 }],
      [{ ...change, fixtureId: "a:b" }],
    ] as FeedMessage[][];
    for (const messages of bad) expect(await post(messages)).toMatchObject({ status: 400, body: { error: { code: "VALIDATION_FAILED" } } });
    expect(await post([{ ...change, feed: "nobody" }], { feed: "nobody" })).toMatchObject({ status: 404 });
    expect(await post(`"${"x".repeat(300_000)}"`)).toMatchObject({ status: 413 });
    expect(await channelOf(feed.fixtureId).view()).toBeNull();
  });
});
