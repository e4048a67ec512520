/**
 * People who only watch: they are counted at a crash game's first table, which makes the game set a second one, and nothing is sent to
 * them. They come and go, so that players move between tables; when players have stopped they go, and the game may rest.
 */
import { CrashTable } from "../../durable-objects/crash-game/crash-table.ts";
import type { World } from "./world.ts";
import { wrap } from "./wrap.ts";

/** More than one table takes, and what two tables keep. */
const WATCHING = 1_700;
const STAY_MS = { min: 20_000, max: 90_000 };
const HERE_CHANCE = 0.8;

/** Lets people watch until `isOver`; the answer ends it. */
export function letWatch(world: World, isOver: () => boolean): () => void {
  const prng = world.prng.split("audience");
  let connections = 0;
  const change = (): void => {
    connections = !isOver() && prng.chance(HERE_CHANCE) ? WATCHING : 0;
    if (!isOver()) world.after(prng.between(STAY_MS.min, STAY_MS.max), "", change);
  };
  change();
  return wrap(CrashTable.prototype, "presence", async (presence, table) => {
    const here = await presence();
    const isFirst = (table as unknown as { readonly ctx: DurableObjectState }).ctx.id.name?.endsWith(":1") === true;
    return isFirst && !isOver() ? { ...here, connections: here.connections + connections } : here;
  });
}
