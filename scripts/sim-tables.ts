/**
 * `npm run sim:tables`: the authority of a crash game with 500 tables, in the simulator's world: how many messages a change of the round
 * costs it, how long it takes to send them, what tables cost that are slow or dead, and how it is asked for cash-outs. Fails when a table
 * that answers is told twice, when any table makes a phase late, or when a cash-out is answered otherwise than the crash point says.
 *
 * Options: --tables=500; --save writes the figures to bench/crash-tables-figures.json, from which docs/crash-capacity.md is made.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { simulateTables, type TablesReport } from "../test/sim/load-crash-tables.ts";
import { numberOption } from "./lib/options.ts";

const tables = numberOption("tables", 500);
const ROUNDS = 10;
/** Half of 1,200 players bet, and half of those leave before the crash if they can. */
const LEAVERS = 300;
/** One in fifty is slow, one in a hundred too slow to be waited for, one in a hundred dead. */
const unwell = { slow: Math.ceil(tables / 50), tooSlow: Math.ceil(tables / 100), dead: Math.ceil(tables / 100) };

function show(name: string, report: TablesReport): void {
  const { changes, messagesMax, messagesToDeafMax, tellMs, spreadMs, inOrder, lateness, asking } = report;
  console.log(`${name}: ${changes} changes`);
  console.log(
    `  messages a change: ${messagesMax} to a table that answers${messagesToDeafMax === 0 ? "" : `, at most ${messagesToDeafMax} to one that does not`}`,
  );
  console.log(`  telling ${tables} tables: p50 ${tellMs.p50.toFixed(1)} ms, at most ${tellMs.max.toFixed(1)} ms of the game's time`);
  console.log(
    `  ${inOrder ? "in the order of their numbers" : "out of order"}, nobody waits for another (${spreadMs} ms between first and last)`,
  );
  const { asked, granted, calls, callsASecondMax, callsAtOnceMax, waitMs } = asking;
  console.log(`  ${asked} cash-outs asked for in ${calls} calls, ${granted} granted`);
  console.log(`  at most ${callsASecondMax} such calls within a second, ${callsAtOnceMax} within 10 ms`);
  console.log(`  from a press to the game's answer: p50 ${waitMs.p50} ms, p99 ${waitMs.p99} ms, at most ${waitMs.max} ms`);
  console.log(`  flights begin ${lateness.takeOffMax} ms late at most, rounds open ${lateness.openMax} ms late at most`);
}

const muted = console.warn;
console.warn = () => {};
const well = await simulateTables({ tables, rounds: ROUNDS, leavers: LEAVERS, slow: 0, tooSlow: 0, dead: 0 });
const ill = await simulateTables({ tables, rounds: ROUNDS, leavers: LEAVERS, ...unwell });
console.warn = muted;
show(`${tables} tables, all well`, well);
show(`${unwell.slow} slow (1.5 s), ${unwell.tooSlow} too slow (5 s), ${unwell.dead} dead`, ill);
const isKept = [well, ill].every(
  ({ messagesMax, inOrder, lateness }) => messagesMax === 1 && inOrder && lateness.takeOffMax === 0 && lateness.openMax === 0,
);
if (!isKept) console.error("a table that answers was told twice, or a table made a phase late");
if (process.argv.includes("--save")) {
  const file = join(import.meta.dirname, "../bench/crash-tables-figures.json");
  writeFileSync(file, `${JSON.stringify({ measuredOn: new Date().toISOString().slice(0, 10), tables, unwell, well, ill }, null, 2)}\n`);
}
process.exit(isKept ? 0 : 1);
