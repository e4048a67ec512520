/** Carries out what a lounge's outbox asks for, and tells it how each came out. */
import { invariant } from "../../../shared/kernel/invariant.ts";
import { RAIN_END_TOPIC, RAIN_SHARE_TOPIC, rainEndSchema, rainShareSchema } from "../../../shared/protocol/queue/lounge-rows.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import type { CrashLoungeRpc, RainOutcome } from "../../../shared/protocol/rpc/crash-lounge.ts";
import type { Env } from "../../env.ts";
import { endRain, giveRainShare } from "../../services/crash-lounge/settle-rain.ts";

/** Gives shares and closes budgets, then acknowledges. Idempotent, whatever the order. */
export async function projectCrashLounge(env: Env, message: ProjectionMessage): Promise<void> {
  const outcomes: RainOutcome[] = [];
  for (const { seq, topic, body } of message.rows) {
    const row: unknown = JSON.parse(body);
    if (topic === RAIN_SHARE_TOPIC) {
      const share = rainShareSchema.parse(row);
      const outcome = await giveRainShare(env, message.country, share);
      outcomes.push({ seq, rainId: share.rainId, userId: share.userId, outcome });
    } else {
      invariant(topic === RAIN_END_TOPIC, `lounges do not tell of ${topic}`);
      const end = rainEndSchema.parse(row);
      await endRain(env, message.country, end);
      outcomes.push({ seq, rainId: end.rainId, userId: null, outcome: "settled" });
    }
  }
  const lounge: CrashLoungeRpc = env.CRASH_LOUNGE.getByName(message.objectName);
  await lounge.acknowledge(outcomes);
}
