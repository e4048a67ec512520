/** The tests of fairness find what they are for, and pass 200,000 rounds of a fixed chain; `npm run crash:stats` plays ten million. */
import { createHash, createHmac } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type CrashPoint, crashPoint } from "./crash-point.ts";
import { ChiSquare, ReturnAt, Runs, SerialCorrelation, Z_99 } from "./statistics.ts";

const EDGE = 300;
const ROUNDS = 200_000;
const rules = { salt: "a fixed salt", houseEdgeBasisPoints: EDGE, capHundredths: 1_000_000 };
const hmac = (key: string, message: Uint8Array): Uint8Array => createHmac("sha256", key).update(message).digest();

let points: readonly CrashPoint[] = [];
beforeAll(() => {
  let hash: Uint8Array = new Uint8Array(32).fill(1);
  points = Array.from({ length: ROUNDS }, () => {
    const point = crashPoint(hash, rules, hmac);
    hash = createHash("sha256").update(hash).digest();
    return point;
  });
});

/** Feeds all rounds, each as `given` changes it. */
function fed<T extends { add(value: number): void }>(test: T, given: (point: CrashPoint, round: number) => number): T {
  for (const [round, point] of points.entries()) test.add(given(point, round));
  return test;
}

const crashOf = ({ crashHundredths }: CrashPoint): number => crashHundredths;
const uniformOf = ({ draw }: CrashPoint): number => draw / 2 ** 52;

describe("the game's rounds", () => {
  it.each([101, 150, 200, 1_000, 10_000])("return 1 - edge at %i hundredths within three sigma", (target) => {
    const { z, paid } = fed(new ReturnAt(target, EDGE), crashOf);
    expect(Math.abs(z)).toBeLessThan(3);
    expect(paid).toBeGreaterThan(0.5);
  });

  it("are spread as the formula says", () => {
    const test = fed(new ChiSquare(200, EDGE), crashOf);
    expect(test.degrees).toBeGreaterThan(150);
    expect(Math.abs(test.z)).toBeLessThan(Z_99);
  });

  it("come in as many runs as independent rounds do", () => {
    for (const target of [150, 200, 1_000]) expect(Math.abs(fed(new Runs(target), crashOf).z)).toBeLessThan(Z_99);
  });

  it("do not tell of the next ones", () => {
    for (const lag of [1, 2, 3, 10]) expect(Math.abs(fed(new SerialCorrelation(lag), uniformOf).z)).toBeLessThan(Z_99);
  });
});

describe("the tests find", () => {
  it("a target that is not inclusive", () => {
    expect(Math.abs(fed(new ReturnAt(101, EDGE), (point) => crashOf(point) - 1).z)).toBeGreaterThan(3);
  });

  it("a formula that busts one round in 33 at once", () => {
    const busted = fed(new ChiSquare(200, EDGE), (point, round) => (round % 33 === 0 ? 100 : crashOf(point)));
    expect(busted.z).toBeGreaterThan(Z_99);
  });

  it("streaks and alternation", () => {
    const streaks = fed(new Runs(200), (_point, round) => (round % 8 < 4 ? 100 : 300));
    expect(streaks.z).toBeLessThan(-Z_99);
    const alternating = fed(new Runs(200), (_point, round) => (round % 2 === 0 ? 100 : 300));
    expect(alternating.z).toBeGreaterThan(Z_99);
  });

  it("a round that leans on the one some rounds before", () => {
    for (const lag of [1, 3]) {
      const leaning = fed(
        new SerialCorrelation(lag),
        (point, round) => 0.9 * uniformOf(point) + 0.1 * uniformOf(points[round - lag] ?? point),
      );
      expect(leaning.z).toBeGreaterThan(Z_99);
    }
  });
});
