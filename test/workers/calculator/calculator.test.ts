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

/** Every number of it as long as one may be. */
const LONG = { odds: "2.123456789012", result: "won", dead_heat_factor: "0.123456789012", rule4: "0.123456789012" };

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
      ...{ payout_exact: "8350", payout_minor: 8_350 },
      ...{ qualifying_legs: 3, bonus_percent: 5, bonus_exact: "350" },
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

  it("takes a void factor beside the result, and one that the word says already", async () => {
    const leg = (result: string, void_factor: string) => bet({ legs: [{ odds: "3", result, void_factor }] });
    expect((await ask("", leg("won", "0.5"))).body).toMatchObject({ payout_exact: "2000", status: "won" });
    expect((await ask("", leg("lost", "0.5"))).body).toMatchObject({ payout_exact: "500", status: "won" });
    expect((await ask("", leg("half_won", "0.5"))).body).toMatchObject({ payout_exact: "2000" });
    expect((await ask("", leg("void", "1"))).body).toMatchObject({ payout_exact: "1000", status: "void" });
    expect((await ask("", leg("lost", "1"))).body).toMatchObject({ payout_exact: "1000", status: "void" });
  });

  it("caps the payout, bonus included, and says what is exact as a fraction where no decimal ends", async () => {
    const capped = bet({ max_payout_minor: 2_000 });
    expect((await ask("", capped)).body).toMatchObject({ payout_exact: "2000", payout_minor: 2_000 });
    const heat = bet({ unit_stake_minor: 100, legs: [{ odds: "2", result: "won", dead_heat_factor: "1/3" }] });
    expect((await ask("", heat)).body).toMatchObject({ payout_exact: "200/3", payout_minor: 66 });
  });

  it("answers a named system with a banker beside it", async () => {
    const banked = [{ odds: "2", result: "won", banker: true }, ...legs("2", "3", "4")];
    expect((await ask("", bet({ type: "trixie", unit_stake_minor: 100, legs: banked }))).body).toMatchObject({
      ...{ lines: 4, payout_minor: 2 * (6 + 8 + 12 + 24) * 100 },
    });
  });

  it.each([
    ["a size that does not fit", "", bet({ type: "system", sizes: [4], legs: legs("2", "3") }), "bet.sizes"],
    ["a system without sizes", "", bet({ type: "system", legs: legs("2", "3") }), "bet.sizes"],
    ["a size named twice", "", bet({ type: "system", sizes: [2, 2], legs: legs("2", "3") }), "bet.sizes"],
    ["sizes of what is no system", "", bet({ sizes: [1] }), "bet.sizes"],
    ["a banker of what is no system", "", bet({ legs: [{ odds: "2", result: "won", banker: true }] }), "bet.legs"],
    ["the wrong number of legs", "", bet({ type: "trixie" }), "bet.legs"],
    ["an unknown type", "", bet({ type: "quadruple" }), "bet.type"],
    ["an unknown result", "", bet({ legs: [{ odds: "2", result: "drawn" }] }), "bet.legs.0.result"],
    ["odds below 1", "", bet({ legs: legs("0.99") }), "bet.legs.0.odds"],
    ["negative odds", "", bet({ legs: legs("-2") }), "bet.legs.0.odds"],
    ["odds as text of anything", "", bet({ legs: legs("2,5") }), "bet.legs.0.odds"],
    ["odds of a thousand digits", "", bet({ legs: legs("1".repeat(1_000)) }), "bet.legs.0.odds"],
    ["no odds", "", bet({ legs: [{ result: "won" }] }), "bet.legs.0.odds"],
    ["a fraction over nothing", "", bet({ legs: [{ fractional: "1/0", result: "won" }] }), "bet.legs.0.fractional"],
    ["a part above 1", "", bet({ legs: [{ odds: "2", result: "won", dead_heat_factor: "1.5" }] }), "bet.legs.0.dead_heat_factor"],
    [
      "a void factor that contradicts the result",
      "",
      bet({ legs: [{ odds: "2", result: "void", void_factor: "0.5" }] }),
      "bet.legs.0.void_factor",
    ],
    ["an each-way winner without what a place pays", "", bet({ each_way: true }), "bet.legs.0.place_fraction"],
    ["more legs than anybody has", "", bet({ type: "accumulator", legs: legs(...Array.from({ length: 65 }, () => "2")) }), "bet.legs"],
    ["numbers that are long work", "", bet({ type: "accumulator", legs: Array.from({ length: 64 }, () => LONG) }), "bet.legs"],
    ["a field that it does not know", "", bet({ stake: 5 }), "bet"],
    ["a stake that is no whole number", "", bet({ unit_stake_minor: 1.5 }), "bet.unit_stake_minor"],
    ["a stake of nothing", "", bet({ unit_stake_minor: 0 }), "bet.unit_stake_minor"],
    [
      "a total stake beyond any amount",
      "",
      bet({ type: "system", sizes: [32], legs: legs(...Array.from({ length: 64 }, () => "2")) }),
      "bet.unit_stake_minor",
    ],
    [
      "a return beyond any amount",
      "",
      bet({ unit_stake_minor: 1_000_000_000_000, type: "accumulator", legs: legs(...Array.from({ length: 30 }, () => "99999")) }),
      "bet.legs",
    ],
    [
      "a free bet whose lines are too many to list",
      "",
      bet({
        ...{ type: "system", sizes: [6], free_bet: "stake_not_returned" },
        legs: [...legs(...Array.from({ length: 15 }, () => "2")), { odds: "2", result: "half_lost" }],
      }),
      "bet.sizes",
    ],
    ["a line that is no quarter", "/asian", { market: "asian_total", line: "2.3", side: "over", total_goals: 2 }, "line"],
    ["goals below nothing", "/asian", { market: "asian_handicap", line: "0.5", goals_for: -1, goals_against: 0 }, "goals_for"],
    ["an unknown market", "/asian", { market: "corners", line: "0.5" }, "market"],
    ["an open leg without a probability", "/cash-out", { stake_minor: 1_000, legs: [{ odds: "2", state: "open" }] }, "legs.0.p_win"],
    [
      "a worth beyond any amount",
      "/cash-out",
      { stake_minor: 1_000_000_000_000, legs: Array.from({ length: 30 }, () => ({ odds: "99999", state: "won" })) },
      "legs",
    ],
    ["evens that are no odds", "/odds", { decimal: "1" }, "decimal"],
  ])("refuses %s, and says where", async (_, path, body, field) => {
    const reply = await ask(path, body);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: "VALIDATION_FAILED" } } });
    const { details } = reply.body.error as { details: { fields: Record<string, string> } };
    expect(Object.keys(details.fields)).toContain(field);
  });
});
