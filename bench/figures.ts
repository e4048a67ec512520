/** From latencies to the table: percentiles at two loads, ratios to the bare case, and whether the aim is met. */
import type { Case } from "./cases.ts";
import type { LoadResult } from "./load-order.ts";

export interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One case at both loads: a steady pace shows how long a request takes, a full machine what it costs. */
export interface Measured {
  readonly steady: Figures;
  readonly full: Figures;
}

/** Pools the rounds of one case at one load. */
export function figuresOf(rounds: readonly LoadResult[]): Figures {
  const latencies = rounds.flatMap((round) => round.latenciesMs).sort((a, b) => a - b);
  const elapsedMs = rounds.reduce((sum, round) => sum + round.elapsedMs, 0);
  const percentile = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
  return { perSecond: (latencies.length * 1_000) / elapsedMs, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

const HEAD = [
  "case",
  "steady: p50 ms",
  "p99 ms",
  "ratio",
  "full: req/s",
  "p50 ms",
  "p99 ms",
  "ratio",
  "share of req/s",
  "aim (ratio)",
  "met",
] as const;

/** Lays the table out as Markdown that also reads well in a terminal. */
export function table(cases: readonly Case[], measured: ReadonlyMap<string, Measured>): string {
  const rows = cases.map((one) => rowOf(one, measured));
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function rowOf({ name, aim }: Case, measured: ReadonlyMap<string, Measured>): readonly string[] {
  const own = measured.get(name);
  if (own === undefined) return [name];
  const base = aim === undefined ? undefined : measured.get(aim.base);
  const cells = (load: Figures) => [load.p50Ms.toFixed(2), load.p99Ms.toFixed(2)];
  if (aim === undefined || base === undefined)
    return [name, ...cells(own.steady), "", own.full.perSecond.toFixed(0), ...cells(own.full), "", "", "", ""];
  const ratioSteady = own.steady.p50Ms / base.steady.p50Ms;
  const ratioFull = own.full.p50Ms / base.full.p50Ms;
  return [
    name,
    ...cells(own.steady),
    ratioSteady.toFixed(2),
    own.full.perSecond.toFixed(0),
    ...cells(own.full),
    ratioFull.toFixed(2),
    `${((100 * own.full.perSecond) / base.full.perSecond).toFixed(0)} %`,
    `<= ${aim.ratioMax} of ${aim.base}`,
    ratioSteady <= aim.ratioMax && ratioFull <= aim.ratioMax ? "yes" : "no",
  ];
}
