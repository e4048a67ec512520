/** The chat of a crash game: who may come in, what may be said, who reads what, and what operators do about it. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LoungeSockets } from "../../../durable-objects/crash-lounge/lounge-sockets.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { loungeRulesOf } from "../../../shared/tenants/crash-lounge.ts";
import { configOf } from "../../../workers/env.ts";
import { signAccessToken } from "../../../workers/services/identity/access-token.ts";
import { signStaffToken } from "../../../workers/services/operators/staff-token.ts";
import { mint } from "../../support/wallet-commands.ts";
import { mintDocument, mintPhone } from "../identity/player.ts";
import { auditOf, callAdmin } from "../operators/ledger-client.ts";
import { newUserId, newWallet } from "../wallet/wallet-support.ts";
import { GAME, Guest, lounge, mark } from "./lounge-client.ts";

const rules = loungeRulesOf("KE").chat;
const guests: Guest[] = [];

async function guest(): Promise<Guest> {
  const created = await Guest.create();
  guests.push(created);
  return created;
}

afterEach(() => {
  vi.useRealTimers();
  for (const each of guests.splice(0)) each.leave();
});

const countMessages = () =>
  runInDurableObject(lounge(), (_, state) => state.storage.sql.exec<{ n: number }>("SELECT max(seq) AS n FROM message").one().n ?? 0);

/** Nothing was written while `work` ran. */
async function expectSilence(work: () => Promise<void>): Promise<void> {
  const before = await countMessages();
  await work();
  expect(await countMessages()).toBe(before);
}

describe("a message", () => {
  it("is read by all who are in, live and in the history, without a name by default", async () => {
    const [author, reader] = [await guest(), await guest()];
    await reader.enter();
    const text = mark("hello");
    const said = await author.say(`${text} everyone`);
    expect(said).toMatchObject({ status: 201, body: { text: `${text} everyone`, name: null } });
    await vi.waitFor(() => expect(reader.all("messages").flatMap(({ messages }) => messages)).toContainEqual(said.body));
    expect(await reader.reads(text)).toHaveLength(1);
    expect(JSON.stringify(reader.frames)).not.toContain(author.userId);
  });

  it("is written once per key", async () => {
    const author = await guest();
    const text = mark("once");
    const [first, again] = [await author.say(text, "the key"), await author.say(text, "the key")];
    expect(again).toEqual(first);
    expect(await author.reads(text)).toHaveLength(1);
  });

  it("outlives the object that took it", async () => {
    const author = await guest();
    const text = mark("kept");
    expect((await author.say(text)).status).toBe(201);
    await evictDurableObject(lounge());
    expect(await author.reads(text)).toHaveLength(1);
  });

  it("makes room: only the newest are kept", async () => {
    const author = await guest();
    await runInDurableObject(lounge(), (_, state) => {
      state.storage.sql.exec("INSERT INTO person (user_id, tag) VALUES (?, ?)", author.userId, mint("tag"));
      for (let n = 0; n < rules.historyMessages + 20; n += 1)
        state.storage.sql.exec(
          "INSERT INTO message (message_id, user_id, text, sent_at) VALUES (?, ?, 'x', 0)",
          mint("old"),
          author.userId,
        );
    });
    await author.say(mark("newest"));
    const kept = await runInDurableObject(lounge(), (_, state) =>
      state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM message").one(),
    );
    expect(kept.n).toBe(rules.historyMessages);
  });

  it.each([
    ["0712 345 678", "phone_number"],
    ["www.tips.example", "link"],
    ["till 123456", "payment_code"],
    ["\u200b", "empty"],
    ["x".repeat(200), "too_long"],
  ])("%j is refused with its reason, and not written", async (text, reason) => {
    const author = await guest();
    await expectSilence(async () => {
      expect(await author.say(text)).toMatchObject({ status: 409, body: { error: { code: "CHAT_REFUSED", details: { reason } } } });
    });
  });

  it("is refused past the tenant's pace, and taken again a minute later", async () => {
    const author = await guest();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    for (let n = 0; n < rules.messagesPerMinute; n += 1) expect((await author.say(`${n}`)).status).toBe(201);
    await expectSilence(async () => {
      expect(await author.say("one more")).toMatchObject({ status: 429, body: { error: { code: "RATE_LIMIT_EXCEEDED" } } });
    });
    vi.setSystemTime(Date.now() + 60_000);
    expect((await author.say("one more")).status).toBe(201);
  });
});

