/**
 * Writes the tables of docs/crash-capacity.md: what so many players on one crash game need, from the figures that `npm run bench:crash`
 * and `npm run sim:tables` saved and from the platform's published prices. Usage: `node scripts/crash-capacity.ts [--check]`.
 */
import { existsSync, readFileSync } from "node:fs";
import type { BetFigures } from "../bench/crash-bets.ts";
import type { FanOut } from "../bench/crash-fan-out.ts";
import { askEveryMs } from "../shared/crash/asking.ts";
import { tenantOf } from "../shared/tenants/index.ts";
import type { AskingReport } from "../test/sim/crash-askers.ts";
import { writeGenerated } from "./lib/generated.ts";

interface BenchFigures {
  readonly measuredOn: string;
  readonly cores: number;
  readonly bets: BetFigures;
  readonly fanOut: readonly FanOut[];
  readonly bytesPerMinute: { readonly lean: number; readonly full: number };
}

interface Telling {
  readonly changes: number;
  readonly messagesMax: number;
  readonly messagesToDeafMax: number;
  readonly tellMs: { readonly p50: number; readonly max: number };
  readonly asking: AskingReport;
  readonly lateness: { readonly takeOffMax: number; readonly openMax: number };
}

interface TablesFigures {
  readonly measuredOn: string;
  readonly tables: number;
  readonly unwell: { readonly slow: number; readonly tooSlow: number; readonly dead: number };
  readonly well: Telling;
  readonly ill: Telling;
}

const FILE = "docs/crash-capacity.md";
const PLAYERS = [100_000, 1_000_000] as const;
const { crash } = tenantOf("KE");

/** Published prices in dollars, past what a plan includes; the page names where and when they were read. */
const PRICES = { objectRequest: 0.15e-6, gbSecond: 12.5e-6, rowWritten: 1e-6 } as const;
/** What an object is billed for, whatever it uses. */
const OBJECT_GB = 0.128;
/** Messages that come in over sockets are billed as this share of a request. */
const SOCKET_MESSAGE_SHARE = 1 / 20;
/** The soft limit of one object, requests a second. */
const OBJECT_REQUESTS_PER_SECOND = 1_000;

/** Nobody measured these: the page says so. */
const ASSUMED = {
  /** As full as the game sets its tables. */
  filled: 0.6,
  betting: 0.5,
  pressing: 0.5,
  /** How long a wallet is active for one call, its durable write included. */
  walletCallSeconds: 0.03,
  walletCallsPerBet: 3,
  tableAlarmsPerRound: 2,
} as const;
const CHANGES_PER_ROUND = 3;

const figures = read<BenchFigures>("bench/crash-figures.json");
const told = read<TablesFigures>("bench/crash-tables-figures.json");

interface Need {
  readonly players: number;
  readonly tables: number;
  readonly seats: number;
  readonly roundSeconds: number;
  readonly betsPerSecond: number;
  readonly windowBetsPerTable: number;
  /** Calls a second that the authority takes and makes, and those of them that ask about cash-outs. */
  readonly authorityCalls: { readonly told: number; readonly presence: number; readonly grants: number };
  readonly tableCpuShare: number;
  readonly tableMemoryMb: number;
  readonly gigabitsPerSecond: number;
  readonly dollarsPerHour: { readonly requests: number; readonly duration: number; readonly rows: number };
}

