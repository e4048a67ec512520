/** What a table's rows make of a flight, asked in pieces, is what the rules make of it as a whole: bounds that bind included. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CRASH_TABLE_MIGRATIONS } from "../../../durable-objects/crash-game/crash-table-schema.ts";
import { CrashTableStore } from "../../../durable-objects/crash-game/crash-table-store.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { type BetOutcome, endOfRound, type OpenBet, targetOf } from "../../../shared/crash/cash-out.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { RULES, TENANT } from "./game-world.ts";

const STARTED_AT = Date.parse("2026-11-23T10:00:00Z");
const BET_MAX = minor(100_000_000);

function view(roundNumber: number, status: RoundView["status"], crashHundredths: number | null = null): RoundView {
  const crashed = crashHundredths !== null;
  return {
    ...{ gameId: RULES.gameId, roundNumber, status, serverSeedHash: "0".repeat(64), bettingEndsAtMs: STARTED_AT, crashHundredths },
    ...{ startedAtMs: status === "BETTING" ? null : STARTED_AT, crashedAtMs: crashed ? STARTED_AT + 1_000 : null },
    ...{ serverSeed: crashed ? "1".repeat(64) : null, nextRoundAtMs: null, curveMillionthsPerMs: 60, tables: 1, activePlayers: 0 },
    serverTimeMs: STARTED_AT,
  };
}

const anyBets = fc.array(fc.record({ stake: fc.integer({ min: 1, max: 50_000 }), auto: fc.option(fc.integer({ min: 101, max: 900 })) }), {
  minLength: 1,
  maxLength: 10,
});
/** At a multiplier, somebody presses, or the table only sweeps. */
const anySteps = fc.array(fc.record({ at: fc.integer({ min: 100, max: 900 }), presses: fc.option(fc.nat(9)) }), { maxLength: 12 });
const anyCaps = fc.record({ player: fc.integer({ min: 1, max: 80_000 }), table: fc.integer({ min: 1, max: 300_000 }) });

it("pays and loses by the rules, however the flight was asked", () => {
  const sql = nodeSql();
  migrate(sql, CRASH_TABLE_MIGRATIONS);
  const store = new CrashTableStore(sql, { gameId: RULES.gameId, number: 1 }, TENANT);
  let round = 0;
  fc.assert(
    fc.property(anyBets, anySteps, anyCaps, fc.integer({ min: 100, max: 1_000 }), (bets, steps, caps, crashHundredths) => {
      round += 1;
      store.applyRound(view(round, "BETTING"), STARTED_AT - 5_000);
      sql.run(
        "UPDATE round SET bet_payout_max = ?, player_win_max = ?, table_win_max = ? WHERE number = ?",
        BET_MAX,
        caps.player,
        caps.table,
        round,
      );
      // Two hands a player.
      const rows = bets.map(({ stake, auto }, index) => ({
        ...{
          betId: `crb_${round}_${index}`,
          userId: `usr_${index >> 1}`,
          slot: index % 2 === 0 ? ("A" as const) : ("B" as const),
          fingerprint: "",
        },
        ...{ stakeMinor: minor(stake), autoCashOutHundredths: auto },
      }));
      store.insertBets(rows, STARTED_AT - 4_000);
      store.confirmBets(
        rows.map(({ betId }) => betId),
        STARTED_AT - 4_000,
      );
      store.applyRound(view(round, "RUNNING"), STARTED_AT);
      const flying = store.roundNumbered(round);

      const pressed = new Map<string, number>();
      for (const { at, presses } of steps.filter(({ at: reached }) => reached < crashHundredths).sort((a, b) => a.at - b.at)) {
        const due = store.exits.due(flying, at);
        expect(due.every((multiplier) => multiplier <= at)).toBe(true);
        const decided = store.exits.sweep(flying, due, STARTED_AT);
        // Nobody leaves without having been asked for.
        if (due.length === 0) expect(decided).toEqual([]);
        const bet = presses === null ? undefined : rows[presses];
        if (bet === undefined || store.exits.press(bet.betId, at) === null) continue;
        if (!pressed.has(bet.betId)) pressed.set(bet.betId, at);
        store.exits.cashOut(flying, [{ betId: bet.betId, hundredths: at }], STARTED_AT);
      }
      store.applyRound(view(round, "CRASHED", crashHundredths), STARTED_AT + 1_000);

      const open = rows.map((row, index): OpenBet => {
        const targetHundredths = targetOf(row.stakeMinor, row.autoCashOutHundredths, { ...RULES, betPayoutMaxMinor: BET_MAX });
        return { ...row, targetHundredths, pressedHundredths: pressed.get(row.betId) ?? null, placedAtMs: index };
      });
      const byRule = endOfRound(
        {
          bets: open,
          won: { tableMinor: 0, byPlayerMinor: new Map() },
          caps: { betPayoutMaxMinor: BET_MAX, playerWinMaxMinor: minor(caps.player), tableWinMaxMinor: minor(caps.table) },
        },
        { crashHundredths, interrupted: false },
      );
      expect(rows.map(({ betId }) => outcomeOf(store, betId))).toEqual(rows.map(({ betId }) => byRule.find((one) => one.betId === betId)));
    }),
    { numRuns: 300 },
  );
});

function outcomeOf(store: CrashTableStore, betId: string): BetOutcome | null {
  const row = store.bet(betId);
  if (row === null || (row.status !== "CASHED_OUT" && row.status !== "LOST")) return null;
  if (row.status === "LOST") return { betId, status: "LOST" };
  const [multiplierHundredths, payoutMinor] = [row.cash_out_hundredths ?? 0, minor(row.payout_minor)];
  return { betId, status: "CASHED_OUT", multiplierHundredths, payoutMinor, limitedBy: row.limited_by };
}