describe("the lounge", () => {
  it("is closed to whoever is not logged in, not verified or from abroad", async () => {
    const userId = newUserId();
    const wallet = env.WALLET.getByName(`KE:${userId}`);
    await wallet.open({ key: mint("open"), userId, country: "KE" });
    const unverified = Guest.of({ userId, wallet });
    await expectSilence(async () => {
      expect(await unverified.say("let me in")).toMatchObject({ status: 403, body: { error: { code: "USER_NOT_VERIFIED" } } });
      const stranger = await exports.default.fetch(`http://mkeka.test/api/v1/games/crash/${GAME}/chat`);
      expect(stranger.status).toBe(401);
      const abroad = await (await guest()).call("POST", "chat", { text: "hi" }, { "X-Dev-Country": "NG" });
      expect(abroad).toMatchObject({ status: 451 });
      const other = await Guest.create();
      expect(await other.call("GET", "../crash-ng/chat")).toMatchObject({ status: 404 });
    });
    expect((await unverified.call("GET", "chat")).status).toBe(403);
    expect((await unverified.knock()).status).toBe(403);
    expect((await unverified.knock({ "Sec-WebSocket-Protocol": "mkeka-ticket.forged" })).status).toBe(401);
  });

  it("closes at once to a player who excludes themselves, who reads and writes nothing from then on", async () => {
    const [leaving, staying] = [await guest(), await guest()];
    await leaving.enter();
    await staying.enter();
    const excluded = await exports.default.fetch("http://mkeka.test/api/v1/users/me/self-exclude", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: await authorization(leaving) },
      body: JSON.stringify({ duration_days: 365, reason: "a long break" }),
    });
    expect(excluded.status, await excluded.text()).toBeLessThan(300);
    await vi.waitFor(() => expect(leaving.closedWith).toBe(4_403));
    await expectSilence(async () => {
      expect(await leaving.say("still here?")).toMatchObject({ status: 403, body: { error: { code: "SELF_EXCLUDED" } } });
    });
    expect((await leaving.call("GET", "chat")).status).toBe(403);
    expect((await leaving.knock()).status).toBe(403);
    const text = mark("bye");
    await staying.say(text);
    await vi.waitFor(() => expect(JSON.stringify(staying.all("messages"))).toContain(text));
    expect(JSON.stringify(leaving.all("messages"))).not.toContain(text);
  });

  it("closes a socket that speaks: words are counted over HTTP", async () => {
    const loud = await guest();
    await loud.enter();
    loud.shout('{"type":"say","text":"hi"}');
    await vi.waitFor(() => expect(loud.closedWith).toBe(1_008));
  });

  it("asks to come later when it is full", async () => {
    const full = vi.spyOn(LoungeSockets.prototype, "count").mockReturnValue(rules.seats);
    const late = await guest();
    const answer = await late.knock();
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "30"]);
    full.mockRestore();
    await late.enter();
  });

  it("asks for a new ticket when the old one's time is over", async () => {
    const [reader, author] = [await guest(), await guest()];
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    await reader.enter();
    vi.setSystemTime(Date.now() + 5 * 60_000 + 1);
    const text = mark("late");
    await author.say(text);
    await vi.waitFor(() => expect(reader.closedWith).toBe(4_401));
    expect(JSON.stringify(reader.frames)).not.toContain(text);
  });
});

