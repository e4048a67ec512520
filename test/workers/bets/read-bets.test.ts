import { describe, expect, it } from "vitest";
import { betList, betOut, quoteOut } from "../../../shared/protocol/http/bets.ts";
import { mint } from "../../support/wallet-commands.ts";
import { openFixture } from "../odds/messages.ts";
import { answer, expectUnchanged, newPlayer, single } from "./player.ts";

const NOT_FOUND = { status: 404, body: { error: { code: "NOT_FOUND" } } };

describe("looking up bets", () => {
  it("shows one's own bet by its id and by the key it was placed under, and nobody else's", async () => {
    const [player, stranger] = await Promise.all([newPlayer(100_000), newPlayer(0)]);
    const { fixtureId } = await openFixture();
    const key = mint("k/?#%");
    const { body: placed } = await player.bet(single(fixtureId), key);
    const own = await player.get(`/api/v1/bets/${placed.bet_id}`);
    expect(betOut.parse(own.body)).toMatchObject({ bet_id: placed.bet_id, status: "PENDING", stake: 100, settlements: [] });
    expect((await player.get(`/api/v1/bets/by-key/${encodeURIComponent(key)}`)).body).toEqual(own.body);
    expect(await stranger.get(`/api/v1/bets/${placed.bet_id}`)).toMatchObject(NOT_FOUND);
    expect(await stranger.get(`/api/v1/bets/by-key/${encodeURIComponent(key)}`)).toMatchObject(NOT_FOUND);
    expect(await player.get("/api/v1/bets/bet_00000000000000000000000000")).toMatchObject(NOT_FOUND);
    expect(await player.get("/api/v1/bets/nonsense")).toMatchObject(NOT_FOUND);
    expect((await answer(`/api/v1/bets/${placed.bet_id}`)).status).toBe(401);
  });

  it("lists bets newest first, by status, in pages", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const ids: string[] = [];
    for (const stake of [20, 30, 40]) ids.push((await player.bet(single(fixtureId, { stake }))).body.bet_id);
    const results = [{ selectionId: `${fixtureId}:1x2:home`, outcome: "won" }] as const;
    await player.wallet.settleBet({ betId: ids[0] ?? "", fixtureId, resultVersion: 1, results });
    const list = async (query: string) => betList.parse((await player.get(`/api/v1/bets/history${query}`)).body);
    expect((await list("")).bets.map((bet) => bet.bet_id)).toEqual([...ids].reverse());
    expect(await list("?limit=1&offset=1")).toMatchObject({ total: 3, limit: 1, offset: 1, bets: [{ bet_id: ids[1] }] });
    expect(await list("?status=WON")).toMatchObject({ total: 1, bets: [{ bet_id: ids[0], actual_win: 40 }] });
    expect((await list("?status=pending")).total).toBe(2);
    expect((await list("?status=VOID")).total).toBe(0);
    for (const query of ["?limit=0", "?limit=101", "?offset=-1", "?status=MAYBE"]) {
      expect((await player.get(`/api/v1/bets/history${query}`)).status).toBe(400);
    }
  });
});

describe("a quote", () => {
  it("shows prices, lines, least and most win, bounds and taxes, and moves nothing", async () => {
    const player = await newPlayer(100_000);
    const fixtures = await Promise.all([openFixture(), openFixture(), openFixture()]);
    const selections = fixtures.map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 7 }));
    const slip = { bet_type: "SYSTEM", stake: 300, selections, system_sizes: [2] };
    const { status, body } = await expectUnchanged(player, () => player.post("/api/v1/bets/quote", slip));
    expect(status).toBe(200);
    expect(quoteOut.parse(body)).toMatchObject({
      ...{ total_stake: 300, lines: 3, total_odds: null, potential_win: { min: 400, max: 1_200 } },
      ...{ min_stake: 20, max_stake: 1_000_000, max_payout: 5_000_000, correlated: [] },
      tax: { stake: [], at_risk: 300, winnings: [], net_win: 1_200 },
    });
  });

  it("needs no login, and shows another tenant's taxes on winnings", async () => {
    const { fixtureId } = await openFixture("NG");
    const { body } = await answer("/api/v1/bets/quote", {
      method: "POST",
      headers: { "X-Dev-Country": "NG" },
      body: JSON.stringify(single(fixtureId)),
    });
    expect(quoteOut.parse(body)).toMatchObject({
      potential_win: { min: 200, max: 200 },
      tax: { winnings: [{ code: "wht", rate_percent: 5, base: 100, amount: 5 }], net_win: 195 },
    });
  });

  it("shows dependent selections beside their prices, and refuses what can't be priced", async () => {
    const player = await newPlayer(0);
    const { channel, feed, fixtureId } = await openFixture();
    const ids = [`${fixtureId}:1x2:home`, `${fixtureId}:total=2.5:over`];
    const slip = { bet_type: "MULTI", stake: 100, selections: ids.map((selection_id) => ({ selection_id, odds: 2 })) };
    expect(await player.post("/api/v1/bets/quote", slip)).toMatchObject({ status: 200, body: { correlated: [ids], total_odds: 3.8 } });
    await channel.ingest(feed.stop());
    expect((await player.post("/api/v1/bets/quote", slip)).body.error.code).toBe("MARKET_SUSPENDED");
    expect((await player.post("/api/v1/bets/quote", single("fx_nobodys"))).body.error.code).toBe("INVALID_BET");
  });
});
