/** Editing a bet over HTTP: what a quote says is what is paid, worse comes back as a new quote, and nothing happens twice. */
import { describe, expect, it, vi } from "vitest";
import { mint } from "../../support/wallet-commands.ts";
import { jump, matchResult, openFixture } from "../odds/messages.ts";
import { expectUnchanged, newPlayer, type Player, single } from "./player.ts";

interface Quote {
  readonly edit_id: string;
  readonly net_value: number;
  readonly stake: number;
  readonly difference: number;
}

type Slip = Record<string, unknown>;

async function placedBet(stake = 100) {
  const player = await newPlayer(100_000);
  const fixture = await openFixture();
  const { status, body } = await player.bet(single(fixture.fixtureId, { stake }));
  expect(status).toBe(201);
  return { ...fixture, player, betId: body.bet_id };
}

/** A slip without a stake: all that the old bet brings. */
function slipOf(fixtureId: string, outcome: string, odds: number, changes: Slip = {}): Slip {
  return { bet_type: "SINGLE", selections: [{ selection_id: `${fixtureId}:${outcome}`, odds }], ...changes };
}

const quoteOf = (player: Player, betId: string, slip: Slip) => player.post(`/api/v1/bets/${betId}/edit/quote`, slip);

async function quoted(player: Player, betId: string, slip: Slip): Promise<Quote> {
  const { status, body } = await expectUnchanged(player, () => quoteOf(player, betId, slip));
  expect([status, body]).toEqual([200, body]);
  return body as unknown as Quote;
}

const confirm = (player: Player, betId: string, slip: Slip, { edit_id }: Quote, headers: Record<string, string> = {}) =>
  player.post(`/api/v1/bets/${betId}/edit`, { ...slip, edit_id }, headers);

