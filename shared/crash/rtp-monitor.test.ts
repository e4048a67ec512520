import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { minor } from "../money/minor.ts";
import type { TableCaps } from "./caps.ts";
import { exitsUpTo, type LimitedBy, type OpenBet, targetOf } from "./cash-out.ts";
import { crashOfDraw } from "./crash-point.ts";
import {
  addPlayed,
  judgeLifetime,
  judgeWindow,
  NO_PLAY,
  type PlayedBet,
  playedRound,
  type RtpPolicy,
  type RtpSums,
} from "./rtp-monitor.ts";

const EDGE = 300;
const CAP = 1_000_000;
const POLICY: RtpPolicy = { minimumRounds: 200, windowRounds: 1_000, falseAlarmsPerMillion: 1_000 };

/** Draws of 52 bits that are the same in every run. */
function* draws(name: string): Generator<number> {
  for (let block = 0; ; block += 1) {
    const bytes = createHash("sha256").update(`${name}:${block}`).digest();
    for (let part = 0; part < 4; part += 1) yield bytes.readUIntBE(part * 7, 6) * 16 + (bytes.readUInt8(part * 7 + 6) >> 4);
  }
}

function* crashes(name: string, houseEdgeBasisPoints = EDGE): Generator<number> {
  for (const draw of draws(name)) yield crashOfDraw(draw, { houseEdgeBasisPoints, capHundredths: CAP });
}

function betAt(stakeMinor: number, target: number, crash: number): PlayedBet {
  const isWon = crash >= target;
  return { stakeMinor, leftHundredths: isWon ? target : null, payoutMinor: isWon ? Math.floor((stakeMinor * target) / 100) : 0 };
}

/** A table where stakes and targets differ by orders of magnitude, as they do. */
function tableOf(crash: number, round: number, targetMax = 10_000): readonly PlayedBet[] {
  const targets = [101, 120, 150, 200, 500, 1_000, 10_000].filter((target) => target <= targetMax);
  return targets.map((target, seat) => betAt(1_000 * ((round * 7 + seat * 13) % 29) + 1_000, target, crash));
}

type Watch = (lifetime: RtpSums, window: RtpSums) => void;

function play(rounds: number, points: Generator<number>, onRound: Watch, targetMax = 10_000): void {
  let [lifetime, window] = [NO_PLAY, NO_PLAY];
  for (let round = 0; round < rounds; round += 1) {
    const crash = Number(points.next().value);
    const part = playedRound(tableOf(crash, round, targetMax), crash, EDGE);
    lifetime = addPlayed(lifetime, part, null, POLICY);
    window = addPlayed(window, part, null, POLICY);
    onRound(lifetime, window);
    if (window.rounds === POLICY.windowRounds) window = NO_PLAY;
  }
}

it("gives a single bet the variance that its target has, on average", () => {
  const rounds = 200_000;
  for (const target of [101, 150, 200, 1_000]) {
    const points = crashes(`variance-${target}`);
    let total = 0;
    for (let round = 0; round < rounds; round += 1) {
      const crash = Number(points.next().value);
      total += playedRound([betAt(100, target, crash)], crash, EDGE).variance / 100 ** 2;
    }
    const exact = 0.97 * (target / 100 - 0.97);
    expect(Math.abs(total / rounds / exact - 1)).toBeLessThan(0.05);
  }
});

it("counts bets of a round together, because one crash point decides them", () => {
  const one = playedRound([betAt(100, 200, 500)], 500, EDGE);
  const two = playedRound([betAt(100, 200, 500), betAt(100, 200, 500)], 500, EDGE);
  expect(two.variance).toBeCloseTo(4 * one.variance, 6);
  expect(two).toMatchObject({ bets: 2, stakedMinor: 200, paidMinor: 400 });
  expect(two.expectedMinor).toBeCloseTo(194, 9);
});

it("expects the stake back from a bet that leaves at 1.00x, and no variance", () => {
  const bet = { stakeMinor: 500, leftHundredths: 100, payoutMinor: 500 };
  expect(playedRound([bet], 100, EDGE)).toEqual({ bets: 1, stakedMinor: 500, paidMinor: 500, expectedMinor: 500, variance: 0 });
});

it("counts tables of one round as no less than one table with all their bets", () => {
  const crash = 730;
  const [near, far] = [playedRound([betAt(900, 120, crash)], crash, EDGE), playedRound([betAt(400, 5_000, crash)], crash, EDGE)];
  const together = playedRound([betAt(900, 120, crash), betAt(400, 5_000, crash)], crash, EDGE);
  const first = addPlayed(NO_PLAY, near, null, POLICY);
  const both = addPlayed(first, far, Math.sqrt(near.variance), POLICY);
  expect(both).toMatchObject({ rounds: 1, bets: 2, stakedMinor: 1_300 });
  expect(both.variance).toBeGreaterThanOrEqual(together.variance);
});

