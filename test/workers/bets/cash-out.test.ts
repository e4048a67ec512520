/** Cash-out over HTTP: what is offered and why not, what an offer pays, and that it never pays beside a settlement. */
import { describe, expect, it, vi } from "vitest";
import { mint } from "../../support/wallet-commands.ts";
import { jump, matchResult, openFixture } from "../odds/messages.ts";
import { expectUnchanged, newPlayer, type Player, single } from "./player.ts";

interface Offer {
  readonly offer_id: string;
  readonly amount: number;
  readonly net_amount: number;
  readonly percent: number;
}

async function placed(player: Player, slip: unknown): Promise<string> {
  const { status, body } = await player.bet(slip);
  expect([status, body]).toEqual([201, body]);
  return body.bet_id;
}

async function state(player: Player, betId: string, percent = 100) {
  const { body } = await player.get(`/api/v1/bets/${betId}/cash-out?percent=${percent}`);
  return body as unknown as { readonly state: string; readonly reason: string | null; readonly offer: Offer | null };
}

async function offerOf(player: Player, betId: string, percent = 100): Promise<Offer> {
  const { offer, ...rest } = await state(player, betId, percent);
  if (offer === null) throw new Error(JSON.stringify(rest));
  return offer;
}

const take = (
  player: Player,
  betId: string,
  { offer_id, amount }: Offer,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) => player.post(`/api/v1/bets/${betId}/cash-out`, { offer_id, amount, ...more }, headers);

/** What a cash-out that waits has come to. */
function outcomeOf(player: Player, betId: string, requestId: string) {
  return vi.waitFor(
    async () => {
      const { body } = await player.get(`/api/v1/bets/${betId}/cash-out/requests/${requestId}`);
      expect(["TAKEN", "REFUSED"]).toContain(body.status);
      return body;
    },
    { timeout: 10_000 },
  );
}

