/** Stores the crash games' finished rounds in the country's database. */
import { crashRoundRowSchema } from "../../../shared/protocol/queue/crash-row.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { saveCrashRounds } from "../../adapters/d1/crash-rounds.ts";
import { databaseOf, type Env } from "../../env.ts";

/** Stores the rows and acknowledges to the game. Idempotent. */
export async function projectCrashGame(env: Env, message: ProjectionMessage): Promise<void> {
  const rounds = message.rows.map(({ body }) => crashRoundRowSchema.parse(JSON.parse(body)));
  await saveCrashRounds(databaseOf(env, message.country), message.objectName, rounds);
  await env.CRASH_GAME.getByName(message.objectName).acknowledge(message.rows.map(({ seq }) => seq));
}
