import { describe, expect, it } from "vitest";
import { type UnixMs, unixMs } from "../kernel/time.ts";
import { add, minor } from "../money/minor.ts";
import { tenantOf } from "../tenants/index.ts";
import type { TaxRule, Tenant } from "../tenants/tenant.ts";
import { taxStake, taxWinnings } from "./bets.ts";
import { creditOfDeposit, quoteWithdrawal } from "./payments.ts";
import { rulesInForce, taxLinesOf, totalTax } from "./rules.ts";

const KE = tenantOf("KE");
const NG = tenantOf("NG");
const GH = tenantOf("GH");
const TODAY = at("2026-11-22T09:00:00Z");

describe("worked examples of facts/regulation.md 1.1.3", () => {
  it("A: a deposit of 100.00 credits 95.00, and withdrawing it untouched pays 90.25", () => {
    const credit = creditOfDeposit(KE, minor(10_000), TODAY);
    expect(credit.creditedMinor).toBe(9_500);
    expect(credit.taxLines).toMatchObject([{ ruleId: "KE-E5", code: "excise", baseMinor: 10_000, taxMinor: 500 }]);
    const quote = quoteWithdrawal(KE, minor(9_500), minor(1), TODAY);
    expect(quote).toMatchObject({ grossMinor: 9_500, netMinor: 9_025, taxLines: [{ ruleId: "KE-W2", code: "wht", taxMinor: 475 }] });
    expect(add(totalTax(credit.taxLines), totalTax(quote.taxLines))).toBe(975);
  });

  it("B: play between deposit and withdrawal is not taxed", () => {
    expect(creditOfDeposit(KE, minor(100_000), TODAY).creditedMinor).toBe(95_000);
    expect(taxStake(KE, "sports", minor(50_000), TODAY)).toEqual({ netMinor: 50_000, taxLines: [] });
    expect(taxWinnings(KE, "sports", minor(120_000), minor(50_000), TODAY)).toEqual({ paidMinor: 120_000, taxLines: [] });
    const quote = quoteWithdrawal(KE, minor(165_000), minor(100), TODAY);
    expect(quote.netMinor % 100).toBe(0);
    expect(quoteWithdrawal(KE, minor(165_000), minor(1), TODAY)).toMatchObject({ netMinor: 156_750, taxLines: [{ taxMinor: 8_250 }] });
  });

  it("C: an exclusive reading takes 47.62 of 1,000.00 and credits 952.38", () => {
    const exclusive = withRules(KE, (rule) => ({ ...rule, inclusive: false }));
    expect(creditOfDeposit(exclusive, minor(100_000), TODAY)).toMatchObject({ creditedMinor: 95_238, taxLines: [{ taxMinor: 4_762 }] });
  });

  it("D: of 190.00 in whole shillings 189.47 leave, 9.47 are tax, 180.00 are paid and 0.53 stay", () => {
    const quote = quoteWithdrawal(KE, minor(19_000), minor(100), TODAY);
    expect(quote).toMatchObject({ grossMinor: 18_947, netMinor: 18_000, taxLines: [{ taxMinor: 947 }] });
  });

  it("E: in March 2025 a stake of 1,000 pays 150 of excise, and net winnings of 850 pay 170", () => {
    const march = at("2025-03-14T12:00:00Z");
    const stake = taxStake(KE, "sports", minor(100_000), march);
    expect(stake).toMatchObject({ netMinor: 85_000, taxLines: [{ ruleId: "KE-E4", taxMinor: 15_000 }] });
    const payout = taxWinnings(KE, "sports", minor(170_000), stake.netMinor, march);
    expect(payout).toMatchObject({ paidMinor: 153_000, taxLines: [{ ruleId: "KE-W1", baseMinor: 85_000, taxMinor: 17_000 }] });
  });

  it("NG: a stake of 10,000 that pays 100,000 is taxed 4,500 and pays 95,500", () => {
    expect(taxWinnings(NG, "sports", minor(10_000_000), minor(1_000_000), TODAY)).toMatchObject({
      paidMinor: 9_550_000,
      taxLines: [{ ruleId: "NG-W1", taxMinor: 450_000 }],
    });
  });

  it("GH: 15.00 on a payout of 200 for a stake of 50 in March 2025, nothing in April, nothing on a refund", () => {
    const pay = (atMs: UnixMs, payout: number) => taxWinnings(GH, "sports", minor(payout), minor(5_000), atMs).paidMinor;
    expect(pay(at("2025-03-10T12:00:00Z"), 20_000)).toBe(18_500);
    expect(pay(at("2025-04-10T12:00:00Z"), 20_000)).toBe(20_000);
    expect(pay(at("2025-03-10T12:00:00Z"), 5_000)).toBe(5_000);
    expect(pay(at("2025-03-10T12:00:00Z"), 4_000)).toBe(4_000);
  });
});