describe("an offer", () => {
  it("is the fair value less the margin, and pays once", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    const offer = await offerOf(player, betId);
    // Odds 2.0, 3.5, 4.0 without their margin make some 0.49 for the home team.
    expect(offer.amount).toBeGreaterThan(90);
    expect(offer.amount).toBeLessThan(100);
    const taken = await take(player, betId, offer);
    expect(taken).toMatchObject({
      status: 200,
      body: { status: "CASHED_OUT", amount: offer.amount, net_amount: offer.net_amount, remaining_stake: 0 },
    });
    expect(await player.cash()).toBe(90_000 + Math.round(offer.net_amount * 100));
    const again = await expectUnchanged(player, () => take(player, betId, offer));
    expect(again.body).toEqual(taken.body);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(await state(player, betId)).toMatchObject({ state: "CLOSED", reason: "cashed_out", offer: null });
    expect((await player.get(`/api/v1/bets/${betId}`)).body).toMatchObject({ status: "CASHED_OUT", actual_win: offer.net_amount });
  });

  it("of a part pays its part, and the rest plays on", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    const offer = await offerOf(player, betId, 40);
    expect(await take(player, betId, offer, { fraction: 0.4 })).toMatchObject({
      status: 200,
      body: { status: "PENDING", percent: 40, remaining_stake: 60 },
    });
    await channel.ingest(feed.result("home"));
    await vi.waitFor(async () => expect(await player.cash()).toBe(90_000 + Math.round(offer.net_amount * 100) + 12_000), {
      timeout: 15_000,
    });
  });

  it("of a part that would leave less than the smallest stake is none, and says so", async () => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    expect(await state(player, betId, 99)).toMatchObject({ bet_id: betId, state: "SUSPENDED", reason: "rest_too_small", offer: null });
  });

  it("follows the price: a better one pays better or as agreed, a worse one is offered anew and nothing moves", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    const [better, exact] = [await placed(player, single(fixtureId)), await placed(player, single(fixtureId))];
    const [low, agreed] = [await offerOf(player, better), await offerOf(player, exact)];
    await jump({ channel, feed }, [matchResult(1_500, 5_000, 8_000)]);
    const paid = await take(player, better, low);
    expect(paid.body.amount as number).toBeGreaterThan(low.amount);
    expect((await take(player, exact, agreed, { policy: "exact" })).body).toMatchObject({ amount: agreed.amount });

    const falling = await placed(player, single(fixtureId, {}, "1x2:home", 1.5));
    const high = await offerOf(player, falling);
    await jump({ channel, feed }, [matchResult(5_000, 3_000, 1_700)]);
    const refused = await expectUnchanged(player, () => take(player, falling, high));
    expect([refused.status, refused.body.error.code]).toEqual([409, "CASH_OUT_CHANGED"]);
    const offer = refused.body.error.details.offer as Offer;
    expect(offer.amount).toBeLessThan(high.amount);
    expect((await take(player, falling, offer)).status).toBe(200);
  });

  it("is greyed with its reason while the market is suspended, and never vanishes", async () => {
    const player = await newPlayer(100_000);
    const { channel, feed, fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    const offer = await offerOf(player, betId);
    await channel.ingest(feed.stop());
    expect(await state(player, betId)).toMatchObject({ bet_id: betId, state: "SUSPENDED", reason: "market_suspended", offer: null });
    const refused = await expectUnchanged(player, () => take(player, betId, offer));
    expect([refused.status, refused.body.error.code]).toEqual([409, "CASH_OUT_SUSPENDED"]);
    await channel.ingest(feed.result("away"));
    await vi.waitFor(async () => expect(await state(player, betId)).toMatchObject({ state: "CLOSED", reason: "settled" }), {
      timeout: 15_000,
    });
  });

  it.each([
    ["forged", (offer: Offer) => ({ ...offer, offer_id: `${offer.offer_id.slice(0, -1)}0` })],
    ["of another amount", (offer: Offer) => ({ ...offer, amount: offer.amount + 10 })],
    ["no offer at all", (offer: Offer) => ({ ...offer, offer_id: "give me money" })],
  ])("that is %s is refused, and nothing moves", async (_, change) => {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    const offer = await offerOf(player, betId);
    const changed = change(offer);
    const refused = await expectUnchanged(player, () =>
      take(
        player,
        betId,
        changed.offer_id === offer.offer_id && changed.amount === offer.amount ? { ...changed, offer_id: `${"f".repeat(20)}.00` } : changed,
      ),
    );
    expect([refused.status, refused.body.error.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  it("of somebody else's bet, or for another bet, is refused", async () => {
    const [player, other] = [await newPlayer(100_000), await newPlayer(100_000)];
    const { fixtureId } = await openFixture();
    const [first, second] = [await placed(player, single(fixtureId)), await placed(player, single(fixtureId))];
    const offer = await offerOf(player, first);
    expect((await take(player, second, offer)).status).toBe(400);
    expect((await take(other, first, offer)).status).toBe(404);
    expect((await other.get(`/api/v1/bets/${first}/cash-out`)).status).toBe(404);
  });
});

describe("a cash-out while the match runs", () => {
  /** A live match, and a bet on it that came through its delay. */
  async function liveBet(player: Player) {
    const fixture = await openFixture();
    const { channel, feed, fixtureId } = fixture;
    const price = (home: number) => channel.ingest(feed.odds({ status: "live", minute: 10, markets: [matchResult(home)] }));
    await price(2_000);
    const { status, body } = await player.bet(single(fixtureId));
    expect(status).toBe(202);
    const accepted = () =>
      vi.waitFor(async () => expect(await state(player, body.bet_id)).toMatchObject({ state: "AVAILABLE" }), { timeout: 10_000 });
    return { ...fixture, betId: body.bet_id, price, accepted };
  }

  it("waits in the wallet, and pays the price that stands after the delay", async () => {
    const player = await newPlayer(100_000);
    const { betId, accepted } = await liveBet(player);
    expect(await state(player, betId)).toMatchObject({ bet_id: betId, state: "PENDING", reason: "not_accepted", offer: null });
    await accepted();
    const offer = await offerOf(player, betId);
    const asked = await take(player, betId, offer);
    expect(asked).toMatchObject({ status: 202, body: { bet_id: betId, status: "PENDING", amount: offer.amount, result: null } });
    const requestId = asked.body.request_id as string;
    expect(await state(player, betId)).toMatchObject({ state: "PENDING", reason: null, offer: null, request_id: requestId });
    expect(await player.cash()).toBe(90_000);
    const again = await take(player, betId, offer);
    expect([again.status, again.headers.get("Idempotent-Replayed"), again.body.request_id]).toEqual([202, "true", requestId]);
    const decided = await outcomeOf(player, betId, requestId);
    expect(decided).toMatchObject({ status: "TAKEN", refusal: null, result: { status: "CASHED_OUT", amount: offer.amount } });
    expect(await player.cash()).toBe(90_000 + Math.round(offer.net_amount * 100));
    const late = await expectUnchanged(player, () => take(player, betId, offer));
    expect(late).toMatchObject({ status: 200, body: { status: "CASHED_OUT", amount: offer.amount } });
  });

  it("is one at a time", async () => {
    const player = await newPlayer(100_000);
    const { betId, accepted } = await liveBet(player);
    await accepted();
    const offer = await offerOf(player, betId);
    const [first, second] = [await take(player, betId, offer, {}, { "Idempotency-Key": mint("a") }), await take(player, betId, offer)];
    expect([first.status, second.status, second.body.error.code]).toEqual([202, 409, "CASH_OUT_PENDING"]);
    expect(second.body.error.details.request_id).toBe(first.body.request_id);
  });

  it("is closed to a bet that was not taken", async () => {
    const player = await newPlayer(100_000);
    const { betId, channel, feed } = await liveBet(player);
    await channel.ingest(feed.stop());
    const closed = { bet_id: betId, state: "CLOSED", reason: "not_accepted", offer: null };
    await vi.waitFor(async () => expect(await state(player, betId)).toMatchObject(closed), { timeout: 10_000 });
    expect(await player.cash()).toBe(100_000);
  });

  it("comes to nothing when the market stops or its price falls within the delay, and the new price is offered", async () => {
    const player = await newPlayer(100_000);
    const { betId, accepted, price } = await liveBet(player);
    await accepted();
    const during = async (happens: () => Promise<unknown>) => {
      const asked = await take(player, betId, await offerOf(player, betId));
      expect(asked.status).toBe(202);
      await happens();
      return outcomeOf(player, betId, asked.body.request_id as string);
    };
    const fallen = await during(() => price(2_200));
    expect(fallen).toMatchObject({ status: "REFUSED", result: null, refusal: { code: "CASH_OUT_CHANGED", reason: "changed" } });
    expect((fallen.refusal as { offer: Offer }).offer.amount).toBeLessThan(fallen.amount as number);
    expect((await take(player, betId, (fallen.refusal as { offer: Offer }).offer)).status).toBe(202);
    await vi.waitFor(async () => expect(await player.cash()).toBeGreaterThan(90_000), { timeout: 10_000 });

    const other = await newPlayer(100_000);
    const stopping = await liveBet(other);
    await stopping.accepted();
    const asked = await take(other, stopping.betId, await offerOf(other, stopping.betId));
    await stopping.channel.ingest(stopping.feed.stop());
    expect(await outcomeOf(other, stopping.betId, asked.body.request_id as string)).toMatchObject({
      ...{ status: "REFUSED", refusal: { code: "CASH_OUT_SUSPENDED", reason: "market_suspended", offer: null } },
    });
    expect(await other.cash()).toBe(90_000);
  });

  it("loses to a result that comes within the delay", async () => {
    const player = await newPlayer(100_000);
    const { betId, accepted, fixtureId } = await liveBet(player);
    await accepted();
    const asked = await take(player, betId, await offerOf(player, betId));
    const selectionId = `${fixtureId}:1x2:home`;
    await player.wallet.settleBet({ betId, fixtureId, resultVersion: 1, results: [{ selectionId, outcome: "won" }] });
    expect(await outcomeOf(player, betId, asked.body.request_id as string)).toMatchObject({
      ...{ status: "REFUSED", refusal: { code: "CASH_OUT_CLOSED", reason: "settled" } },
    });
    expect(await player.cash()).toBe(110_000);
  });
});

it("a settlement and a cash-out in the same moment: exactly one of them pays, whichever comes first", async () => {
  const ROUNDS = 24;
  const STEP_MS = 4;
  const first = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const player = await newPlayer(100_000);
    const { fixtureId } = await openFixture();
    const betId = await placed(player, single(fixtureId));
    const offer = await offerOf(player, betId);
    const result = { betId, fixtureId, resultVersion: 1, results: [{ selectionId: `${fixtureId}:1x2:home`, outcome: "won" as const }] };
    // Each round a little later: over all rounds the result meets every step of the cash-out.
    const settle = async () => {
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, round * STEP_MS));
      return player.wallet.settleBet(result);
    };
    const [settled, taken] = await Promise.all([settle(), take(player, betId, offer)]);
    expect(settled.ok).toBe(true);
    first.add(taken.status === 200 ? "cash-out" : "settlement");
    expect(await player.cash()).toBe(taken.status === 200 ? 90_000 + Math.round(offer.net_amount * 100) : 110_000);
    if (taken.status !== 200) expect(["CASH_OUT_CHANGED", "CASH_OUT_CLOSED"]).toContain(taken.body.error.code);
    expect((await player.wallet.digest()).violations).toEqual([]);
  }
  expect([...first].sort()).toEqual(["cash-out", "settlement"]);
}, 20_000);
