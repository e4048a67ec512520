/** The calculator over HTTP: its published conventions, no login, and every nonsense refused with the field that is wrong. */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

async function ask(path: string, body: unknown): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await exports.default.fetch(`http://mkeka.test/api/v1/calculator${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Dev-Country": "KE" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const legs = (...odds: readonly string[]) => odds.map((each) => ({ odds: each, result: "won" }));
const bet = (more: Record<string, unknown>) => ({ bet: { type: "single", unit_stake_minor: 1_000, legs: legs("2.50"), ...more } });

describe("the calculator", () => {
  it("answers a single, a named system, a bonus and a free bet, exactly", async () => {
    expect((await ask("", bet({ unit_stake_minor: 10_000 }))).body).toEqual({
      ...{ lines: 1, total_stake_minor: 10_000, returning_lines: 1, status: "won" },
      ...{ payout_exact: "25000", payout_minor: 25_000 },
    });
    const lucky = bet({ type: "lucky15", unit_stake_minor: 100, legs: legs("2.0", "3.0", "4.0", "5.0") });
    expect((await ask("", lucky)).body).toMatchObject({ lines: 15, payout_minor: 35_900 });
    const bonus = {
      ladder: [
        [3, 5],
        [2, 4],
      ],
      basis: "net_winnings",
      min_leg_odds: "1.20",
    };
    expect((await ask("", bet({ type: "treble", legs: legs("2", "2", "2"), bonus }))).body).toMatchObject({
      ...{ payout_exact: "8250", payout_minor: 8_250 },
      ...{ qualifying_legs: 3, bonus_percent: 5, bonus_exact: "250" },
    });
    expect((await ask("", bet({ free_bet: "stake_not_returned" }))).body).toMatchObject({ payout_minor: 1_500 });
    const fractional = { fractional: "9/2", result: "placed", place_fraction: "1/5", place_dead_heat_factor: "1/2" };
    expect((await ask("", bet({ each_way: true, legs: [fractional] }))).body).toMatchObject({
      lines: 2,
      payout_exact: "950",
      returning_lines: 1,
    });
  });

  it("answers 10 of 20 at once", async () => {
    const reply = await ask("", bet({ type: "system", sizes: [10], legs: legs(...Array.from({ length: 20 }, () => "1.2345")) }));
    expect(reply.body).toMatchObject({ lines: 184_756, returning_lines: 184_756 });
  });

  it("answers a cash-out, an Asian line and a price in every format", async () => {
    const cashOut = {
      stake_minor: 1_000,
      margin_bp: 500,
      fraction: "0.5",
      legs: [
        { odds: "2", state: "won" },
        { odds: "3", state: "open", p_win: "0.5" },
      ],
    };
    expect((await ask("/cash-out", cashOut)).body).toEqual({
      ...{ fair_exact: "3000", offer_full_minor: 2_850, offer_minor: 1_425, remaining_stake_exact: "500" },
    });
    expect((await ask("/asian", { market: "asian_handicap", line: "-0.25", goals_for: 1, goals_against: 1 })).body).toEqual({
      result: "half_lost",
    });
    expect((await ask("/asian", { market: "asian_total", line: "2.5", side: "under", total_goals: 2 })).body).toEqual({ result: "won" });
    expect((await ask("/odds", { decimal: "2.5" })).body).toMatchObject({ american: "+150", implied_probability: "0.4" });
  });

  it.each([
    ["a size that does not fit", "", bet({ type: "system", sizes: [4], legs: legs("2", "3") })],
    ["a system without sizes", "", bet({ type: "system", legs: legs("2", "3") })],
    ["the wrong number of legs", "", bet({ type: "trixie" })],
    ["odds below 1", "", bet({ legs: legs("0.99") })],
    ["odds as text of anything", "", bet({ legs: legs("2,5") })],
    ["odds of a thousand digits", "", bet({ legs: legs("1".repeat(1_000)) })],
    ["no odds", "", bet({ legs: [{ result: "won" }] })],
    ["a fraction over nothing", "", bet({ legs: [{ fractional: "1/0", result: "won" }] })],
    ["more legs than anybody has", "", bet({ type: "accumulator", legs: legs(...Array.from({ length: 31 }, () => "2")) })],
    ["a field that it does not know", "", bet({ stake: 5 })],
    ["a stake that is no whole number", "", bet({ unit_stake_minor: 1.5 })],
    [
      "a return beyond any amount",
      "",
      bet({ unit_stake_minor: 1_000_000_000_000, type: "accumulator", legs: legs(...Array.from({ length: 30 }, () => "99999")) }),
    ],
    ["a line that is no quarter", "/asian", { market: "asian_total", line: "2.3", side: "over", total_goals: 2 }],
    ["an open leg without a probability", "/cash-out", { stake_minor: 1_000, legs: [{ odds: "2", state: "open" }] }],
    ["evens that are no odds", "/odds", { decimal: "1" }],
  ])("refuses %s", async (_, path, body) => {
    expect(await ask(path, body)).toMatchObject({ status: 400, body: { error: { code: "VALIDATION_FAILED", details: { fields: {} } } } });
  });
});