describe("an edit", () => {
  it("stakes what the old bet brings on the new one, once, and both say so", async () => {
    const { player, fixtureId, betId } = await placedBet();
    const slip = slipOf(fixtureId, "1x2:draw", 3.2);
    const quote = await quoted(player, betId, slip);
    expect(quote.stake).toBe(quote.net_value);
    expect(quote.net_value).toBeGreaterThan(95);
    expect(quote.difference).toBe(0);
    const key = { "Idempotency-Key": mint("edit") };
    const edited = await confirm(player, betId, slip, quote, key);
    expect(edited).toMatchObject({
      status: 201,
      body: { parent_id: betId, stake: quote.stake, bet: { status: "PENDING", stake: quote.stake } },
    });
    expect(await player.cash()).toBe(90_000);
    const again = await expectUnchanged(player, () => confirm(player, betId, slip, quote, key));
    expect([again.status, again.body, again.headers.get("Idempotent-Replayed")]).toEqual([201, edited.body, "true"]);
    const newId = (edited.body.bet as { readonly bet_id: string }).bet_id;
    expect((await player.get(`/api/v1/bets/${betId}`)).body).toMatchObject({ status: "CASHED_OUT", edited_to: newId, parent_id: null });
    expect((await player.get(`/api/v1/bets/${newId}`)).body).toMatchObject({ status: "PENDING", edited_to: null, parent_id: betId });
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it("is settled by the new bet's results alone", async () => {
    const { player, channel, feed, fixtureId, betId } = await placedBet();
    const slip = slipOf(fixtureId, "1x2:draw", 3.2);
    const quote = await quoted(player, betId, slip);
    expect((await confirm(player, betId, slip, quote)).status).toBe(201);
    await channel.ingest(feed.result("draw"));
    const won = Math.floor(Math.round(quote.stake * 100) * 3.2);
    await vi.waitFor(async () => expect(await player.cash()).toBe(90_000 + won), { timeout: 15_000 });
  });

  it("takes the difference of a larger stake from the wallet and gives that of a smaller one back, at the margin of a cash-out", async () => {
    const { player, fixtureId, betId } = await placedBet();
    const whole = await quoted(player, betId, slipOf(fixtureId, "1x2:home", 2));
    const more = slipOf(fixtureId, "1x2:home", 2, { stake: 150 });
    const less = slipOf(fixtureId, "1x2:home", 2, { stake: 40 });
    const [larger, smaller] = [await quoted(player, betId, more), await quoted(player, betId, less)];
    expect(larger).toMatchObject({ stake: 150, net_value: whole.net_value });
    expect(smaller.net_value).toBeLessThan(whole.net_value);
    expect((await confirm(player, betId, less, smaller)).status).toBe(201);
    expect(await player.cash()).toBe(90_000 - Math.round(smaller.difference * 100));
    expect(smaller.difference).toBeLessThan(0);
  });

  it("adds selections of another match", async () => {
    const { player, fixtureId, betId } = await placedBet();
    const other = await openFixture();
    const selections = [
      { selection_id: `${fixtureId}:1x2:home`, odds: 2 },
      { selection_id: `${other.fixtureId}:1x2:home`, odds: 2 },
    ];
    const slip = { bet_type: "MULTI", selections };
    const quote = await quoted(player, betId, slip);
    expect((await confirm(player, betId, slip, quote)).body).toMatchObject({ bet: { bet_type: "MULTI", total_odds: 4 } });
  });
});

describe("an edit is refused, and nothing moves", () => {
  it("when the value or a price has become worse: the new quote comes back and can be confirmed", async () => {
    const { player, channel, feed, fixtureId, betId } = await placedBet();
    const slip = slipOf(fixtureId, "1x2:away", 4);
    const quote = await quoted(player, betId, slip);
    await jump({ channel, feed }, [matchResult(2_600, 3_500, 2_700)]);
    const refused = await expectUnchanged(player, () => confirm(player, betId, slip, quote));
    expect([refused.status, refused.body.error.code]).toEqual([409, "EDIT_CHANGED"]);
    const next = refused.body.error.details.quote as Quote;
    expect(next.net_value).toBeLessThan(quote.net_value);
    expect((await confirm(player, betId, slip, next)).status).toBe(201);
  });

  it("when it is confirmed for another slip, bet or stake than was quoted, or by a forged quote", async () => {
    const { player, fixtureId, betId } = await placedBet();
    const slip = slipOf(fixtureId, "1x2:home", 2);
    const quote = await quoted(player, betId, slip);
    const other = await player.bet(single(fixtureId));
    for (const attempt of [
      () => confirm(player, betId, slipOf(fixtureId, "1x2:away", 4), quote),
      () => confirm(player, betId, { ...slip, stake: 500 }, quote),
      () => confirm(player, other.body.bet_id, slip, quote),
      () => confirm(player, betId, slip, { ...quote, edit_id: `${quote.edit_id.slice(0, -1)}0x` }),
    ]) {
      const refused = await expectUnchanged(player, attempt);
      expect([refused.status, refused.body.error.code]).toEqual([400, "VALIDATION_FAILED"]);
    }
  });

  it("of a bet that is over", async () => {
    const { player, fixtureId, betId } = await placedBet();
    const slip = slipOf(fixtureId, "1x2:home", 2);
    const closed = async (reason: string) => {
      const refused = await expectUnchanged(player, () => quoteOf(player, betId, slip));
      expect([refused.status, refused.body.error.code, refused.body.error.details]).toEqual([409, "EDIT_CLOSED", { reason }]);
    };
    const selectionId = `${fixtureId}:1x2:home`;
    await player.wallet.settleBet({ betId, fixtureId, resultVersion: 1, results: [{ selectionId, outcome: "lost" }] });
    await closed("settled");
  });

  it("while its market is suspended, for dependent selections, abroad, and without the money for a larger stake", async () => {
    const { player, channel, feed, fixtureId, betId } = await placedBet();
    const dependent = {
      bet_type: "MULTI",
      selections: [
        { selection_id: `${fixtureId}:1x2:home`, odds: 2 },
        { selection_id: `${fixtureId}:total=2.5:over`, odds: 1.9 },
      ],
    };
    expect((await quoteOf(player, betId, dependent)).body.error.code).toBe("CORRELATED_SELECTIONS");
    const rich = slipOf(fixtureId, "1x2:home", 2, { stake: 5_000 });
    const quote = await quoted(player, betId, rich);
    const short = await expectUnchanged(player, () => confirm(player, betId, rich, quote));
    expect([short.status, short.body.error.code]).toEqual([400, "INSUFFICIENT_BALANCE"]);
    const abroad = await player.post(`/api/v1/bets/${betId}/edit/quote`, slipOf(fixtureId, "1x2:home", 2), { "X-Dev-Country": "GH" });
    expect(abroad.body.error.code).toBe("GEO_BLOCKED");
    await channel.ingest(feed.stop());
    const suspended = await expectUnchanged(player, () => quoteOf(player, betId, slipOf(fixtureId, "1x2:home", 2)));
    expect([suspended.status, suspended.body.error.code]).toEqual([409, "CASH_OUT_SUSPENDED"]);
  });
});

describe("an edit while a match runs", () => {
  async function liveBet() {
    const bet = await placedBet();
    const { channel, feed } = bet;
    const price = (away: number, more: Parameters<typeof feed.odds>[0] = {}) =>
      channel.ingest(
        feed.odds({ status: "live", minute: 3, homeScore: 0, awayScore: 0, markets: [matchResult(2_000, 3_200, away)], ...more }),
      );
    await price(3_800);
    return { ...bet, price };
  }

  function outcomeOf(player: Player, betId: string, { body }: { readonly body: Record<string, unknown> }) {
    return vi.waitFor(
      async () => {
        const request = await player.get(`/api/v1/bets/${betId}/edit/requests/${String(body.request_id)}`);
        expect(["TAKEN", "REFUSED"]).toContain(request.body.status);
        return request.body;
      },
      { timeout: 10_000 },
    );
  }

  it("waits in the wallet for the delay, and is then carried out once", async () => {
    const { player, fixtureId, betId } = await liveBet();
    const slip = slipOf(fixtureId, "1x2:away", 3.8, { stake: 120 });
    const quote = await quoted(player, betId, slip);
    expect(quote).toMatchObject({ delay_seconds: 0.1 });
    const asked = await confirm(player, betId, slip, quote);
    expect(asked).toMatchObject({ status: 202, body: { parent_id: betId, status: "PENDING", stake: 120, edited_to: null } });
    expect(await player.cash()).toBe(90_000);
    const decided = await outcomeOf(player, betId, asked);
    expect(decided).toMatchObject({ status: "TAKEN", refusal: null });
    expect((await player.get(`/api/v1/bets/${String(decided.edited_to)}`)).body).toMatchObject({ parent_id: betId, stake: 120 });
    expect(await player.cash()).toBe(90_000 - Math.round(quote.difference * 100));
    const again = await expectUnchanged(player, () => confirm(player, betId, slip, quote));
    expect(again).toMatchObject({ status: 201, body: { parent_id: betId, bet: { bet_id: decided.edited_to } } });
    expect((await player.wallet.digest()).violations).toEqual([]);
  });

  it.each([
    ["a goal", "SCORE_CHANGED", (bet: Awaited<ReturnType<typeof liveBet>>) => bet.price(3_800, { homeScore: 1 })],
    ["a lower price", "EDIT_CHANGED", (bet: Awaited<ReturnType<typeof liveBet>>) => bet.price(3_500)],
    ["a market that stops", "CASH_OUT_SUSPENDED", (bet: Awaited<ReturnType<typeof liveBet>>) => bet.channel.ingest(bet.feed.stop())],
  ])("comes to nothing after %s within the delay", async (_, code, happens) => {
    const bet = await liveBet();
    const { player, betId, fixtureId } = bet;
    const slip = slipOf(fixtureId, "1x2:away", 3.8);
    const asked = await confirm(player, betId, slip, await quoted(player, betId, slip));
    expect(asked.status).toBe(202);
    await happens(bet);
    expect(await outcomeOf(player, betId, asked)).toMatchObject({ status: "REFUSED", edited_to: null, refusal: { code } });
    expect(await player.cash()).toBe(90_000);
    expect((await player.get(`/api/v1/bets/${betId}`)).body).toMatchObject({ status: "PENDING", edited_to: null });
  });

  it("of somebody else is not found", async () => {
    const { player, fixtureId, betId } = await liveBet();
    const slip = slipOf(fixtureId, "1x2:away", 3.8);
    const { body } = await confirm(player, betId, slip, await quoted(player, betId, slip));
    const other = await newPlayer(1_000);
    expect((await other.get(`/api/v1/bets/${betId}/edit/requests/${String(body.request_id)}`)).status).toBe(404);
  });
});

it("a settlement and an edit in the same moment: exactly one of them happens", async () => {
  for (let round = 0; round < 8; round += 1) {
    const { player, fixtureId, betId } = await placedBet();
    const slip = slipOf(fixtureId, "1x2:away", 4);
    const quote = await quoted(player, betId, slip);
    const result = { betId, fixtureId, resultVersion: 1, results: [{ selectionId: `${fixtureId}:1x2:home`, outcome: "won" as const }] };
    const settle = async () => {
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, round * 3));
      return player.wallet.settleBet(result);
    };
    const [, edited] = await Promise.all([settle(), confirm(player, betId, slip, quote)]);
    expect(await player.cash()).toBe(edited.status === 201 ? 90_000 : 110_000);
    if (edited.status !== 201) expect(["EDIT_CHANGED", "EDIT_CLOSED"]).toContain(edited.body.error.code);
    expect((await player.wallet.digest()).violations).toEqual([]);
  }
}, 30_000);
