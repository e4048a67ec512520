import { describe, expect, it, vi } from "vitest";
import { Wallet } from "../../../durable-objects/wallet/wallet.ts";
import { mint } from "../../support/wallet-commands.ts";
import { jump, matchResult, newFixtureId, openFixture, total } from "../odds/messages.ts";
import { answer, expectUnchanged, newPlayer, single } from "./player.ts";

describe("placing a bet", () => {
  it("takes the stake, and stands at the server's price whatever the client says it is", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const placed = await player.bet(single(fixtureId, { odds_policy: "any" }, "1x2:home", 2.1));
    expect(placed).toMatchObject({
      status: 201,
      body: {
        ...{ bet_type: "SINGLE", status: "PENDING", stake: 100, total_odds: 2, potential_win: 200, lines: 1 },
        selections: [{ event_id: fixtureId, event_name: "Gor Mahia v AFC Leopards", outcome_name: "Home", odds: 2, price_version: 1 }],
        message: "Bet placed successfully",
      },
    });
    expect(placed.body.bet_id).toMatch(/^bet_[0-9A-Z]{26}$/);
    expect(await player.cash()).toBe(90_000);
  });

  it("multiplies the exact odds of a multi, and counts a system's lines", async () => {
    const player = await newPlayer(100_000);
    const fixtures = await Promise.all([openFixture(), openFixture(), openFixture()]);
    const selections = fixtures.map(({ fixtureId }) => ({ selection_id: `${fixtureId}:total=2.5:under`, odds: 1.85 }));
    const multi = await player.bet({ bet_type: "MULTI", stake: 33.33, selections });
    expect(multi).toMatchObject({ status: 201, body: { total_odds: 6.331, potential_win: 211.03, lines: 1 } });
    const system = await player.bet({ bet_type: "SYSTEM", stake: 30, selections, system_sizes: [2] });
    expect(system).toMatchObject({ status: 201, body: { total_odds: null, potential_win: 102.67, lines: 3 } });
  });

  it("takes the seed's form: lower-case kind, words for a selection, a stake as text, the old address", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const words = { event_id: fixtureId, market_id: "over_under_2.5", outcome_name: "over", odds: "1.90" };
    const placed = await player.post("/api/bets", { bet_type: "single", stake: "100.00", selections: [words] });
    expect(placed).toMatchObject({ status: 201, body: { selections: [{ selection_id: `${fixtureId}:total=2.5:over`, odds: 1.9 }] } });
    expect((await player.get(`/api/bets/${placed.body.bet_id}`)).status).toBe(200);
  });

  it("accepts exactly ten of fifty parallel bets of 100 on a balance of 1,000", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const answers = await Promise.all(Array.from({ length: 50 }, () => player.bet(single(fixtureId), mint("key"))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ body }) => body.error.code))).toEqual(new Set(["INSUFFICIENT_BALANCE"]));
    expect(refused[0]?.body.error.details).toEqual({ required: 100, available: 0 });
    expect(await player.cash()).toBe(0);
    expect((await player.wallet.digest()).violations).toEqual([]);
  });
});

