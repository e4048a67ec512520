import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AgreedBet, type CashedPart, worthOf } from "../../../durable-objects/wallet/bet-worth.ts";
import type { SelectionOutcome } from "../../../shared/betting/types.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import { permits } from "../../../shared/ledger/chart.ts";
import { isBalanced } from "../../../shared/ledger/invariants.ts";
import type { TaxLine } from "../../../shared/ledger/model.ts";
import { positionPostings } from "../../../shared/ledger/position.ts";
import { minor, subtract, sum, ZERO } from "../../../shared/money/minor.ts";
import { taxStake } from "../../../shared/tax/bets.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";

const KENYA = tenantOf("KE");
/** A day on which Kenya took 15% of a stake. */
const NOW = unixMs(Date.parse("2025-06-30T09:00:00Z"));

function agreed(stakeMinor: number, cashOuts: (netStakeMinor: number) => readonly CashedPart[], twoTaxes = false): AgreedBet {
  const { netMinor, taxLines } = taxStake(KENYA, "sports", minor(stakeMinor), NOW);
  return {
    kind: "SINGLE",
    systemSizes: [],
    bankers: [],
    stakeMinor: minor(stakeMinor),
    netStakeMinor: netMinor,
    stakeTaxLines: twoTaxes ? taxLines.flatMap(inTwo) : taxLines,
    taxPointAtMs: null,
    cashOuts: cashOuts(netMinor),
    ladder: null,
  };
}

/** One tax as two of different codes. */
function inTwo(line: TaxLine): readonly TaxLine[] {
  const half = minor(Math.floor(line.taxMinor / 3));
  return [
    { ...line, taxMinor: half },
    { ...line, code: "wht", ruleId: `${line.ruleId}-2`, taxMinor: subtract(line.taxMinor, half) },
  ];
}

/** A part of the stake, cut down as a cash-out cuts it. */
function part(stakeMinor: number, netStakeMinor: number, percent: number): CashedPart {
  const cut = (amount: number) => minor(Math.floor((amount * percent) / 100));
  return { stakeMinor: cut(stakeMinor), netStakeMinor: cut(netStakeMinor), paidMinor: cut(netStakeMinor), taxLines: [] };
}

const worth = (bet: AgreedBet, outcome: SelectionOutcome | null) => worthOf(KENYA, bet, [{ oddsThousandths: 2_000, outcome }], NOW);
const taxOf = (lines: readonly TaxLine[]) => sum(lines.map((line) => line.taxMinor));

describe("a bet that is void", () => {
  it("gives the whole stake back, its taxes included", () => {
    const bet = agreed(10_000, () => []);
    expect(taxOf(bet.stakeTaxLines)).toBe(1_500);
    expect(worth(bet, "void")).toMatchObject({ status: "VOID", paidMinor: 10_000, taxLines: [] });
  });

  it("after half of it was cashed out gives half back, and half of the stake's tax stands", () => {
    const bet = agreed(10_000, (net) => [part(10_000, net, 50)]);
    const voided = worth(bet, "void");
    expect(voided).toMatchObject({ status: "VOID", paidMinor: 4_250 + 5_000, taxLines: [{ baseMinor: 5_000, taxMinor: 750 }] });
    expect(positionPostings(worth(bet, null), voided, ZERO).map(({ account, amountMinor }) => [account, amountMinor])).toEqual([
      ["user:cash", 5_000],
      ["tax:excise", -750],
      ["house:payouts", -4_250],
    ]);
  });

  it("is postable however little of it remained, and the taxes of what was cashed out stand to the cent", () => {
    const percents = fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 10_000_000 }), percents, fc.boolean(), (stakeMinor, cuts, twoTaxes) => {
        const parts = (net: number) => {
          const taken: CashedPart[] = [];
          let [stake, rest] = [stakeMinor, net];
          for (const percent of cuts) {
            const next = part(stake, rest, percent);
            if (next.stakeMinor === 0) break;
            taken.push(next);
            [stake, rest] = [stake - next.stakeMinor, rest - next.netStakeMinor];
          }
          return taken;
        };
        const bet = agreed(stakeMinor, parts, twoTaxes);
        const voided = worth(bet, "void");
        const kept = sum(bet.cashOuts.map((each) => subtract(each.stakeMinor, each.netStakeMinor)));
        expect(taxOf(voided.taxLines)).toBe(kept);
        expect(voided.taxLines.every((line) => line.taxMinor >= 0)).toBe(true);
        const postings = positionPostings(worth(bet, null), voided, ZERO);
        expect(isBalanced({ postings })).toBe(true);
        for (const posting of postings) expect([posting, permits("BET_VOID", posting)]).toEqual([posting, true]);
      }),
    );
  });
});
