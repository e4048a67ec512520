/**
 * `npm run crash:stats [-- --rounds 10000000 --game crash-ke]`: plays rounds of a fresh random chain through the game's own maths and
 * runs the tests of fairness on them at 99 %: return at several targets, distribution, runs, serial correlation. Exit code 1 when a
 * test leaves its limit; with this many tests at 99 % an honest game does so now and then, so run it again before believing it.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { crashPoint } from "../shared/crash/crash-point.ts";
import { tenantOfGame } from "../shared/crash/games.ts";
import { ChiSquare, ReturnAt, Runs, SerialCorrelation, Z_99 } from "../shared/crash/statistics.ts";

const ROUNDS_DEFAULT = 10_000_000;
const TARGETS = [101, 150, 200, 1_000, 10_000];
const RUN_TARGETS = [150, 200, 1_000];
const LAGS = [1, 2, 3, 10];
const CELLS = 1_000;
const SIGMAS_MAX = 3;
const DRAWS = 2 ** 52;

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

const rounds = Number(option("rounds") ?? ROUNDS_DEFAULT);
const game = option("game") ?? "crash-ke";
const rules = tenantOfGame(game)?.crash;
if (rules === undefined || !Number.isSafeInteger(rounds) || rounds < CELLS * 10) {
  console.error("crash-stats: --game is a game of a tenant, --rounds a number of at least 10000.");
  process.exit(1);
}
const { houseEdgeBasisPoints, capHundredths } = rules;
const salt = randomBytes(32).toString("hex");
const hmac = (key: string, message: Uint8Array): Uint8Array => createHmac("sha256", key).update(message).digest();

const returns = TARGETS.map((target) => new ReturnAt(target, houseEdgeBasisPoints));
const distribution = new ChiSquare(CELLS, houseEdgeBasisPoints);
const runs = RUN_TARGETS.map((target) => ({ target, test: new Runs(target) }));
const serial = LAGS.map((lag) => new SerialCorrelation(lag));

const startedAtMs = performance.now();
let hash: Uint8Array = randomBytes(32);
for (let round = 1; round <= rounds; round += 1) {
  const { draw, crashHundredths } = crashPoint(hash, { salt, houseEdgeBasisPoints, capHundredths }, hmac);
  for (const test of returns) test.add(crashHundredths);
  distribution.add(crashHundredths);
  for (const { test } of runs) test.add(crashHundredths);
  for (const test of serial) test.add(draw / DRAWS);
  hash = createHash("sha256").update(hash).digest();
  if (round % 1_000_000 === 0)
    console.log(`${round / 1_000_000} million rounds, ${Math.round((performance.now() - startedAtMs) / 1_000)} s`);
}

let failed = 0;
function line(name: string, figures: string, z: number, limit: number): void {
  const isRight = Math.abs(z) <= limit;
  if (!isRight) failed += 1;
  console.log(`${isRight ? "ok    " : "not ok"}  ${name.padEnd(28)} ${figures.padEnd(44)} z = ${z.toFixed(2)}`);
}

const fair = 1 - houseEdgeBasisPoints / 10_000;
console.log(`${game}: ${rounds.toLocaleString("en")} rounds, edge ${houseEdgeBasisPoints / 100} %, cap ${capHundredths / 100}x`);
for (const test of returns) {
  const figures = `${(100 * test.paid).toFixed(3)} % of ${100 * fair} %, sigma ${(100 * test.sigma).toFixed(3)} %`;
  line(`return at ${test.target / 100}x`, figures, test.z, SIGMAS_MAX);
}
const { statistic, degrees, z } = distribution;
line("distribution (chi-square)", `${statistic.toFixed(1)} with ${degrees} degrees of freedom`, z, Z_99);
for (const { target, test } of runs) line(`runs at ${target / 100}x`, "", test.z, Z_99);
for (const test of serial) line(`serial correlation, lag ${test.lag}`, test.correlation.toExponential(2), test.z, Z_99);
process.exitCode = failed === 0 ? 0 : 1;
