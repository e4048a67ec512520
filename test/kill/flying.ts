/**
 * Crash rounds under SIGKILL: the power goes while stakes are taken, in flight with cash-outs under way, or while the round is settled.
 * After the restart the round ends by the published rule (docs/crash-fairness.md): what was acknowledged stands, a target that the round
 * reached is paid at its target, a bet that could not be played to its end is given back, nothing is paid twice.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Json, Player, request, until } from "../e2e/client.ts";
import { Operator } from "../e2e/operator.ts";
import type { Prng } from "../sim/prng.ts";
import { Eavesdropper } from "./eavesdropper.ts";
import { checkHouse } from "./house-books.ts";
import type { Mains } from "./mains.ts";

const DEPOSIT = 20_000;
const STAKES = [20, 50, 120] as const;
/** A round that was under way ends at the latest when it would have crashed. */
const ROUND_MS_MAX = 240_000;
/** What a kill lost on its way to the read model is sent again after a minute, and after two when that was lost as well. */
const OUTBOX_MS_MAX = 240_000;
const PHASES = ["betting", "flight", "flight", "betting", "landing"] as const;
type Phase = (typeof PHASES)[number];

interface Kill {
  readonly roundNumber: number;
  readonly atMs: number;
  /** Stakes or cash-outs without an answer when the power went. */
  readonly pending: number;
}

/** One bet as its player knows it. */
interface Attempt {
  readonly key: string;
  readonly body: { readonly amount: number; readonly slot: "A" | "B"; readonly auto_cashout?: number };
  betId: string | null;
  roundNumber: number | null;
  /** What an answered cash-out was said to pay. */
  cashedOut: number | null;
}

interface Pilot {
  readonly player: Player;
  readonly attempts: Attempt[];
}

/** Plays until `kills` kills have struck bets that were being taken or flew, and some more in landed rounds; who bets what and when the power goes follows from `prng`. Prints figures and throws on a violation. */
export async function flying(mains: Mains, kills: number, playerCount: number, prng: Prng): Promise<void> {
  const pilots: Pilot[] = [];
  for (let index = 0; index < playerCount; index += 1) pilots.push({ player: await Player.funded(mains.platform, DEPOSIT), attempts: [] });
  const operator = await Operator.logIn(mains.platform);
  const startedMs = performance.now();
  const ends = new Map<string, number>();
  const eavesdropper = new Eavesdropper();
  const struck = { betting: 0, flight: 0, landing: 0, pending: 0 };
  for (let round = 1; struck.betting + struck.flight < kills; round += 1) {
    const wanted = PHASES[(round - 1) % PHASES.length] ?? "flight";
    const first = pilots.map(({ attempts }) => attempts.length);
    await eavesdropper.listen(mains.platform);
    const killed = await flyUntilKilled(mains, pilots, wanted, prng.split(`round ${round}`));
    eavesdropper.pause();
    await eavesdropper.listen(mains.platform);
    const [acknowledged, unknown] = await askAgain(pilots, first);
    const seen = await landed(mains, pilots, killed.roundNumber);
    eavesdropper.pause();
    await eavesdropper.judge(mains.platform.url, killed.roundNumber);
    const phase = wanted === "flight" && killed.atMs >= (await crashedAtMs(mains, killed.roundNumber)) ? "landing" : wanted;
    struck[phase] += 1;
    if (phase !== "landing") struck.pending += killed.pending;
    for (const { player, attempts } of pilots) {
      for (const status of checkBets(await betsOf(player), attempts, seen)) ends.set(status, (ends.get(status) ?? 0) + 1);
      await checkMoney(operator, player);
    }
    console.log(
      `kill ${round} in ${phase} of round ${killed.roundNumber}, ${killed.pending} pending: ${acknowledged} acknowledged, 0 missing; ${unknown} unanswered, each there once or not at all; paid by the rule, books right`,
    );
  }
  const minutes = ((performance.now() - startedMs) / 60_000).toFixed(1);
  for (const { player } of pilots) await drained(operator, player);
  const players = pilots.map(({ player }) => player);
  const { playersHaveMinor, playersLostMinor } = await checkHouse(operator, players, DEPOSIT);
  const said = [...ends].map(([status, count]) => `${count} ${status.toLowerCase()}`).join(", ");
  console.log(
    `${struck.betting} kills while stakes were taken, ${struck.flight} in flight (${struck.pending} stakes and cash-outs pending), ${struck.landing} after landing, in ${minutes} minutes.`,
  );
  console.log(`The bets: ${said} at the last look; none missing, none paid twice.`);
  console.log(
    `${players.length} wallets have ${playersHaveMinor / 100} together; the ${playersLostMinor / 100} that they lost are what house, tax and promotions gained.`,
  );
  console.log(`${eavesdropper.figures}.`);
}

