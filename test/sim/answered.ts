/** A verb as a client knows it: asked until it answers. */
import type { UserId } from "../../shared/kernel/ids.ts";
import type { ServiceContext } from "../../workers/services/context.ts";
import type { Player } from "./player.ts";

/** Asks a verb in a worker, and again until one lives long enough to answer. */
export async function answered<T>(player: Player, name: string, verb: (ctx: ServiceContext) => Promise<T>): Promise<T> {
  const { around, country, userId, prng } = player;
  const actor = { userId: userId as UserId, country, identityObjectId: "", sessionId: "sim" };
  for (;;) {
    const outcome = await around.platform.inWorker(name, () => verb(around.platform.context(country, actor)));
    if (outcome !== null) return outcome.value;
    around.world.reached("bet-outcome-unknown");
    await player.sleep(prng.between(50, 5_000));
  }
}