describe("what the fixtures refuse", () => {
  it("changed odds are told by selection, old and new, and only the policy lets them pass", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    await channel.ingest(feed.odds({ markets: [matchResult(2_100)] }));
    const selection = { selection_id: `${fixtureId}:1x2:home`, old_odds: 2, new_odds: 2.1, price_version: 2 };
    const refused = await expectUnchanged(player, () => player.bet(single(fixtureId)));
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "ODDS_CHANGED", details: { changes: [selection] } } } });
    expect(await player.bet(single(fixtureId, { odds_policy: "higher" }))).toMatchObject({ status: 201, body: { total_odds: 2.1 } });
    await channel.ingest(feed.odds({ markets: [matchResult(1_900)] }));
    expect((await expectUnchanged(player, () => player.bet(single(fixtureId, { odds_policy: "higher" })))).status).toBe(409);
    expect(await player.bet(single(fixtureId, { odds_policy: "any" }))).toMatchObject({ status: 201, body: { total_odds: 1.9 } });
  });

  it("suspended and closed markets name their selections, whatever the slip's other matches answer", async () => {
    const player = await newPlayer(100_000);
    const [open, other] = await Promise.all([openFixture(), openFixture()]);
    const selections = [open, other].map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 2 }));
    await other.channel.ingest(other.feed.stop());
    const place = () => expectUnchanged(player, () => player.bet({ bet_type: "MULTI", stake: 50, selections }));
    const details = { selections: [`${other.fixtureId}:1x2:home`] };
    expect(await place()).toMatchObject({ status: 409, body: { error: { code: "MARKET_SUSPENDED", details } } });
    await other.channel.ingest(other.feed.result("home"));
    expect(await place()).toMatchObject({ status: 400, body: { error: { code: "MARKET_CLOSED", details } } });
  });

  it("a price that was asked for before a goal does not stand after it, under the same key either", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    // As when a client hangs up after the channel's answer: the wallet never hears of the bet.
    const lost = vi.spyOn(Wallet.prototype, "placeBet").mockRejectedValueOnce(new Error("the connection was lost"));
    expect((await player.bet(single(fixtureId), "before-the-goal")).status).toBe(500);
    lost.mockRestore();
    await jump({ channel, feed }, [matchResult(1_200)]);
    const late = await expectUnchanged(player, () => player.bet(single(fixtureId), "before-the-goal"));
    expect(late).toMatchObject({ status: 409, body: { error: { code: "ODDS_CHANGED" } } });
  });
});

describe("what is no bet", () => {
  const slips: readonly (readonly [string, (id: string) => unknown, number, string])[] = [
    ["a negative stake", (id) => single(id, { stake: -100 }), 400, "INVALID_AMOUNT"],
    ["a stake of zero", (id) => single(id, { stake: 0 }), 400, "INVALID_AMOUNT"],
    ["three decimals", (id) => single(id, { stake: 100.001 }), 400, "INVALID_AMOUNT"],
    ["three decimals as text", (id) => single(id, { stake: "100.000" }), 400, "INVALID_AMOUNT"],
    ["an exponent", (id) => single(id, { stake: "1e2" }), 400, "INVALID_AMOUNT"],
    ["a stake past 2^53", (id) => single(id, { stake: 1e17 }), 400, "INVALID_AMOUNT"],
    ["a list for a stake", (id) => single(id, { stake: [100] }), 400, "VALIDATION_FAILED"],
    ["a stake below the minimum", (id) => single(id, { stake: 19.99 }), 400, "STAKE_TOO_LOW"],
    ["a stake above the maximum", (id) => single(id, { stake: 1_000_000.01 }), 400, "STAKE_TOO_HIGH"],
    ["odds of text", (id) => single(id, {}, "1x2:home", "two" as unknown as number), 400, "VALIDATION_FAILED"],
    ["an unknown kind", (id) => single(id, { bet_type: "TREBLE" }), 400, "VALIDATION_FAILED"],
    ["no selections", (id) => single(id, { selections: [] }), 400, "VALIDATION_FAILED"],
    [
      "two selections in a single",
      (id) => ({ ...single(id), selections: [...single(id).selections, ...single(newFixtureId()).selections] }),
      400,
      "INVALID_BET",
    ],
    ["an unknown fixture", () => single(newFixtureId()), 400, "INVALID_BET"],
    ["an unknown outcome", (id) => single(id, {}, "1x2:nobody"), 400, "INVALID_BET"],
    ["an id that is none", (id) => single(`${id}/../x`), 400, "INVALID_BET"],
    ["an empty body", () => ({}), 400, "VALIDATION_FAILED"],
  ];

  it.each(slips)("%s is refused and changes nothing", async (_name, slip, status, code) => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const refused = await expectUnchanged(player, () => player.bet(slip(fixtureId)));
    expect(refused).toMatchObject({ status, body: { error: { code } } });
  });

  it("the README's slip without a match names the field that it lacks", async () => {
    const player = await newPlayer(100_000);
    const refused = await player.post("/api/bets", { bet_type: "single", stake: 100, selections: [{ odds: 2.5 }] });
    expect(refused.body.error).toMatchObject({
      code: "VALIDATION_FAILED",
      details: { fields: { "selections.0.event_id": "is required (or selection_id alone)" } },
    });
  });

  it("two selections of one match are refused with the pair", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const ids = [`${fixtureId}:1x2:home`, `${fixtureId}:total=2.5:over`];
    const selections = ids.map((selection_id) => ({ selection_id, odds: 2 }));
    const refused = await expectUnchanged(player, () => player.bet({ bet_type: "MULTI", stake: 100, selections }));
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: "CORRELATED_SELECTIONS", details: { pairs: [ids], reasons: ["same_fixture"], bet_builder: true } } },
    });
  });

  it("is what nobody, a player abroad and an unverified player place", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    expect((await answer("/api/v1/bets", { method: "POST", body: JSON.stringify(single(fixtureId)) })).status).toBe(401);
    const abroad = await expectUnchanged(player, () => player.post("/api/v1/bets", single(fixtureId), { "X-Dev-Country": "NG" }));
    expect(abroad).toMatchObject({ status: 451, body: { error: { code: "GEO_BLOCKED" } } });
    await player.wallet.setVerified({ key: mint("verify"), verified: false });
    const unverified = await expectUnchanged(player, () => player.bet(single(fixtureId)));
    expect(unverified).toMatchObject({ status: 403, body: { error: { code: "USER_NOT_VERIFIED" } } });
  });
});

