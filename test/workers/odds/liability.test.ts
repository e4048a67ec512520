/** What stands on a match through the real queues: it comes with bets, grows with results elsewhere, and leaves with its own. */
import { describe, expect, it, vi } from "vitest";
import type { OutcomeSheet } from "../../../shared/protocol/rpc/trading.ts";
import { RISK } from "../../../shared/tenants/sports/risk.ts";
import { newPlayer, single } from "../bets/player.ts";
import { callAdmin } from "../operators/ledger-client.ts";
import { jump, matchResult, openFixture } from "./messages.ts";

type Fixture = Awaited<ReturnType<typeof openFixture>>;

async function homeOf({ channel }: Fixture): Promise<OutcomeSheet | undefined> {
  return (await channel.fieldSheet())?.markets.find(({ marketId }) => marketId === "1x2")?.outcomes[0];
}

async function stands(fixture: Fixture, expected: Partial<OutcomeSheet>): Promise<void> {
  await vi.waitFor(async () => expect(await homeOf(fixture)).toMatchObject(expected), { timeout: 15_000, interval: 50 });
}

const sheetOf = ({ fixtureId }: Fixture) =>
  callAdmin<{ markets: object[]; actions: object[] }>(`trading/fixtures/${fixtureId}`, { role: "trader", method: "GET" });

describe("liability", () => {
  it("of a double is what to expect on each side, all of it on the last one open, and nothing once that is told", async () => {
    const [player, one, two] = [await newPlayer(100_000), await openFixture(), await openFixture()];
    const selections = [one, two].map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 2 }));
    expect(await player.bet({ bet_type: "multi", stake: 100, selections })).toMatchObject({ status: 201 });
    await stands(one, { bets: 1, stakeMinor: 10_000, payoutMinor: 20_000, hardPayoutMinor: 0, liabilityMinor: 10_000 });
    await stands(two, { bets: 1, stakeMinor: 10_000, payoutMinor: 20_000, hardPayoutMinor: 0, liabilityMinor: 10_000 });
    await one.channel.ingest(one.feed.result("home"));
    await stands(two, { bets: 1, stakeMinor: 10_000, payoutMinor: 40_000, hardPayoutMinor: 40_000, liabilityMinor: 30_000 });
    await stands(one, { bets: 0, stakeMinor: 0, payoutMinor: 0, hardPayoutMinor: 0, liabilityMinor: 0 });
    await two.channel.ingest(two.feed.result("away"));
    await stands(two, { bets: 0, stakeMinor: 0, payoutMinor: 0, hardPayoutMinor: 0, liabilityMinor: 0 });
  });

  it("leaves with what is cashed out", async () => {
    const [player, fixture] = [await newPlayer(100_000), await openFixture()];
    const { body } = await player.bet(single(fixture.fixtureId));
    await stands(fixture, { bets: 1, hardPayoutMinor: 20_000 });
    const path = `/api/v1/bets/${body.bet_id}/cash-out`;
    const { offer } = (await player.get(`${path}?percent=50`)).body as unknown as { offer: { offer_id: string; amount: number } };
    expect((await player.post(path, { offer_id: offer.offer_id, amount: offer.amount })).status).toBe(200);
    await stands(fixture, { bets: 1, stakeMinor: 5_000, hardPayoutMinor: 10_000 });
  });

  it("past the market's limit stops it, says so to traders, and lets it go on when it has fallen", async () => {
    const fixture = await openFixture();
    const { channel, fixtureId, feed } = fixture;
    const over = RISK.KE.marketLiabilityMaxMinor + 1;
    const bet = { betId: "bet_large", walletId: "KE:usr_liability", placedAtMs: Date.now(), stakeMinor: over };
    const selections = [{ selectionId: `${fixtureId}:1x2:home`, oddsThousandths: 2_000 }];
    await channel.confirm([{ ...bet, seq: 1, selections }]);
    const player = await newPlayer(100_000);
    expect(await player.bet(single(fixtureId))).toMatchObject({ body: { error: { code: "MARKET_SUSPENDED" } } });
    const { body } = await sheetOf(fixture);
    expect(body).toMatchObject({
      markets: [
        { status: "suspended", suspended_by: ["liability"], worst_case: over / 100, outcomes: [{ hard_payout: (over * 2) / 100 }, {}, {}] },
        {},
      ],
      actions: [{ operator: "system:liability", reason: "The market's worst case passed its limit." }],
    });
    await channel.ingest(feed.odds());
    expect((await channel.view())?.markets[0]?.status).toBe("suspended");
    await channel.confirm([{ ...bet, seq: 2, selections: selections.map((each) => ({ ...each, counted: null })) }]);
    expect((await channel.view())?.markets[0]?.status).toBe("active");
    expect((await sheetOf(fixture)).body.actions).toMatchObject([{ reason: "The market's worst case fell well below its limit." }, {}]);
  });

  it("is guarded against a price that jumps: none is sold until the feed says it again", async () => {
    const fixture = await openFixture();
    const { channel, feed, fixtureId } = fixture;
    await channel.ingest(feed.odds({ markets: [matchResult(4_000)] }));
    expect(
      await channel.price([{ selectionId: `${fixtureId}:1x2:home`, seenOddsThousandths: null, seenPriceVersion: null }]),
    ).toMatchObject({
      error: { reason: "market_suspended" },
    });
    await jump(fixture, [matchResult(4_000)]);
    expect((await channel.view())?.markets[0]).toMatchObject({ status: "active", outcomes: [{ oddsThousandths: 4_000 }, {}, {}] });
    expect((await sheetOf(fixture)).body.actions).toMatchObject([{ operator: "system:price_jump" }, { operator: "system:price_jump" }]);
  });
});
