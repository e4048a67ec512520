/**
 * Bets under SIGKILL: in each round players place bets in a loop until the power goes. After the restart every acknowledged bet is there
 * under its key; every unanswered one, tried again under its key, is there once; each wallet's own check finds no broken invariant;
 * outboxes drain until the read model has every bet.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Json, Player, request, until } from "../e2e/client.ts";
import { Fixture, selection } from "../e2e/feed.ts";
import { Operator } from "../e2e/operator.ts";
import type { Prng } from "../sim/prng.ts";
import { checkHouse } from "./house-books.ts";
import type { Mains } from "./mains.ts";

const STAKE = 20;
const DEPOSIT = 20_000;

interface Attempt {
  readonly key: string;
  readonly body: Json;
  /** Null while unanswered: the outcome is unknown until asked again. */
  betId: string | null;
}

/** Places bets one after another until the platform is gone. */
async function hammer(player: Player, body: Json, attempts: Attempt[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const attempt: Attempt = { key: randomUUID(), body, betId: null };
    attempts.push(attempt);
    try {
      const answer = await player.post("/api/v1/bets", attempt.body, attempt.key);
      if (answer.status === 201) attempt.betId = answer.body.bet_id;
      else if (answer.status < 500) throw new Error(`unexpected refusal ${JSON.stringify(answer.body)}`);
    } catch (error) {
      if (!isOver() && error instanceof Error && error.message.startsWith("unexpected")) throw error;
      return;
    }
  }
}

async function checkPlayer(
  player: Player,
  attempts: readonly Attempt[],
): Promise<{ acknowledged: number; unknown: number; persisted: number }> {
  let [acknowledged, unknown, persisted] = [0, 0, 0];
  for (const attempt of attempts) {
    if (attempt.betId !== null) {
      acknowledged += 1;
      const found = await player.get(`/api/v1/bets/by-key/${attempt.key}`);
      assert.equal(found.status, 200, `acknowledged bet ${attempt.betId} is missing after the kill`);
      assert.equal(found.body.bet_id, attempt.betId);
      continue;
    }
    unknown += 1;
    if ((await player.get(`/api/v1/bets/by-key/${attempt.key}`)).status === 200) persisted += 1;
    const again = await player.post("/api/v1/bets", attempt.body, attempt.key);
    assert.equal(again.status, 201, JSON.stringify(again.body));
    attempt.betId = again.body.bet_id;
  }
  return { acknowledged, unknown, persisted };
}

async function checkBooks(operator: Operator, player: Player, bets: number): Promise<void> {
  const digest = await until(
    "an empty outbox",
    async () => {
      const seen = await operator.walletDigest(player.userId);
      return seen.outbox_pending === 0 ? seen : null;
    },
    90_000,
  );
  assert.deepEqual(digest.violations, [], "the wallet's own check");
  const wallet = await player.wallet();
  assert.equal(Math.round(wallet.balance * 100), DEPOSIT * 95 - bets * STAKE * 100, "balance = deposit - 5% - stakes");
  const projected = await operator.playerBets(player.userId);
  assert.equal(projected.total, bets, "the read model has every bet once");
}

/** Plays `rounds` rounds, each ended by a kill; prints figures and throws on a violation. */
export async function placingBets(mains: Mains, rounds: number, playerCount: number, prng: Prng): Promise<void> {
  let platform = mains.platform;
  const players: Player[] = [];
  for (let index = 0; index < playerCount; index += 1) players.push(await Player.funded(platform, DEPOSIT));
  // Once: a code of the authenticator counts once, and a round may be over before the next one.
  const operator = await Operator.logIn(platform);
  const attempts = players.map((): Attempt[] => []);
  const totals = { acknowledged: 0, unknown: 0, persisted: 0 };

  for (let round = 1; round <= rounds; round += 1) {
    const fixture = await Fixture.open(platform, "upcoming");
    const body = { bet_type: "SINGLE", stake: STAKE, selections: [selection(await fixture.outcome("1x2", "home"))] };
    const first = attempts.map((list) => list.length);
    let over = false;
    const load = players.map((player, index) => hammer(player, body, attempts[index] ?? [], () => over));
    await new Promise((resolve) => setTimeout(resolve, prng.between(800, 2_300)));
    over = true;
    platform = await mains.cut(load);
    const reopened = await request("GET", `${platform.url}/api/v1/fixtures/${fixture.id}`);
    assert.equal(reopened.status, 200, "the fixture survived");
    const figures = { acknowledged: 0, unknown: 0, persisted: 0 };
    for (const [index, player] of players.entries()) {
      const checked = await checkPlayer(player, (attempts[index] ?? []).slice(first[index]));
      for (const name of ["acknowledged", "unknown", "persisted"] as const) figures[name] += checked[name];
    }
    for (const name of ["acknowledged", "unknown", "persisted"] as const) totals[name] += figures[name];
    for (const [index, player] of players.entries()) await checkBooks(operator, player, (attempts[index] ?? []).length);
    console.log(
      `kill ${round}/${rounds}: ${figures.acknowledged} acknowledged, 0 missing; ${figures.unknown} unanswered, of which ${figures.persisted} had been written; books right, outboxes empty`,
    );
  }
  const { playersHaveMinor, playersLostMinor } = await checkHouse(operator, players, DEPOSIT);
  console.log(
    `${players.length} wallets have ${playersHaveMinor / 100} together; the ${playersLostMinor / 100} that they lost are what house, tax and promotions gained.`,
  );
  console.log(`${totals.acknowledged} acknowledged bets over ${rounds} kills, none missing, none doubled.`);
}