/** Lets everybody bet, and cuts the power in the wanted phase. */
async function flyUntilKilled(mains: Mains, pilots: readonly Pilot[], phase: Phase, prng: Prng): Promise<Kill> {
  const { url } = mains.platform;
  const game = (): Promise<Json> => request("GET", `${url}/api/v1/games/crash/current`).then(({ body }) => body);
  const open = await until(
    "a betting window",
    async () => {
      const now = await game();
      return now.status === "BETTING" ? now : null;
    },
    ROUND_MS_MAX,
  );
  const under = pilots.flatMap((pilot) => (["A", "B"] as const).map((slot) => place(pilot, slot, prng)));
  if (phase === "betting") {
    return cut(mains, open.round_number, under, prng.between(0, 150));
  }
  await Promise.all(under);
  const wanted = phase === "flight" ? "RUNNING" : "CRASHED";
  await until(
    `${wanted}`,
    async () => {
      const now = await game();
      return now.round_number > open.round_number || now.status === wanted ? now : null;
    },
    ROUND_MS_MAX,
  );
  if (phase === "flight") await pause(prng.between(0, 1_200));
  const cashing = phase === "flight" ? pilots.map((pilot) => cashOut(pilot, prng)) : [];
  return cut(mains, open.round_number, cashing, prng.between(0, phase === "flight" ? 20 : 300));
}

/** Cuts the power `inMs` after these requests went out. */
async function cut(mains: Mains, roundNumber: number, underWay: readonly Promise<void>[], inMs: number): Promise<Kill> {
  let pending = underWay.length;
  const answered = underWay.map((one) =>
    one.finally(() => {
      pending -= 1;
    }),
  );
  await pause(inMs);
  const killed = { roundNumber, atMs: Date.now(), pending };
  await mains.cut(answered);
  return killed;
}

async function crashedAtMs({ platform }: Mains, roundNumber: number): Promise<number> {
  const { body } = await request("GET", `${platform.url}/api/v1/games/crash/crash-ke/rounds/${roundNumber}`);
  return Date.parse(body.crashed_at);
}

async function place({ player, attempts }: Pilot, slot: "A" | "B", prng: Prng): Promise<void> {
  const target = prng.chance(0.25) ? {} : { auto_cashout: prng.between(101, 350) / 100 };
  const attempt: Attempt = {
    key: randomUUID(),
    body: { amount: prng.pick(STAKES), slot, ...target },
    ...{ betId: null, roundNumber: null, cashedOut: null },
  };
  attempts.push(attempt);
  await send(player, attempt).catch(() => undefined);
}

/** Asks for the bet under its key; what was taken before is answered again. */
async function send(player: Player, attempt: Attempt): Promise<void> {
  const answer = await player.post("/api/v1/games/crash/bet", attempt.body, attempt.key);
  if (answer.status === 201) {
    attempt.betId = answer.body.bet_id;
    attempt.roundNumber = answer.body.round_number;
  } else assert.ok(answer.status >= 500 || answer.body.error.code !== undefined, JSON.stringify(answer.body));
}

async function cashOut({ player, attempts }: Pilot, prng: Prng): Promise<void> {
  const attempt = attempts.at(-prng.between(1, 2));
  if (attempt === undefined || attempt.betId === null) return;
  const answer = await player.post("/api/v1/games/crash/cashout", { bet_id: attempt.betId }).catch(() => null);
  if (answer?.status === 200) attempt.cashedOut = answer.body.payout;
}

/** After the restart: what was not answered is asked again under its key. */
async function askAgain(pilots: readonly Pilot[], first: readonly number[]): Promise<readonly [acknowledged: number, unknown: number]> {
  let [acknowledged, unknown] = [0, 0];
  for (const [index, { player, attempts }] of pilots.entries()) {
    for (const attempt of attempts.slice(first[index])) {
      if (attempt.betId !== null) acknowledged += 1;
      else {
        unknown += 1;
        await send(player, attempt);
      }
    }
  }
  return [acknowledged, unknown];
}

