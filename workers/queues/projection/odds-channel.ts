/** Stores what odds channels say of their fixtures in the country's catalogue. */
import { fixtureRowSchema } from "../../../shared/protocol/queue/fixture-row.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { saveFixture } from "../../adapters/d1/catalogue.ts";
import { databaseOf, type Env } from "../../env.ts";

export async function projectOddsChannel(env: Env, message: ProjectionMessage): Promise<void> {
  const database = databaseOf(env, message.country);
  for (const row of message.rows) await saveFixture(database, fixtureRowSchema.parse(JSON.parse(row.body)));
  await env.ODDS_CHANNEL.getByName(message.objectName).acknowledgeOutbox(message.rows.map((row) => row.seq));
}