it("says nothing before the sample is large enough", () => {
  play(POLICY.minimumRounds - 1, crashes("small", 0), (lifetime, window) => {
    expect(judgeLifetime(lifetime, POLICY).isBreached).toBe(false);
    expect(judgeWindow(window, POLICY).isBreached).toBe(false);
  });
});

it("raises no more false alarms than its level allows", () => {
  let [windows, windowAlarms, lives, lifeAlarms] = [0, 0, 0, 0];
  for (let life = 0; life < 60; life += 1) {
    let isAlarmed = false;
    play(3_000, crashes(`honest-${life}`), (lifetime, window) => {
      isAlarmed ||= judgeLifetime(lifetime, POLICY).isBreached;
      if (window.rounds < POLICY.windowRounds) return;
      windows += 1;
      if (judgeWindow(window, POLICY).isBreached) windowAlarms += 1;
    });
    lives += 1;
    if (isAlarmed) lifeAlarms += 1;
  }
  // At 0.1 % a look, 180 windows and 60 lives give 0.18 and 0.06 alarms on average.
  expect([windows, lives]).toEqual([180, 60]);
  expect(windowAlarms + lifeAlarms).toBeLessThanOrEqual(2);
});

it.each([
  ["five points more for the house", 800],
  ["three points less for the house", 0],
])("finds an edge with %s than published", (_name, wrongEdge) => {
  let foundAfter: number | null = null;
  const watch: Watch = (lifetime) => {
    if (foundAfter === null && judgeLifetime(lifetime, POLICY).isBreached) foundAfter = lifetime.rounds;
  };
  play(60_000, crashes(`planted-${wrongEdge}`, wrongEdge), watch, 200);
  expect(foundAfter).not.toBeNull();
});

it("finds a payout that is a tenth too small", () => {
  const points = crashes("short-paid");
  let sums = NO_PLAY;
  for (let round = 0; round < 20_000; round += 1) {
    const crash = Number(points.next().value);
    const bets = tableOf(crash, round).map((bet) => ({ ...bet, payoutMinor: Math.floor(bet.payoutMinor * 0.9) }));
    sums = addPlayed(sums, playedRound(bets, crash, EDGE), null, POLICY);
  }
  const { actual, theoretical, tolerance, isBreached } = judgeLifetime(sums, POLICY);
  expect(isBreached).toBe(true);
  expect(theoretical).toBeCloseTo(0.97, 9);
  expect(theoretical - actual).toBeGreaterThan(tolerance);
});

it("is not alarmed by the bounds of a round, though most rounds that fly far end by one", () => {
  const caps: TableCaps = { betPayoutMaxMinor: minor(300_000), playerWinMaxMinor: minor(400_000), tableWinMaxMinor: minor(500_000) };
  const limited: Record<LimitedBy, number> = { bet: 0, player: 0, round: 0 };
  let alarms = 0;
  for (let life = 0; life < 10; life += 1) {
    let sums = NO_PLAY;
    const points = crashes(`bounded-${life}`);
    for (let round = 0; round < 2_000; round += 1) {
      const crash = Number(points.next().value);
      const bets = openBets(round, caps);
      const exits = new Map(
        exitsUpTo({ bets, won: { tableMinor: 0, byPlayerMinor: new Map() }, caps }, crash).map((exit) => [exit.betId, exit]),
      );
      for (const { limitedBy } of exits.values()) if (limitedBy !== null) limited[limitedBy] += 1;
      const played = bets.map(({ betId, stakeMinor }): PlayedBet => {
        const exit = exits.get(betId);
        return { stakeMinor, leftHundredths: exit?.multiplierHundredths ?? null, payoutMinor: exit?.payoutMinor ?? 0 };
      });
      sums = addPlayed(sums, playedRound(played, crash, EDGE), null, POLICY);
      if (judgeLifetime(sums, POLICY).isBreached || judgeWindow(sums, POLICY).isBreached) alarms += 1;
    }
  }
  expect(alarms).toBe(0);
  expect(Math.min(limited.bet, limited.player, limited.round)).toBeGreaterThan(50);
});

/** One bet, one player's two, or two of each of six players, of which half have a target; the others wait for a press that does not come. */
function openBets(round: number, caps: TableCaps): readonly OpenBet[] {
  const seats = [1, 2, 12][round % 3] ?? 1;
  return Array.from({ length: seats }, (_, seat): OpenBet => {
    const stakeMinor = minor(1_000 * ((round * 7 + seat * 13) % 29) + 1_000);
    const autoCashOutHundredths = seat > 1 && seat % 2 === 0 ? seat * 60 : null;
    return {
      ...{ betId: `b${seat}`, userId: `p${seat >> 1}`, stakeMinor, autoCashOutHundredths, pressedHundredths: null, placedAtMs: seat },
      targetHundredths: targetOf(stakeMinor, autoCashOutHundredths, { betPayoutMaxMinor: caps.betPayoutMaxMinor, capHundredths: CAP }),
    };
  });
}