describe("muting", () => {
  it("hides an author from the one who muted them only, until it is taken back", async () => {
    const [author, muting, other] = [await guest(), await guest(), await guest()];
    const text = mark("loud");
    const { body } = await author.say(`${text} 1`);
    const tag = String(body["author"]);
    expect((await muting.call("PUT", `chat/mutes/${tag}`)).status).toBe(204);
    await Promise.all([muting.enter(), other.enter()]);
    await author.say(`${text} 2`);
    await vi.waitFor(() => expect(JSON.stringify(other.all("messages"))).toContain(`${text} 2`));
    expect(JSON.stringify(muting.all("messages"))).not.toContain(text);
    expect([await muting.reads(text), await other.reads(text)].map((read) => read.length)).toEqual([0, 2]);
    expect((await muting.call("DELETE", `chat/mutes/${tag}`)).status).toBe(204);
    expect(await muting.reads(text)).toHaveLength(2);
  });

  it("shows whom one has muted, under the name that they agreed to", async () => {
    const [author, muting] = [await guest(), await guest()];
    const tag = String((await author.say(mark("noise"))).body["author"]);
    await muting.call("PUT", `chat/mutes/${tag}`);
    expect((await muting.call("GET", "chat/mutes")).body).toEqual({ muted: [{ author: tag, name: null }] });
    await lounge().setShownName(author.userId, "N***e", "KE-shown-name-1");
    expect((await muting.call("GET", "chat/mutes")).body).toEqual({ muted: [{ author: tag, name: "N***e" }] });
    expect((await author.call("GET", "chat/mutes")).body).toEqual({ muted: [] });
  });

  it("of an author that is none is refused", async () => {
    expect(await (await guest()).call("PUT", "chat/mutes/00000000")).toMatchObject({ status: 404 });
  });
});

describe("operators", () => {
  const desk = (path: string, body: Record<string, unknown> = {}, role: "support" | "trader" = "support") =>
    callAdmin<{ error?: { code: string } }>(`games/crash/${GAME}/chat/${path}`, { role, email: "mod@mkeka.test", body });

  it("read what players reported, once a player and message, and close it", async () => {
    const [author, reporter] = [await guest(), await guest()];
    const { body } = await author.say(mark("rude"));
    const path = `chat/messages/${String(body["message_id"])}/reports`;
    for (const why of ["insult", "insult again"]) expect((await reporter.call("POST", path, { why })).status).toBe(204);
    expect(await reporter.call("POST", `chat/messages/msg_${"0".repeat(26)}/reports`, { why: "?" })).toMatchObject({ status: 404 });
    const read = await callAdmin<{ reports: { report_id: string; author_user_id: string; why: string }[] }>(
      `games/crash/${GAME}/chat/reports`,
      {
        method: "GET",
        role: "compliance",
      },
    );
    const own = read.body.reports.filter(({ author_user_id: of }) => of === author.userId);
    expect(own).toMatchObject([{ why: "insult", reporter_user_id: reporter.userId, message: { text: body["text"] } }]);
    await expect(closing(`reports/${own[0]?.report_id ?? ""}/close`)).resolves.toBe(204);
    expect(await lounge().reports(100)).not.toContainEqual(expect.objectContaining({ authorUserId: author.userId }));
  });

  it("delete a message for all, with a reason that the audit log keeps", async () => {
    const [author, reader] = [await guest(), await guest()];
    await reader.enter();
    const text = mark("gone");
    const id = String((await author.say(text)).body["message_id"]);
    expect(await closing(`messages/${id}/delete`)).toBe(204);
    expect(await reader.next("deleted")).toEqual({ type: "deleted", message_id: id });
    expect(await reader.reads(text)).toEqual([]);
    expect(await auditOf(id)).toMatchObject([{ action: "chat.delete_message", email: "mod@mkeka.test", details: { reason: "a test" } }]);
  });

  it("silence an author for a time; others may not, and then nothing is silenced", async () => {
    const author = await guest();
    const tag = String((await author.say("first")).body["author"]);
    expect(await desk("silences", { author: tag, minutes: 5 }, "trader")).toMatchObject({ status: 403 });
    expect((await author.say("second")).status).toBe(201);
    expect(await desk("silences", { author: tag, minutes: 5 })).toMatchObject({ status: 200, body: { user_id: author.userId } });
    await expectSilence(async () => {
      expect(await author.say("third")).toMatchObject({ status: 409, body: { error: { details: { reason: "silenced" } } } });
    });
    expect(await desk("silences", { author: tag, minutes: 0 })).toMatchObject({ status: 200 });
    expect((await author.say("fourth")).status).toBe(201);
  });
});

