/**
 * The whole journey against the running platform and its simulators: what a player does, and what goes wrong around them.
 *
 * One platform for the file; each test makes its own players and fixtures. Set MKEKA_URL and MKEKA_SIM_URL to use one that runs.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { type Platform, startPlatform } from "../../scripts/lib/platform-process.ts";
import { type Answer, type Json, type Places, Player, request, until } from "./client.ts";
import { Fixture, selection } from "./feed.ts";

let platform: Platform | null = null;
let places: Places;

before(async () => {
  const [url, simulatorUrl] = [process.env.MKEKA_URL, process.env.MKEKA_SIM_URL];
  if (url !== undefined && simulatorUrl !== undefined) {
    places = { url, simulatorUrl };
    return;
  }
  platform = await startPlatform();
  places = platform;
});

after(async () => {
  await platform?.stop();
});

function behaviour(player: Player, settings: Json): Promise<Answer> {
  return request("POST", `${places.simulatorUrl}/sim/daraja/behaviour`, { msisdn: player.msisdn, ...settings });
}

async function settled(player: Player, betId: string, status: string): Promise<Json> {
  return until(`bet ${status}`, async () => {
    const { body } = await player.get(`/api/v1/bets/${betId}`);
    return body.status === status ? body : null;
  });
}

test("a player registers, verifies, deposits, bets, is paid, and withdraws", async () => {
  const player = new Player(places);
  await player.register();

  const early = await player.post("/api/v1/payments/deposit", { phone_number: player.phone, amount: 100 });
  assert.equal(early.status, 403);
  assert.equal(early.body.error.code, "USER_NOT_VERIFIED");
  await player.verifyIdentity();

  const deposit = await player.deposit(100);
  assert.equal(deposit.tax_lines[0].amount, 5);
  assert.equal((await player.wallet()).balance, 95);

  const fixture = await Fixture.open(places, "upcoming");
  const home = await fixture.outcome("1x2", "home");
  const placed = await player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 50, selections: [selection(home)] });
  assert.equal(placed.status, 201, JSON.stringify(placed.body));
  assert.equal(placed.body.total_odds, home.odds);
  assert.equal((await player.wallet()).balance, 45);

  await fixture.control("result", { home: 2, away: 0 });
  const bet = await settled(player, placed.body.bet_id, "WON");
  const expected = Math.floor(Math.round(home.odds * 1000) * 5) / 100;
  assert.equal(bet.actual_win, expected);
  const wallet = await player.wallet();
  assert.equal(Math.round(wallet.balance * 100), 4_500 + Math.round(expected * 100));

  const withdrawal = await player.post("/api/v1/payments/withdraw", { phone_number: player.phone, amount: 95 });
  assert.equal(withdrawal.status, 202, JSON.stringify(withdrawal.body));
  await until(
    "the payout",
    async () => (await player.get(`/api/v1/payments/withdrawals/${withdrawal.body.withdrawal_id}`)).body.status === "COMPLETED",
  );
  const paid = (await player.get(`/api/v1/payments/withdrawals/${withdrawal.body.withdrawal_id}`)).body;
  assert.equal(Math.round((paid.net_amount + paid.tax_lines[0].amount) * 100), Math.round(paid.gross_amount * 100));
  assert.equal(paid.net_amount % 1, 0, "M-Pesa moves whole shillings");

  const statement = await player.get("/api/v1/payments/transactions?limit=50");
  assert.equal(statement.body.total, 4);
  let running = 0;
  for (const line of [...statement.body.transactions].reverse()) {
    assert.equal(line.balance_before, running);
    running = line.balance_after;
    assert.equal(Math.round(line.balance_before * 100) + Math.round(line.amount * 100), Math.round(line.balance_after * 100));
  }
  assert.equal((await player.wallet()).held, 0);
});

test("a doubled STK callback credits once", async () => {
  const player = new Player(places);
  await player.register();
  await player.verifyIdentity();
  await behaviour(player, { stk: "approve", callback: "twice" });
  const deposit = await player.deposit(200);
  const resent = await request("POST", `${places.simulatorUrl}/sim/daraja/callbacks/${deposit.checkout_request_id}/resend`, {});
  assert.equal(resent.status, 200, JSON.stringify(resent.body));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal((await player.wallet()).balance, 190);
  assert.equal((await player.get("/api/v1/payments/transactions")).body.total, 1);
});

test("forged callbacks move nothing", async () => {
  const player = await Player.funded(places, 100);
  await behaviour(player, { stk: "silent", callback: "never" });
  const started = await player.post("/api/v1/payments/deposit", { phone_number: player.phone, amount: 500 });
  const before = await player.digest();
  const forged = {
    Body: {
      stkCallback: {
        MerchantRequestID: "1-1-1",
        CheckoutRequestID: started.body.checkout_request_id,
        ResultCode: 0,
        ResultDesc: "The service request is processed successfully.",
        CallbackMetadata: {
          Item: [
            { Name: "Amount", Value: 500 },
            { Name: "MpesaReceiptNumber", Value: "FORGED0001" },
            { Name: "PhoneNumber", Value: Number(player.msisdn) },
          ],
        },
      },
    },
  };
  const wrongSecret = await request("POST", `${places.url}/cb/d/KE/${started.body.deposit_id}/${"0".repeat(32)}`, forged);
  assert.equal(wrongSecret.status, 404);
  const plain = await request("POST", `${places.url}/api/mpesa/callback`, forged);
  assert.equal(plain.status, 200);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(await player.digest(), before);
});

test("50 parallel bets of 100 on a balance of 1,000 accept exactly 10", async () => {
  const player = await Player.funded(places, 1_120);
  const fixture = await Fixture.open(places, "upcoming");
  const home = selection(await fixture.outcome("1x2", "home"));
  const rest = await player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 64, selections: [home] });
  assert.equal(rest.status, 201, JSON.stringify(rest.body));
  assert.equal((await player.wallet()).balance, 1_000);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 100, selections: [home] })),
  );
  assert.equal(answers.filter((answer) => answer.status === 201).length, 10);
  assert.ok(answers.every((answer) => answer.status === 201 || answer.body.error.code === "INSUFFICIENT_BALANCE"));
  assert.equal((await player.wallet()).balance, 0);
});

test("a goal between the price seen and the bet refuses it; at the new price it is taken after its delay", async () => {
  const player = await Player.funded(places, 1_000);
  const fixture = await Fixture.open(places, "live");
  const seen = selection(await fixture.outcome("1x2", "home"));
  await fixture.control("suspend");
  const before = await player.digest();
  const suspended = await player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 100, selections: [seen], odds_policy: "any" });
  assert.equal(suspended.status, 409);
  assert.equal(suspended.body.error.code, "MARKET_SUSPENDED");
  await fixture.control("goal", { side: "home" });
  await fixture.control("reopen");
  const changed = await player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 100, selections: [seen], odds_policy: "none" });
  assert.equal(changed.status, 409);
  assert.equal(changed.body.error.code, "ODDS_CHANGED");
  const [change] = changed.body.error.details.changes;
  assert.equal(change.old_odds, seen.odds);
  assert.notEqual(change.new_odds, seen.odds);
  assert.equal(await player.digest(), before);
  const now = { ...seen, odds: change.new_odds, price_version: change.price_version };
  const waiting = await player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 100, selections: [now], odds_policy: "any" });
  assert.equal(waiting.status, 202, JSON.stringify(waiting.body));
  assert.equal(waiting.body.status, "DELAYED");
  const accepted = await settled(player, waiting.body.bet_id, "PENDING");
  assert.equal(accepted.total_odds, change.new_odds);
});

test("a corrected result ends in the balance of the right one", async () => {
  const player = await Player.funded(places, 1_000);
  const fixture = await Fixture.open(places, "upcoming");
  const home = await fixture.outcome("1x2", "home");
  const away = await fixture.outcome("1x2", "away");
  const onHome = await player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 100, selections: [selection(home)] });
  const onAway = await player.post("/api/v1/bets", { bet_type: "SINGLE", stake: 100, selections: [selection(away)] });
  await fixture.control("result", { home: 1, away: 0 });
  await settled(player, onHome.body.bet_id, "WON");
  await settled(player, onAway.body.bet_id, "LOST");
  await fixture.control("result", { home: 1, away: 2 });
  await settled(player, onHome.body.bet_id, "LOST");
  const won = await settled(player, onAway.body.bet_id, "WON");
  assert.equal(Math.round((await player.wallet()).balance * 100), 75_000 + Math.round(won.actual_win * 100));
});

test("a multi is paid by the product of its odds, and a void selection counts as 1", async () => {
  const player = await Player.funded(places, 1_000);
  const [first, second] = [await Fixture.open(places, "upcoming"), await Fixture.open(places, "upcoming")];
  const [a, b] = [await first.outcome("1x2", "home"), await second.outcome("1x2", "home")];
  const placed = await player.post("/api/v1/bets", { bet_type: "MULTI", stake: 100, selections: [selection(a), selection(b)] });
  assert.equal(placed.status, 201, JSON.stringify(placed.body));
  await first.control("cancel");
  await second.control("result", { home: 3, away: 1 });
  const bet = await settled(player, placed.body.bet_id, "WON");
  assert.equal(bet.actual_win, Math.floor(Math.round(b.odds * 1000) * 10) / 100);
});

test("the same key answers the first result again, and another body under it is a conflict", async () => {
  const player = await Player.funded(places, 1_000);
  const other = await Player.funded(places, 100);
  const fixture = await Fixture.open(places, "upcoming");
  const body = { bet_type: "SINGLE", stake: 100, selections: [selection(await fixture.outcome("1x2", "draw"))] };
  const key = randomUUID();
  const first = await player.post("/api/v1/bets", body, key);
  const digest = await player.digest();
  const again = await player.post("/api/v1/bets", body, key);
  assert.deepEqual([again.status, again.body.bet_id], [201, first.body.bet_id]);
  assert.equal(again.headers.get("Idempotent-Replayed"), "true");
  const conflict = await player.post("/api/v1/bets", { ...body, stake: 101 }, key);
  assert.equal(conflict.status, 409);
  assert.equal(conflict.body.error.code, "IDEMPOTENCY_CONFLICT");
  assert.equal(await player.digest(), digest);
  const foreign = await other.get(`/api/v1/bets/${first.body.bet_id}`);
  const missing = await other.get("/api/v1/bets/bet_00000000000000000000000000");
  assert.deepEqual(
    [foreign.status, foreign.body.error.code, foreign.body.error.message],
    [404, missing.body.error.code, missing.body.error.message],
  );
});
