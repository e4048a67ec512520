/** A whole match of a unified odds feed through the real port: what is sold when, and that every kind of bet is paid right in the end. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { newPlayer, type Player } from "../bets/player.ts";
import { channelOf } from "./messages.ts";
import { postUof, recover, UofMatch } from "./uof-feed.ts";

async function settled(player: Player, betId: string, expected: Record<string, unknown>) {
  await vi.waitFor(async () => expect((await player.get(`/api/v1/bets/${betId}`)).body).toMatchObject(expected), {
    timeout: 15_000,
    interval: 50,
  });
}

async function place(
  player: Player,
  type: string,
  selections: readonly (readonly [UofMatch, string, number])[],
  more = {},
): Promise<string> {
  const slip = {
    bet_type: type,
    stake: 100,
    selections: selections.map(([match, id, odds]) => ({ selection_id: `${match.fixtureId}:${id}`, odds })),
    ...more,
  };
  const { status, body } = await player.bet(slip);
  expect([status, body]).toEqual([201, body]);
  return body.bet_id;
}

const marketOf = async (match: UofMatch, marketId: string) =>
  (await channelOf(match.fixtureId).view())?.markets.find((market) => market.marketId === marketId);

/** The total's bets were taken at a wrong price: void in the window, and paid again when the cancel is taken back. */
async function cancelAndTakeBack(player: Player, one: UofMatch, under: string): Promise<void> {
  const [from, to] = [Date.now() - 60_000, Date.now() + 60_000];
  const cancel = (name: string, atMs: number) =>
    one.message(
      name,
      `product="1" start_time="${from}" end_time="${to}"`,
      '<market id="18" specifiers="total=2.5" void_reason="12"/>',
      atMs,
    );
  await postUof([cancel("bet_cancel", 1_790_020_000_000)]);
  await settled(player, under, { status: "VOID", actual_win: 100 });
  await postUof([cancel("rollback_bet_cancel", 1_790_020_001_000)]);
  await settled(player, under, { status: "WON", actual_win: 190 });
}

/** The result is taken back, and comes otherwise. */
async function correct(
  player: Player,
  one: UofMatch,
  bets: { readonly home: string; readonly draw: string; readonly multi: string },
): Promise<void> {
  await postUof([one.message("rollback_bet_settlement", 'product="3"', '<market id="1"/>', 1_790_020_002_000)]);
  await settled(player, bets.draw, { status: "PENDING", actual_win: null });
  const outcomes =
    '<outcomes><market id="1"><outcome id="1" result="1"/><outcome id="2" result="0"/><outcome id="3" result="0"/></market></outcomes>';
  await postUof([one.message("bet_settlement", 'product="3" certainty="2"', outcomes, 1_790_020_003_000)]);
  await settled(player, bets.home, { status: "WON", actual_win: 205 });
  await settled(player, bets.draw, { status: "LOST", actual_win: 0 });
  await settled(player, bets.multi, { status: "LOST", actual_win: 0 });
}