function needOf(players: number): Need {
  const tables = Math.ceil(players / (crash.seatsPerTable * ASSUMED.filled));
  const seats = players / tables;
  // With an edge e the point is above x with the chance (1 - e) / x: its logarithm, which is the flight, has the mean 1 - e.
  const flightSeconds = (1 - crash.houseEdgeBasisPoints / 10_000) / crash.curveMillionthsPerMs / 1e-6 / 1_000;
  const bettingSeconds = crash.bettingMs / 1_000;
  const roundSeconds = bettingSeconds + flightSeconds + crash.cooldownMs / 1_000;
  const betsPerSecond = (players * ASSUMED.betting) / roundSeconds;
  // All that tables may ask: of presses or of targets that are due, at every moment of the flight.
  const grants = (tables * 1_000) / askEveryMs(tables);
  const authorityCalls = {
    told: (tables * CHANGES_PER_ROUND) / roundSeconds,
    presence: (tables * bettingSeconds) / roundSeconds,
    grants,
  };
  const calls = authorityCalls.told + authorityCalls.presence + (grants * flightSeconds) / roundSeconds;
  const messages = betsPerSecond * (1 + ASSUMED.pressing) * SOCKET_MESSAGE_SHARE;
  const requests = calls + messages + betsPerSecond * ASSUMED.walletCallsPerBet + (tables * ASSUMED.tableAlarmsPerRound) / roundSeconds;
  const activeSeconds = tables + 1 + betsPerSecond * ASSUMED.walletCallsPerBet * ASSUMED.walletCallSeconds;
  return {
    ...{ players, tables, seats, roundSeconds, betsPerSecond, authorityCalls },
    windowBetsPerTable: (seats * ASSUMED.betting) / bettingSeconds,
    tableCpuShare: tableCpuShare(seats, { roundSeconds, flightSeconds, bettingSeconds }),
    tableMemoryMb: ((atSize(seats).memoryPerSocket ?? Number.NaN) * seats) / 2 ** 20,
    gigabitsPerSecond: (players * figures.bytesPerMinute.lean * 8) / 60 / 1e9,
    dollarsPerHour: {
      requests: requests * 3_600 * PRICES.objectRequest,
      duration: activeSeconds * 3_600 * OBJECT_GB * PRICES.gbSecond,
      rows: betsPerSecond * 3_600 * figures.bets.rowsPerBet * PRICES.rowWritten,
    },
  };
}

interface Times {
  readonly roundSeconds: number;
  readonly flightSeconds: number;
  readonly bettingSeconds: number;
}

/** Of one core: beats while a round is on, the three changes, and the bets with their cash-outs. */
function tableCpuShare(seats: number, { roundSeconds, flightSeconds, bettingSeconds }: Times): number {
  const { flightCpuMicros, change, crash: crashed } = atSize(seats);
  const sockets =
    seats * ((flightCpuMicros ?? 0) * (flightSeconds + bettingSeconds) + 2 * (change.cpuMicros ?? 0) + (crashed.cpuMicros ?? 0));
  const bets = seats * ASSUMED.betting * (1 / figures.bets.inside.bets + ASSUMED.pressing / figures.bets.inside.cashOuts);
  return (sockets / 1e6 + bets) / roundSeconds;
}

/** The measured size that is nearest above so many sockets. */
function atSize(sockets: number): FanOut {
  const found = figures.fanOut.find((one) => one.sockets >= sockets) ?? figures.fanOut.at(-1);
  if (found === undefined) throw new Error("no fan-out was measured");
  return found;
}

const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
const dollars = (value: number): string => `$${value < 10 ? value.toFixed(2) : whole(value)}`;

function needs(): string {
  const all = PLAYERS.map(needOf);
  const row = (name: string, cell: (need: Need) => string) => [name, ...all.map(cell)];
  const sum = ({ dollarsPerHour: { requests, duration, rows } }: Need) => requests + duration + rows;
  const calls = ({ authorityCalls: { told: changes, presence, grants } }: Need) => changes + presence + grants;
  return table(
    ["players on one game", ...PLAYERS.map(whole)],
    [
      row("tables, and sockets at each", ({ tables, seats }) => `${whole(tables)}, ${whole(seats)}`),
      row("bets a second, over the round", ({ betsPerSecond }) => whole(betsPerSecond)),
      row("bets a second of one table while betting is open", ({ windowBetsPerTable }) => whole(windowBetsPerTable)),
      row("the authority's messages for one change", ({ tables }) => whole(tables)),
      row("a table asks for cash-outs every", ({ tables }) => `${whole(askEveryMs(tables))} ms`),
      row("the authority's calls a second in a flight: cash-outs asked for, at most", ({ authorityCalls }) => whole(authorityCalls.grants)),
      row("the same, all calls, over one object's soft limit", (need) => `${(calls(need) / OBJECT_REQUESTS_PER_SECOND).toFixed(1)} times`),
      row("a table's share of a core", ({ tableCpuShare: share }) => `${(100 * share).toFixed(1)} %`),
      row("a table's memory for sockets, of 128 MB", ({ tableMemoryMb }) => `${whole(tableMemoryMb)} MB`),
      row("to the players, lean", ({ gigabitsPerSecond }) => `${gigabitsPerSecond.toFixed(2)} Gbit/s`),
      row("an hour: requests of objects", ({ dollarsPerHour }) => dollars(dollarsPerHour.requests)),
      row("an hour: duration of objects", ({ dollarsPerHour }) => dollars(dollarsPerHour.duration)),
      row("an hour: rows written", ({ dollarsPerHour }) => dollars(dollarsPerHour.rows)),
      row("an hour in all", (need) => dollars(sum(need))),
      row("for a thousand bets", (need) => `$${((1_000 * sum(need)) / need.betsPerSecond / 3_600).toFixed(3)}`),
    ],
  );
}

