/**
 * `npm run kill`: SIGKILL to the runtime under load, restart on the same state, and the books must be right.
 *
 * The first argument or ROUNDS says how many kills each story has (3; of crash rounds those that strike open bets, landed ones come on top), the second which story: `bets`, `crash`, or both when left out.
 * PLAYERS (6) play. SEED decides what they do and how long the power stays; it is printed, so that a run can be made again. The machine's
 * own timing is not in it. Prints figures; exits 1 on a violation.
 */
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flying } from "../test/kill/flying.ts";
import { Mains } from "../test/kill/mains.ts";
import { placingBets } from "../test/kill/placing-bets.ts";
import { Prng } from "../test/sim/prng.ts";

const ROUNDS = Number(process.argv[2] ?? process.env.ROUNDS ?? 3);
const PLAYERS = Number(process.env.PLAYERS ?? 6);
const SEED = process.env.SEED ?? String(randomInt(1_000_000));
const STORIES = { bets: placingBets, crash: flying };

const named = Object.entries(STORIES).filter(([name]) => process.argv[3] === undefined || process.argv[3] === name);
console.log(`seed ${SEED}`);
for (const [name, story] of named) {
  const stateDir = mkdtempSync(join(tmpdir(), "mkeka-kill-"));
  const mains = await Mains.on(stateDir);
  try {
    await story(mains, ROUNDS, PLAYERS, new Prng(`${SEED}/${name}`));
  } finally {
    // Whatever failed, nothing is left behind.
    await mains.off();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