describe("a match of the unified odds feed", () => {
  it("is sold after the recovery, suspended while its producer is away, and sold again when it is whole", async () => {
    const match = new UofMatch();
    await recover(9_001);
    await postUof([match.document(), match.xml("02-")]);
    const fixture = await channelOf(match.fixtureId).view();
    expect(fixture).toMatchObject({ sport: "football", homeTeam: "Example Home FC", status: "upcoming" });
    expect(await marketOf(match, "1x2")).toMatchObject({
      status: "active",
      outcomes: [{ name: "Example Home FC", oddsThousandths: 2_050 }, {}, {}],
    });

    await postUof([{ xml: `<alive product="3" timestamp="${Date.now()}" subscribed="0"/>` }]);
    await vi.waitFor(async () => expect(await marketOf(match, "1x2")).toMatchObject({ status: "suspended" }), { timeout: 5_000 });
    const player = await newPlayer(100_000);
    const refused = await player.bet({
      bet_type: "SINGLE",
      stake: 100,
      selections: [{ selection_id: `${match.fixtureId}:1x2:home`, odds: 2.05 }],
    });
    expect([refused.status, refused.body.error.code]).toEqual([409, "MARKET_SUSPENDED"]);
    expect(await player.cash()).toBe(100_000);

    // The recovery offers one market again; the end of another request opens nothing.
    await postUof([{ recovery: { product: 3, request_id: 9_002, requested_at_ms: Date.now() } }]);
    const again = match.message(
      "odds_change",
      'product="3" request_id="9002"',
      '<odds><market id="1" status="1"><outcome id="1" odds="2.20"/><outcome id="2" odds="3.3"/><outcome id="3" odds="3.6"/></market></odds>',
      1_790_000_009_000,
    );
    await postUof([again, { xml: `<snapshot_complete request_id="9001" product="3" timestamp="${Date.now()}"/>` }]);
    expect(await marketOf(match, "1x2")).toMatchObject({ status: "suspended", outcomes: [{ oddsThousandths: 2_200 }, {}, {}] });
    await postUof([{ xml: `<snapshot_complete request_id="9002" product="3" timestamp="${Date.now()}"/>` }]);
    await vi.waitFor(async () => expect(await marketOf(match, "1x2")).toMatchObject({ status: "active" }), { timeout: 5_000 });
    expect(await marketOf(match, "total=2.5"), "not offered again since").toMatchObject({ status: "suspended" });
  });

  it("settles every kind of bet right through goals, rollbacks, cancels and corrections", async () => {
    const [one, two, three] = [new UofMatch(), new UofMatch(), new UofMatch()];
    await recover(9_100);
    for (const match of [one, two, three]) await postUof([match.document(), match.xml("02-")]);
    const player = await newPlayer(1_000_000);
    const bets = {
      home: await place(player, "SINGLE", [[one, "1x2:home", 2.05]]),
      draw: await place(player, "SINGLE", [[one, "1x2:draw", 3.4]]),
      chance: await place(player, "SINGLE", [[one, "double_chance:x2", 1.78]]),
      drawNoBet: await place(player, "SINGLE", [[one, "uof11:4", 1.48]]),
      under: await place(player, "SINGLE", [[one, "total=2.5:under", 1.9]]),
      multi: await place(player, "MULTI", [
        [one, "1x2:draw", 3.4],
        [two, "1x2:draw", 3.4],
        [three, "uof11:5", 2.62],
      ]),
      system: await place(
        player,
        "SYSTEM",
        [
          [one, "1x2:draw", 3.4],
          [two, "1x2:home", 2.05],
          [three, "total=2.5:under", 1.9],
        ],
        { system_sizes: [2] },
      ),
    };
    const storm = ["06-", "07-", "08-", "09-", "10-", "11-", "14-", "15-", "20-"] as const;
    for (const match of [one, two, three]) {
      const { from } = await postUof(storm.map((prefix) => match.xml(prefix)));
      // The same batch again, and its results once more as a recovery would send them.
      expect(
        (
          await postUof(
            storm.map((prefix) => match.xml(prefix)),
            from,
          )
        ).body,
      ).toMatchObject({ accepted: 0 });
      await postUof([match.xml("14-"), match.xml("09-"), match.xml("11-")]);
    }
    await settled(player, bets.home, { status: "LOST", actual_win: 0 });
    await settled(player, bets.draw, { status: "WON", actual_win: 340 });
    await settled(player, bets.chance, { status: "WON", actual_win: 178 });
    await settled(player, bets.drawNoBet, { status: "VOID", actual_win: 100 });
    await settled(player, bets.under, { status: "WON", actual_win: 190 });
    // 3.4 x 3.4 x 1, and of the system 3.4 x 1.9 on a third of the stake.
    await settled(player, bets.multi, { status: "WON", actual_win: 1_156 });
    await settled(player, bets.system, { status: "WON", actual_win: 215.33 });

    await cancelAndTakeBack(player, one, bets.under);
    await correct(player, one, bets);
    expect((await player.wallet.digest()).violations).toEqual([]);
    expect(await player.cash()).toBe(1_000_000 - 70_000 + 20_500 + 17_800 + 10_000 + 19_000);
  });

  it("takes what can be read of a batch and names the rest", async () => {
    const match = new UofMatch();
    await recover(9_200);
    const { status, body } = await postUof([match.document(), { xml: "<odds_change" }, match.xml("02-"), new UofMatch().xml("07-")]);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 2,
      refused: [{ reason: "is no XML" }],
      unknown_fixtures: [expect.stringMatching(/^sr_match_/)],
    });
  });

  it("says how its producers stand", async () => {
    await recover(9_300, [7]);
    const monitor = env.FEED_MONITOR.getByName("uof");
    expect((await monitor.state()).find(({ producer }) => producer === 7)).toMatchObject({ isUp: true, requestId: 9_300 });
  });
});