describe("an Idempotency-Key", () => {
  it("answers the first result again, one bet for however many requests", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const answers = await Promise.all(Array.from({ length: 8 }, () => player.bet(single(fixtureId), "same-key")));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(answers.filter(({ headers }) => headers.get("Idempotent-Replayed") === "true")).toHaveLength(7);
    expect(await player.cash()).toBe(90_000);
  });

  it("answers the first result even when the price has moved or the market has closed since", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    const first = await player.bet(single(fixtureId, { stake: "100.00" }), "kept");
    await jump({ channel, feed }, [matchResult(1_500)]);
    const moved = await player.bet(single(fixtureId, { stake: 100 }), "kept");
    expect(moved).toMatchObject({ status: 201, body: first.body });
    await channel.ingest(feed.stop());
    const again = await player.bet(single(fixtureId, { stake: 100 }), "kept");
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(await player.cash()).toBe(90_000);
  });

  it("refuses another body, and the first bet stands", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    await player.bet(single(fixtureId), "taken");
    const other = () => expectUnchanged(player, () => player.bet(single(fixtureId, { stake: 200 }), "taken"));
    expect(await other()).toMatchObject({ status: 409, body: { error: { code: "IDEMPOTENCY_CONFLICT" } } });
    await channel.ingest(feed.stop());
    expect(await other()).toMatchObject({ status: 409, body: { error: { code: "IDEMPOTENCY_CONFLICT" } } });
  });

  it("keeps a refusal: a late repeat does not succeed when prices are back or money has come", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    await channel.ingest(feed.stop());
    const refused = await player.bet(single(fixtureId), "refused");
    expect(refused.body.error.code).toBe("MARKET_SUSPENDED");
    await channel.ingest(feed.odds({ markets: [matchResult(), total()] }));
    const again = await expectUnchanged(player, () => player.bet(single(fixtureId), "refused"));
    expect(again).toMatchObject({ status: 409, body: { error: { code: "MARKET_SUSPENDED", details: refused.body.error.details } } });
    expect((await player.bet(single(fixtureId), "new")).status).toBe(201);
  });

  it("belongs to one player, and without one every request is its own", async () => {
    const [one, two] = await Promise.all([newPlayer(100_000), newPlayer(100_000)]);
    const { fixtureId } = await openFixture();
    const first = await one.bet(single(fixtureId), "shared");
    const second = await two.bet(single(fixtureId), "shared");
    expect(second.status).toBe(201);
    expect(second.body.bet_id).not.toBe(first.body.bet_id);
    const headers = { "X-Request-ID": "the-same" };
    const unkeyed = await Promise.all([1, 2].map(() => one.post("/api/v1/bets", single(fixtureId), headers)));
    expect(new Set(unkeyed.map(({ body }) => body.bet_id)).size).toBe(2);
  });
});
