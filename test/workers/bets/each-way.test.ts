/** Each-way bets over HTTP: placed on a race's terms, settled by its winner and its places, each with corrections of its own. */
import { describe, expect, it, vi } from "vitest";
import type { FeedMarket, FeedMessage } from "../../../shared/protocol/feed/message.ts";
import { betOut, placedBet, quoteOut } from "../../../shared/protocol/http/bets.ts";
import { channelOf, Feed, openFixture } from "../odds/messages.ts";
import { answer, expectUnchanged, newPlayer, type Player, single } from "./player.ts";

const PATIENCE = { timeout: 15_000, interval: 50 };
type Settlement = Extract<FeedMessage, { type: "bet_settlement" }>["markets"];
type Word = NonNullable<Settlement[number]["outcomes"][number]["result"]>;

function runners(count: number, marketId: string, odds: number, eachWay?: FeedMarket["eachWay"]): FeedMarket {
  const outcomes = Array.from({ length: count }, (_, index) => ({
    ...{ outcomeId: `r${index + 1}`, name: `Runner ${index + 1}`, oddsThousandths: odds, active: true },
  }));
  const terms = eachWay === undefined ? {} : { eachWay };
  return { ...{ marketId, type: marketId.split("=")[0] ?? "", name: marketId, specifier: "", status: "active" }, outcomes, ...terms };
}

/** A race of so many runners at 10/1, with its markets of the first two and the first three. */
async function openRace(count: number, { eachWay, odds = 11_000 }: { eachWay?: FeedMarket["eachWay"]; odds?: number } = {}) {
  const feed = new Feed();
  const channel = channelOf(feed.fixtureId);
  const markets = [runners(count, "winner", odds, eachWay), runners(count, "top=2", 3_000), runners(count, "top=3", 2_500)];
  await channel.ingest(feed.change({ sport: "horse_racing", homeTeam: "Ngong Derby", awayTeam: "Race 4" }));
  await channel.ingest(feed.odds({ markets }));
  const { fixtureId } = feed;
  const settle = (words: Record<string, Record<string, Word>>) =>
    channel.ingest(
      feed.result("home", {
        homeScore: null,
        awayScore: null,
        markets: Object.entries(words).map(([marketId, results]) => ({
          marketId,
          outcomes: Object.entries(results).map(([outcomeId, result]) => ({ outcomeId, result })),
        })),
      }),
    );
  return { feed, channel, fixtureId, settle };
}

type Race = Awaited<ReturnType<typeof openRace>>;

const eachWay = (race: Race, changes: Record<string, unknown> = {}) =>
  single(race.fixtureId, { each_way: true, stake: 200, ...changes }, "winner:r1", 11);

const quote = (slip: object) =>
  answer("/api/v1/bets/quote", { method: "POST", headers: { "X-Dev-Country": "KE" }, body: JSON.stringify(slip) });

async function placed(player: Player, slip: unknown): Promise<string> {
  const { status, body } = await player.bet(slip);
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.bet_id;
}

async function settled(player: Player, betId: string, expected: Record<string, unknown>) {
  return vi.waitFor(async () => {
    const { body } = await player.get(`/api/v1/bets/${betId}`);
    expect(body).toMatchObject(expected);
    return betOut.parse(body);
  }, PATIENCE);
}

/** What the calculator answers about 100.00 each way at 10/1 with a fifth for a place, in minor units. */
async function calculated(leg: object): Promise<unknown> {
  const bet = { type: "single", unit_stake_minor: 10_000, each_way: true, legs: [{ fractional: "10/1", place_fraction: "1/5", ...leg }] };
  const { status, body } = await answer("/api/v1/calculator", {
    method: "POST",
    headers: { "X-Dev-Country": "KE" },
    body: JSON.stringify({ bet }),
  });
  expect({ status, lines: body["lines"], total: body["total_stake_minor"] }).toEqual({ status: 200, lines: 2, total: 20_000 });
  return body["payout_minor"];
}

