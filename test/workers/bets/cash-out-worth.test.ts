/** What cash-outs of builders and of multis with a promised bonus are worth over HTTP, and that players are told of them. */
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import { cashOutAmount, openFixtures } from "../../../workers/services/bets/cash-out-offer.ts";
import { matchResult, openFixture } from "../odds/messages.ts";
import { newPlayer, type Player, single } from "./player.ts";

async function cashOutOf(player: Player, betId: string) {
  const { body } = await player.get(`/api/v1/bets/${betId}/cash-out`);
  return body as unknown as {
    readonly state: string;
    readonly reason: string | null;
    readonly offer: { offer_id: string; amount: number };
  };
}

it("a builder is worth what the model says of all its parts, and can be cashed out", async () => {
  const player = await newPlayer(100_000);
  const { fixtureId } = await openFixture();
  const builder = [`${fixtureId}:1x2:home`, `${fixtureId}:total=2.5:over`];
  const priced = await player.post("/api/v1/bets/builder/price", { fixture: fixtureId, selections: builder });
  const odds = priced.body.odds as number;
  const placed = await player.bet({ bet_type: "SINGLE", stake: 100, selections: [{ builder, odds }] });
  expect(placed.status).toBe(201);
  const { state, offer } = await cashOutOf(player, placed.body.bet_id);
  expect(state).toBe("AVAILABLE");
  // The stake less the builder's margin and the cash-out's.
  expect(offer.amount).toBeGreaterThan(80);
  expect(offer.amount).toBeLessThan(98);
  const taken = await player.post(`/api/v1/bets/${placed.body.bet_id}/cash-out`, { offer_id: offer.offer_id, amount: offer.amount });
  expect(taken).toMatchObject({ status: 200, body: { status: "CASHED_OUT" } });
});

it("a promised accumulator bonus counts in the offer, at the chance that all of it is won", async () => {
  const player = await newPlayer(100_000);
  const fixtures = await Promise.all([openFixture(), openFixture(), openFixture()]);
  const selections = fixtures.map(({ fixtureId }) => ({ selection_id: `${fixtureId}:1x2:home`, odds: 2 }));
  const { body } = await player.bet({ bet_type: "MULTI", stake: 100, selections });
  const bet = (await player.wallet.bet(body.bet_id)) as BetView | null;
  if (bet === null) throw new Error("no bet");
  const ladder = { ladderId: "L", basis: "net_winnings", oddsMinThousandths: 1_500, bonusMaxMinor: 1_000_000 } as const;
  const promised = { ...bet, ladder: { ...ladder, steps: [{ selections: 3, percent: 20 }] } };
  const views = await openFixtures(env, "KE", bet);
  const worth = (of: BetView) => {
    const amount = cashOutAmount("KE", of, 100, views);
    return amount.ok ? amount.value.amountMinor : 0;
  };
  // 20 % of 700.00 on top of 800.00: both come with the same chance.
  expect(worth(bet)).toBeGreaterThan(0);
  expect(Math.abs(worth(promised) - (worth(bet) * 940) / 800)).toBeLessThanOrEqual(2);
});

it("what a rule has come to is told to the player's socket", async () => {
  const player = await newPlayer(100_000);
  const { channel, feed, fixtureId } = await openFixture();
  const placed = await player.bet(single(fixtureId));
  const { webSocket: socket } = await player.wallet.fetch("http://wallet/ws/user", { headers: { Upgrade: "websocket" } });
  const frames: { readonly type: string }[] = [];
  socket?.accept();
  socket?.addEventListener("message", ({ data }) => void frames.push(JSON.parse(String(data)) as { type: string }));
  await player.put(`/api/v1/bets/${placed.body.bet_id}/auto-cash-out`, { amount: 98 });
  await channel.ingest(feed.odds({ markets: [matchResult(1_850)] }));
  await vi.waitFor(() => expect(frames.filter(({ type }) => type === "cash_out_decided")).toHaveLength(1), { timeout: 15_000 });
  expect(frames.find(({ type }) => type === "cash_out_decided")).toMatchObject({
    ...{ bet_id: placed.body.bet_id, automatic: true, status: "TAKEN", percent: 100, reason: null },
  });
  socket?.close(1000);
});