describe("the rule in force follows the tenant's local day", () => {
  const deposit = (atMs: UnixMs) => rulesInForce(KE, { base: "deposit", atMs }).map((rule) => rule.ruleId);
  const stake = (atMs: UnixMs) => rulesInForce(KE, { base: "stake", product: "sports", atMs }).map((rule) => rule.ruleId);

  it("Kenya changes at midnight in Nairobi, three hours before UTC", () => {
    expect(deposit(at("2025-06-30T20:59:59.999Z"))).toEqual([]);
    expect(deposit(at("2025-06-30T21:00:00Z"))).toEqual(["KE-E5"]);
    expect(stake(at("2025-06-30T20:59:59.999Z"))).toEqual(["KE-E4"]);
    expect(stake(at("2025-06-30T21:00:00Z"))).toEqual([]);
    expect(stake(at("2024-12-26T20:59:59.999Z"))).toEqual(["KE-E3"]);
    expect(stake(at("2024-12-26T21:00:00Z"))).toEqual(["KE-E4"]);
  });

  it("Nigeria changes at midnight in Lagos, one hour before UTC", () => {
    const winnings = (atMs: UnixMs) => rulesInForce(NG, { base: "net_winnings_per_bet", product: "crash", atMs }).length;
    expect([winnings(at("2024-12-31T22:59:59Z")), winnings(at("2024-12-31T23:00:00Z"))]).toEqual([0, 1]);
  });

  it("Ghana's tax on winnings ends with 1 April 2025", () => {
    const winnings = (atMs: UnixMs) => rulesInForce(GH, { base: "net_winnings_per_bet", product: "sports", atMs }).length;
    expect([winnings(at("2025-04-01T23:59:59Z")), winnings(at("2025-04-02T00:00:00Z"))]).toEqual([1, 0]);
  });

  it("a rule for bets does not apply without its product", () => {
    expect(rulesInForce(KE, { base: "stake", atMs: at("2025-03-14T12:00:00Z") })).toEqual([]);
  });
});

describe("arithmetic", () => {
  it("a threshold frees what does not pass it", () => {
    const rules = rulesInForce(
      withRules(KE, (rule) => ({ ...rule, thresholdMinor: minor(50_000) })),
      { base: "deposit", atMs: TODAY },
    );
    expect(taxLinesOf(rules, minor(50_000))).toEqual([]);
    expect(taxLinesOf(rules, minor(50_001))).toHaveLength(1);
  });

  it("a withdrawal's gross is the largest that pays whole units, for every amount up to 500.00", () => {
    const netOf = (gross: number) => gross - Math.floor((gross * 5 + 50) / 100);
    for (let requested = 100; requested <= 50_000; requested += 17) {
      const { grossMinor, netMinor, taxLines } = quoteWithdrawal(KE, minor(requested), minor(100), TODAY);
      expect(grossMinor).toBe(add(netMinor, totalTax(taxLines)));
      let largest = requested;
      while (netOf(largest) % 100 !== 0) largest -= 1;
      expect([requested, grossMinor, netMinor]).toEqual([requested, largest, netOf(largest)]);
    }
  });

  it("less than one unit quotes nothing", () => {
    expect(quoteWithdrawal(KE, minor(99), minor(100), TODAY)).toEqual({ grossMinor: 0, netMinor: 0, taxLines: [] });
  });

  it("without a rule a withdrawal only loses what the provider can't move", () => {
    expect(quoteWithdrawal(GH, minor(12_345), minor(100), TODAY)).toEqual({ grossMinor: 12_300, netMinor: 12_300, taxLines: [] });
  });
});

function at(text: string): UnixMs {
  return unixMs(Date.parse(text));
}

function withRules(tenant: Tenant, change: (rule: TaxRule) => TaxRule): Tenant {
  return { ...tenant, taxRules: tenant.taxRules.map(change) };
}