/** Waits until the round is over, no bet flies and no stake is held; answers how each round ended. */
async function landed({ platform }: Mains, pilots: readonly Pilot[], roundNumber: number): Promise<ReadonlyMap<number, number>> {
  for (const { player } of pilots) {
    await until(
      "the end of all bets",
      async () => {
        const open = (await betsOf(player)).filter(({ status }) => status === "ACTIVE");
        return open.length === 0 && (await player.wallet()).held === 0 ? true : null;
      },
      ROUND_MS_MAX,
    );
  }
  const history = (): Promise<Json> => request("GET", `${platform.url}/api/v1/games/crash/history?limit=50`).then(({ body }) => body);
  const isOver = (games: readonly Json[]): boolean => games.some((game) => game.round_number >= roundNumber);
  const body = await until("the end of the round", async () => history().then((seen) => (isOver(seen.games) ? seen : null)), ROUND_MS_MAX);
  return new Map((body.games as Json[]).map((game) => [game.round_number, Math.round(game.crash_point * 100)]));
}

async function betsOf(player: Player): Promise<readonly Json[]> {
  const answer = await player.get("/api/v1/games/crash/bets?limit=100");
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.bets;
}

/** Each acknowledged bet is there, nothing else is, and each was ended by the rule. */
function checkBets(bets: readonly Json[], attempts: readonly Attempt[], points: ReadonlyMap<number, number>): readonly string[] {
  const known = new Map(bets.map((bet) => [bet.bet_id, bet]));
  const recent = attempts.slice(-bets.length);
  for (const { betId, cashedOut, body } of recent) {
    if (betId === null) continue;
    const bet = known.get(betId);
    assert.ok(bet !== undefined, `acknowledged bet ${betId} is missing after the kill`);
    assert.equal(bet.amount, body.amount);
    if (cashedOut !== null) assert.deepEqual([bet.status, bet.payout], ["CASHED_OUT", cashedOut], "an acknowledged cash-out stands");
  }
  const acknowledged = new Set(attempts.map(({ betId }) => betId));
  for (const bet of bets) {
    assert.ok(acknowledged.has(bet.bet_id), `nobody placed ${bet.bet_id}`);
    checkEnd(bet, points.get(bet.round_number));
  }
  return bets.map(({ status }) => status);
}

function checkEnd(bet: Json, point: number | undefined): void {
  const said = JSON.stringify(bet);
  const stake = Math.round(bet.amount * 100);
  const payout = Math.round(bet.payout * 100);
  const target = bet.auto_cashout === null ? null : Math.round(bet.auto_cashout * 100);
  if (bet.status === "CASHED_OUT") {
    const at = Math.round(bet.multiplier * 100);
    assert.equal(payout, Math.floor((stake * at) / 100), said);
    if (point !== undefined) assert.ok(at <= point, `paid above the crash: ${said}`);
    if (target !== null) assert.ok(at <= target, `paid above its target: ${said}`);
  } else assert.equal(payout, 0, said);
  if (point === undefined || target === null) return;
  if (target <= point) assert.equal(bet.status, "CASHED_OUT", `the round reached ${point}, its target: ${said}`);
  else assert.notEqual(bet.status, "REFUNDED", `a bet with a target is paid or lost by the crash: ${said}`);
}

/** The wallet has the deposit, less stakes, plus payouts, and its own check finds nothing. */
async function checkMoney(operator: Operator, player: Player): Promise<void> {
  const digest = await operator.walletDigest(player.userId);
  assert.deepEqual(digest.violations, [], "the wallet's own check");
  const bets = await betsOf(player);
  const moved = bets.reduce(
    (sum, { status, amount, payout }) => sum + (status === "REFUNDED" ? 0 : Math.round((payout - amount) * 100)),
    0,
  );
  assert.equal(Math.round((await player.wallet()).balance * 100), DEPOSIT * 95 + moved, "balance = deposit - 5% - stakes + payouts");
}

/** Everything of the wallet is in the read model. Asked once, after the last kill: what each kill lost on its way takes a minute to come again. */
async function drained(operator: Operator, player: Player): Promise<void> {
  const isEmpty = async (): Promise<boolean> => (await operator.walletDigest(player.userId)).outbox_pending === 0;
  await until("an empty outbox", isEmpty, OUTBOX_MS_MAX);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