describe("an each-way bet", () => {
  it("is quoted and placed as two lines of half of the stake, on the tenant's terms for the number of runners", async () => {
    const player = await newPlayer(100_000);
    const race = await openRace(8);
    const place = { places: 3, fraction: "1/5", selection_id: `${race.fixtureId}:top=3:r1` };
    const offered = quoteOut.parse((await quote(eachWay(race, { each_way: false }))).body);
    expect(offered).toMatchObject({
      lines: 1,
      each_way: false,
      each_way_terms: [{ places: 3, fraction: "1/5", selection_id: `${race.fixtureId}:winner:r1`, odds: 3 }],
      selections: [{ place: null }],
    });
    expect(offered.potential_win).toEqual({ min: 2_200, max: 2_200 });
    const asked = quoteOut.parse((await quote(eachWay(race))).body);
    expect(asked).toMatchObject({ lines: 2, each_way: true, line_stake: 100, total_stake: 200, selections: [{ place }] });
    expect(asked.potential_win).toEqual({ min: 300, max: 1_400 });
    const answered = await player.bet(eachWay(race));
    expect(placedBet.parse(answered.body)).toMatchObject({ lines: 2, each_way: true, line_stake: 100, potential_win: 1_400 });
    expect(await player.cash()).toBe(80_000);
    expect((await player.get(`/api/v1/bets/${answered.body.bet_id}`)).body).toMatchObject({
      selections: [{ status: "PENDING", place: { ...place, status: "PENDING" } }],
    });
  });

  it.each<[string, Record<string, Record<string, Word>>, Record<string, unknown>, object]>([
    [
      "wins both halves with the winner",
      { winner: { r1: "won" }, "top=3": { r1: "won" } },
      { status: "WON", actual_win: 1_400 },
      { result: "won" },
    ],
    ["pays the place alone", { winner: { r1: "lost" }, "top=3": { r1: "won" } }, { status: "WON", actual_win: 300 }, { result: "placed" }],
    ["is lost without a place", { winner: { r1: "lost" }, "top=3": { r1: "lost" } }, { status: "LOST", actual_win: 0 }, { result: "lost" }],
    [
      "takes each half's part of a dead heat",
      { winner: { r1: "dead_heat:1/2" }, "top=3": { r1: "won" } },
      { status: "WON", actual_win: 850 },
      { result: "won", dead_heat_factor: "1/2" },
    ],
    [
      "ties for the last place",
      { winner: { r1: "lost" }, "top=3": { r1: "dead_heat:1/2" } },
      { status: "WON", actual_win: 150 },
      { result: "placed", place_dead_heat_factor: "1/2" },
    ],
    [
      "gives the stake of a non-runner back",
      { winner: { r1: "void" }, "top=3": { r1: "void" } },
      { status: "VOID", actual_win: 200 },
      { result: "void" },
    ],
  ])("%s, as the calculator says", async (_what, words, expected, leg) => {
    const player = await newPlayer(100_000);
    const race = await openRace(8);
    const betId = await placed(player, eachWay(race));
    await race.settle(words);
    const bet = await settled(player, betId, expected);
    const paidMinor = Math.round((bet.actual_win ?? 0) * 100);
    expect(await calculated(leg)).toBe(paidMinor);
    expect(await player.cash()).toBe(80_000 + paidMinor);
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("waits for its place after its win is known, and follows corrections and rollbacks of either by the difference", async () => {
    const player = await newPlayer(100_000);
    const race = await openRace(8);
    const betId = await placed(player, eachWay(race));
    await race.settle({ winner: { r1: "lost" } });
    await settled(player, betId, { status: "PENDING", selections: [{ status: "LOST", place: { status: "PENDING" } }] });
    await race.settle({ "top=3": { r1: "won" } });
    await settled(player, betId, { status: "WON", actual_win: 300 });
    // The stewards: the first is taken out.
    await race.settle({ winner: { r1: "won" } });
    await settled(player, betId, { status: "WON", actual_win: 1_400 });
    await race.channel.ingest(race.feed.rollback(["top=3"]));
    await settled(player, betId, { status: "PENDING", actual_win: null, selections: [{ status: "WON", place: { status: "PENDING" } }] });
    expect(await player.cash()).toBe(80_000);
    await race.settle({ "top=3": { r1: "dead_heat:1/2" } });
    const bet = await settled(player, betId, { status: "WON", actual_win: 1_250 });
    expect(bet.settlements.map(({ posted }) => posted)).toEqual([300, 1_100, -1_400, 1_250]);
    expect(await player.cash()).toBe(205_000);
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("keeps the terms on which it was taken when runners drop out", async () => {
    const player = await newPlayer(100_000);
    const race = await openRace(8);
    const betId = await placed(player, eachWay(race));
    await race.channel.ingest(race.feed.odds({ markets: [runners(5, "winner", 11_000)] }));
    const later = await placed(player, eachWay(race));
    expect((await player.get(`/api/v1/bets/${later}`)).body).toMatchObject({ selections: [{ place: { places: 2, fraction: "1/4" } }] });
    await race.settle({ winner: { r1: "lost" }, "top=2": { r1: "lost" }, "top=3": { r1: "won" } });
    await settled(player, betId, { status: "WON", actual_win: 300 });
    await settled(player, later, { status: "LOST", actual_win: 0 });
  });

  it("takes the feed's own terms before the tenant's, and none where the feed says none", async () => {
    const own = await openRace(12, { eachWay: { places: 2, divisor: 4, placeMarketId: "top=2" } });
    expect((await quote(eachWay(own))).body).toMatchObject({ selections: [{ place: { places: 2, fraction: "1/4" } }] });
    const none = await openRace(12, { eachWay: null });
    expect((await quote(eachWay(none, { each_way: false }))).body).toMatchObject({ each_way_terms: null });
  });

  it("of a double multiplies winners with winners and places with places; a system has twice its lines", async () => {
    const player = await newPlayer(100_000);
    const races = await Promise.all([openRace(8), openRace(8), openRace(8)]);
    const selections = races.map(({ fixtureId }) => ({ selection_id: `${fixtureId}:winner:r1`, odds: 11 }));
    const double = await placed(player, { bet_type: "MULTI", stake: 200, each_way: true, selections: selections.slice(0, 2) });
    const system = await placed(player, { bet_type: "SYSTEM", system_sizes: [2], stake: 60, each_way: true, selections });
    expect((await player.get(`/api/v1/bets/${system}`)).body).toMatchObject({ lines: 6, line_stake: 10 });
    const [one, two, three] = races;
    await one?.settle({ winner: { r1: "won" }, "top=3": { r1: "won" } });
    await two?.settle({ winner: { r1: "lost" }, "top=3": { r1: "won" } });
    await three?.settle({ winner: { r1: "lost" }, "top=3": { r1: "void" } });
    // Places: 3 x 3, then 3 x 1 twice.
    await settled(player, double, { status: "WON", actual_win: 900 });
    await settled(player, system, { status: "WON", actual_win: 90 + 30 + 30 });
  });

  it("is one bet to the payout cap and to the bound of its stake", async () => {
    const race = await openRace(8, { odds: 1_000_000 });
    const both = quoteOut.parse((await quote(eachWay(race))).body);
    const plain = quoteOut.parse((await quote(eachWay(race, { each_way: false }))).body);
    expect(both.potential_win.max).toBeLessThanOrEqual(both.max_payout);
    expect(both.max_stake).toBeGreaterThanOrEqual(plain.max_stake);
  });

  it("counts in both markets for what half of its stake may cost there", async () => {
    const player = await newPlayer(100_000);
    const race = await openRace(8);
    await placed(player, eachWay(race));
    await vi.waitFor(async () => {
      const markets = (await race.channel.fieldSheet())?.markets ?? [];
      const of = (marketId: string) =>
        markets.find((one) => one.marketId === marketId)?.outcomes.find(({ outcomeId }) => outcomeId === "r1");
      expect(of("winner")).toMatchObject({ stakeMinor: 10_000, payoutMinor: 110_000 });
      expect(of("top=3")).toMatchObject({ stakeMinor: 10_000, payoutMinor: 30_000 });
    }, PATIENCE);
  });

  it("is not cashed out or edited, and a repeat under its key is the same bet", async () => {
    const player = await newPlayer(100_000);
    const race = await openRace(8);
    const first = await player.bet(eachWay(race), "each-way-key");
    const again = await player.bet(eachWay(race), "each-way-key");
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    const toWin = await player.bet(eachWay(race, { each_way: false }), "each-way-key");
    expect(toWin).toMatchObject({ status: 409, body: { error: { code: "IDEMPOTENCY_CONFLICT" } } });
    expect((await player.get(`/api/v1/bets/${first.body.bet_id}/cash-out`)).body).toMatchObject({
      state: "CLOSED",
      reason: "not_eligible",
    });
    expect(await player.cash()).toBe(80_000);
  });
});

describe("each way is refused, and nothing has changed", () => {
  const refused = (details: object) => ({ status: 409, body: { error: { code: "EACH_WAY_REFUSED", details } } });

  it("where a market has no terms: a match, too few runners, or no market of the places", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const football = `${fixtureId}:1x2:home`;
    const asked = await expectUnchanged(player, () => player.bet(single(fixtureId, { each_way: true })));
    expect(asked).toMatchObject(refused({ reason: "no_terms", selections: [football] }));
    expect(await quote(single(fixtureId, { each_way: true }))).toMatchObject(refused({ reason: "no_terms" }));
    const few = await openRace(4);
    expect(await expectUnchanged(player, () => player.bet(eachWay(few)))).toMatchObject(refused({ reason: "no_terms" }));
    const unplaced = await openRace(8, { eachWay: { places: 4, divisor: 4, placeMarketId: "top=4" } });
    expect(await expectUnchanged(player, () => player.bet(eachWay(unplaced)))).toMatchObject(refused({ reason: "no_terms" }));
    const race = await openRace(8);
    const mixed = {
      ...{ bet_type: "MULTI", stake: 200, each_way: true },
      selections: [...eachWay(race).selections, { selection_id: football, odds: 2 }],
    };
    expect(await expectUnchanged(player, () => player.bet(mixed))).toMatchObject(refused({ reason: "no_terms", selections: [football] }));
  });

  it("once the race runs, on other terms than were seen, and for a free bet", async () => {
    const player = await newPlayer(100_000);
    const race = await openRace(8);
    const seen = (places: number, fraction: string) =>
      eachWay(race, { selections: [{ selection_id: `${race.fixtureId}:winner:r1`, odds: 11, place: { places, fraction } }] });
    expect(await expectUnchanged(player, () => player.bet(seen(3, "1/4")))).toMatchObject(refused({ reason: "terms_changed" }));
    const free = eachWay(race, { free_bet_id: "fbt_00000000000000000000000000" });
    expect(await expectUnchanged(player, () => player.bet(free))).toMatchObject(refused({ reason: "free_bet" }));
    expect((await player.bet(seen(3, "1/5"))).status).toBe(201);
    await race.channel.ingest(race.feed.odds({ status: "live", markets: [runners(8, "winner", 11_000)] }));
    const live = await expectUnchanged(player, () => player.bet(eachWay(race)));
    expect(live).toMatchObject(refused({ reason: "live" }));
  });
});
