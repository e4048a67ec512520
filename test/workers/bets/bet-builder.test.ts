/** A bet builder through HTTP, channel, outbox and queue: its price, and what becomes of it with each of its parts. */
import { describe, expect, it, vi } from "vitest";
import { jump, matchResult, openFixture, total } from "../odds/messages.ts";
import { expectUnchanged, newPlayer, type Player } from "./player.ts";

type Fixture = Awaited<ReturnType<typeof openFixture>>;

const partsOf = ({ fixtureId }: Fixture) => [`${fixtureId}:1x2:home`, `${fixtureId}:total=2.5:over`];

async function priced(player: Player, fixture: Fixture, selections = partsOf(fixture)) {
  return player.post("/api/v1/bets/builder/price", { fixture: fixture.fixtureId, selections });
}

async function slipOf(player: Player, fixture: Fixture, changes: Record<string, unknown> = {}) {
  const { body } = await priced(player, fixture);
  return {
    bet_type: "SINGLE",
    stake: 100,
    selections: [{ builder: partsOf(fixture), odds: body.odds, price_version: body.price_version }],
    ...changes,
  };
}

function settled(player: Player, betId: string, expected: Record<string, unknown>) {
  return vi.waitFor(
    async () => {
      const { body } = await player.get(`/api/v1/bets/${betId}`);
      expect(body).toMatchObject(expected);
      return body;
    },
    { timeout: 15_000, interval: 50 },
  );
}

/** Settles both of the fixture's markets. */
function resultOf({ channel, feed }: Fixture, winner: "home" | "away", over: "won" | "lost" | "void") {
  const outcomes = (["home", "draw", "away"] as const).map((outcomeId) => ({
    outcomeId,
    result: outcomeId === winner ? ("won" as const) : ("lost" as const),
  }));
  const under = over === "won" ? ("lost" as const) : over === "lost" ? ("won" as const) : ("void" as const);
  const totals = [
    { outcomeId: "over", result: over },
    { outcomeId: "under", result: under },
  ];
  const markets = [
    { marketId: "1x2", outcomes },
    { marketId: "total=2.5", outcomes: totals },
  ];
  return channel.ingest(feed.result(winner, { markets }));
}

describe("a bet builder", () => {
  it("has one price, below the product of parts that go together, whatever their order", async () => {
    const player = await newPlayer(0);
    const fixture = await openFixture();
    const { status, body } = await priced(player, fixture);
    expect(status).toBe(200);
    expect(body).toMatchObject({ event_id: fixture.fixtureId, market_name: "Bet builder", builder: [{ odds: 2 }, { odds: 1.9 }] });
    expect(Number(body.odds)).toBeLessThan(2 * 1.9);
    expect(Number(body.odds)).toBeGreaterThan(2);
    expect((await priced(player, fixture, partsOf(fixture).reverse())).body).toEqual(body);
  });

  it("is won when all of its parts are", async () => {
    const player = await newPlayer(100_000);
    const fixture = await openFixture();
    const slip = await slipOf(player, fixture);
    const placed = await player.bet(slip);
    expect(placed).toMatchObject({ status: 201, body: { total_odds: slip.selections[0]?.odds, selections: [{ builder: [{}, {}] }] } });
    await resultOf(fixture, "home", "won");
    const bet = await settled(player, placed.body.bet_id, {
      status: "WON",
      actual_win: placed.body.potential_win,
      selections: [{ status: "WON" }],
    });
    expect(await player.cash()).toBe(90_000 + Math.round(Number(bet.actual_win) * 100));
  });

  it("is lost with any part, as soon as it is", async () => {
    const player = await newPlayer(100_000);
    const fixture = await openFixture();
    const placed = await player.bet(await slipOf(player, fixture));
    await fixture.channel.ingest(fixture.feed.result("away"));
    await settled(player, placed.body.bet_id, { status: "LOST", actual_win: 0 });
  });

  it("without a void part is priced by what remains", async () => {
    const player = await newPlayer(100_000);
    const fixture = await openFixture();
    const placed = await player.bet(await slipOf(player, fixture));
    await resultOf(fixture, "home", "void");
    await settled(player, placed.body.bet_id, { status: "WON", actual_win: 200, selections: [{ odds: 2, status: "WON" }] });
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("stands in a multi as one selection", async () => {
    const player = await newPlayer(100_000);
    const [fixture, other] = [await openFixture(), await openFixture()];
    const { selections } = await slipOf(player, fixture);
    const both = [...selections, { selection_id: `${other.fixtureId}:1x2:home`, odds: 2 }];
    const placed = await player.bet({ bet_type: "MULTI", stake: 100, selections: both });
    expect(placed).toMatchObject({ status: 201, body: { lines: 1, total_odds: Number(selections[0]?.odds) * 2 } });
    const twice = [...selections, { selection_id: `${fixture.fixtureId}:1x2:home`, odds: 2 }];
    const refused = await expectUnchanged(player, () => player.bet({ bet_type: "MULTI", stake: 100, selections: twice }));
    expect(refused).toMatchObject({ status: 400, body: { error: { code: "CORRELATED_SELECTIONS" } } });
  });

  it("asks again when a price of the match has moved it", async () => {
    const player = await newPlayer(100_000);
    const fixture = await openFixture();
    const slip = await slipOf(player, fixture);
    await jump(fixture, [matchResult(1_700, 3_600, 5_200), total()]);
    const refused = await expectUnchanged(player, () => player.bet(slip));
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "ODDS_CHANGED" } } });
  });

  it.each([
    ["parts that exclude each other", (id: string) => [`${id}:1x2:home`, `${id}:1x2:draw`], "INVALID_BET"],
    ["the same part twice", (id: string) => [`${id}:1x2:home`, `${id}:1x2:home`], "INVALID_BET"],
    ["parts of two matches", (id: string) => [`${id}:1x2:home`, "fx_other:1x2:home"], "INVALID_BET"],
    ["a part that is not there", (id: string) => [`${id}:1x2:home`, `${id}:total=9.5:over`], "INVALID_BET"],
  ])("of %s is refused and changes nothing", async (_name, parts, code) => {
    const player = await newPlayer(100_000);
    const fixture = await openFixture();
    const builder = parts(fixture.fixtureId);
    expect((await priced(player, fixture, builder)).body.error.code).toBe(code);
    const slip = { bet_type: "SINGLE", stake: 100, odds_policy: "any", selections: [{ builder, odds: 2 }] };
    expect(await expectUnchanged(player, () => player.bet(slip))).toMatchObject({ status: 400, body: { error: { code } } });
  });

  it("is not offered during the match", async () => {
    const player = await newPlayer(0);
    const fixture = await openFixture();
    await fixture.channel.ingest(fixture.feed.odds({ status: "live", minute: 3, homeScore: 0, awayScore: 0 }));
    expect((await priced(player, fixture)).body.error).toMatchObject({ code: "INVALID_BET", details: { reason: "builder_not_live" } });
  });
});