/** Posts to the desk where the answer has no body. */
async function closing(path: string): Promise<number> {
  const token = await signStaffToken(configOf(env), { email: "mod@mkeka.test", role: "support", countries: ["KE"] }, Date.now());
  const answer = await exports.default.fetch(`http://mkeka.test/api/v1/admin/games/crash/${GAME}/chat/${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ reason: "a test" }),
  });
  return answer.status;
}

async function authorization({ userId }: Guest, phone = mintPhone()): Promise<string> {
  const identityObjectId = env.IDENTITY.idFromName(`KE:${phone}`).toString();
  const actor = { userId: userId as never, country: "KE" as const, identityObjectId, sessionId: "ses" };
  return `Bearer ${await signAccessToken(configOf(env), actor, unixMs(Date.now()))}`;
}

describe("a player's name", () => {
  it("is shown masked from the consent on, which is kept with its date and text, and no more from the withdrawal on", async () => {
    const [author, reader] = [await guest(), await guest()];
    const phone = mintPhone();
    await env.IDENTITY.getByName(`KE:${phone}`).register({
      ...{ userId: author.userId, country: "KE", phoneNumber: phone, secret: "a good password", fullName: "Wanjiku Njeri Kamau" },
      ...{ dateOfBirth: "1990-01-15", idType: "NATIONAL_ID", nationalId: mintDocument(), email: null, kraPin: null },
    });
    await runInDurableObject(env.IDENTITY.getByName(`KE:${phone}`), (_, state) => {
      state.storage.sql.exec("UPDATE profile SET phone_verified_at = 1");
    });
    const headers = { Authorization: await authorization(author, phone), "Content-Type": "application/json" };
    const ask = async (init: RequestInit) =>
      (await exports.default.fetch("http://mkeka.test/api/v1/games/crash/shown-name", { ...init, headers })).json();
    const text = mark("name");
    await author.say(text);
    expect(await ask({})).toEqual({ name: null, consented_at: null, withdrawn_at: null, wording: null });
    expect(await reader.reads(text)).toMatchObject([{ name: null }]);
    const consented = await ask({ method: "PUT", body: JSON.stringify({ shown: true }) });
    expect(consented).toEqual({ name: "W***u", consented_at: expect.any(String), withdrawn_at: null, wording: "KE-shown-name-1" });
    expect(await ask({ method: "PUT", body: JSON.stringify({ shown: true }) })).toEqual(consented);
    expect(await reader.reads(text)).toMatchObject([{ name: "W***u" }]);
    await reader.enter();
    expect(await ask({ method: "PUT", body: JSON.stringify({ shown: false }) })).toMatchObject({
      ...{ name: null, consented_at: null, withdrawn_at: expect.any(String) },
    });
    const [{ author: tag } = { author: "" }] = await reader.reads(text);
    expect(await reader.next("renamed")).toEqual({ type: "renamed", author: tag, name: null });
    expect(await reader.reads(text)).toMatchObject([{ name: null }]);
    const log = await runInDurableObject(lounge(), (_, state) =>
      state.storage.sql.exec("SELECT name, wording FROM name_consent WHERE user_id = ? ORDER BY seq", author.userId).toArray(),
    );
    expect(log).toEqual([
      { name: "W***u", wording: "KE-shown-name-1" },
      { name: null, wording: "KE-shown-name-1" },
    ]);
  });

  it("can be agreed to a few times a day, and withdrawn always", async () => {
    const { userId } = await guest();
    const wording = "KE-shown-name-1";
    for (let n = 0; n < loungeRulesOf("KE").consentsPerDay; n += 1) {
      expect(await lounge().setShownName(userId, "W***u", wording)).toMatchObject({ ok: true, value: { name: "W***u" } });
      expect(await lounge().setShownName(userId, null, wording)).toMatchObject({ ok: true, value: { name: null } });
    }
    expect(await lounge().setShownName(userId, "W***u", wording)).toEqual({ ok: false, error: { reason: "too_many" } });
    expect(await lounge().setShownName(userId, null, wording)).toMatchObject({ ok: true });
    expect(await lounge().shownName(userId)).toMatchObject({ name: null });
  });

  it("is refused to be shown for a player who is not verified", async () => {
    const { userId } = await newWallet(0);
    await env.WALLET.getByName(`KE:${userId}`).setVerified({ key: mint("no"), verified: false });
    const player = Guest.of({ userId: userId, wallet: env.WALLET.getByName(`KE:${userId}`) });
    const answer = await exports.default.fetch("http://mkeka.test/api/v1/games/crash/shown-name", {
      method: "PUT",
      headers: { Authorization: await authorization(player), "Content-Type": "application/json" },
      body: JSON.stringify({ shown: true }),
    });
    expect(answer.status).toBe(403);
    expect(await lounge().shownName(userId)).toMatchObject({ name: null, consentedAtMs: null });
  });
});