function measured(): string {
  const { bets, fanOut, bytesPerMinute } = figures;
  const at = atSize(crash.seatsPerTable * ASSUMED.filled);
  return table(
    ["figure", "value"],
    [
      [`measured on, cores`, `${figures.measuredOn}, ${figures.cores}`],
      [`CPU of a socket for a second of flight, for a change, for a crash, at ${whole(at.sockets)} sockets`, cpuOf(at)],
      ["memory of a socket, of the runtime's process", fanOut.map((one) => `${kilobytes(one)} at ${whole(one.sockets)}`).join(", ")],
      ["bytes a minute of a socket", `${whole(bytesPerMinute.lean)} lean, ${whole(bytesPerMinute.full)} full`],
      ["one table's own part", `${whole(bets.inside.bets)} bets/s, ${whole(bets.inside.cashOuts)} cash-outs/s`],
      ["rows written for a bet until it is paid", bets.rowsPerBet.toFixed(1)],
      ["length of a round on average", `${needOf(PLAYERS[0]).roundSeconds.toFixed(1)} s`],
    ],
  );
}

function cpuOf({ flightCpuMicros, change, crash: crashed }: FanOut): string {
  return [flightCpuMicros, change.cpuMicros, crashed.cpuMicros].map((micros) => `${micros?.toFixed(0) ?? "?"} us`).join(", ");
}

function kilobytes({ memoryPerSocket }: FanOut): string {
  return memoryPerSocket === null ? "?" : `${(memoryPerSocket / 1_024).toFixed(0)} KB`;
}

function authority(): string {
  const { unwell, well, ill } = told;
  const row = (name: string, cell: (report: Telling) => string) => [name, cell(well), cell(ill)];
  return table(
    [`${told.tables} tables, ${told.measuredOn}`, "all well", `${unwell.slow} slow, ${unwell.tooSlow} too slow, ${unwell.dead} dead`],
    [
      row("changes told", ({ changes }) => whole(changes)),
      row("messages for a change to a table that answers", ({ messagesMax }) => whole(messagesMax)),
      row("messages for a change to one that does not, at most", ({ messagesToDeafMax }) => whole(messagesToDeafMax)),
      row(
        "the game's own time to begin all messages, p50 and highest",
        ({ tellMs }) => `${tellMs.p50.toFixed(1)} ms, ${tellMs.max.toFixed(1)} ms`,
      ),
      row("cash-outs asked for, in calls", ({ asking }) => `${whole(asking.asked)}, ${whole(asking.calls)}`),
      row("such calls within a second, and within 10 ms, at most", ({ asking }) => `${asking.callsASecondMax}, ${asking.callsAtOnceMax}`),
      row(
        "from a press to the game's answer at the table, p50, p99 and longest",
        ({ asking }) => `${asking.waitMs.p50} ms, ${asking.waitMs.p99} ms, ${whole(asking.waitMs.max)} ms`,
      ),
      row("a flight began late by, at most", ({ lateness }) => `${lateness.takeOffMax} ms`),
      row("a round opened late by, at most", ({ lateness }) => `${lateness.openMax} ms`),
    ],
  );
}

const TABLES: Readonly<Record<string, () => string>> = { measured, needs, authority };

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Puts each table between its two marks. */
function filled(text: string): string {
  let result = text;
  for (const [name, make] of Object.entries(TABLES)) {
    const [opening, closing] = [`<!-- made: ${name} -->`, `<!-- /made: ${name} -->`];
    const [from, to] = [result.indexOf(opening), result.indexOf(closing)];
    if (from < 0 || to < from) throw new Error(`${FILE} has no place for the table "${name}"`);
    result = `${result.slice(0, from + opening.length)}\n${make()}\n${result.slice(to)}`;
  }
  return result;
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

if (!existsSync(FILE)) throw new Error(`${FILE} is missing: its prose is written by hand`);
writeGenerated(FILE, filled(readFileSync(FILE, "utf8")), "npm run docs:generate");
