/** Stores what Identity objects say of their players in the country's database. */
import { invariant } from "../../../shared/kernel/invariant.ts";
import { userRowSchema } from "../../../shared/protocol/queue/identity-rows.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import { saveUser } from "../../adapters/d1/users.ts";
import { databaseOf, type Env } from "../../env.ts";

/** Stores the rows and acknowledges to the object; throws when one can't be stored. Idempotent, whatever the order. */
export async function projectIdentity(env: Env, message: ProjectionMessage): Promise<void> {
  const { country, objectName } = message;
  const database = databaseOf(env, country);
  for (const { seq, topic, body } of message.rows) {
    invariant(topic === "user", `identity objects tell of users, not of ${topic}`);
    const row = userRowSchema.parse(JSON.parse(body));
    invariant(objectName === `${country}:${row.phoneNumber}`, "a row of another identity");
    await saveUser(database, { ...row, country, status: "active", version: seq });
  }
  await env.IDENTITY.getByName(objectName).acknowledge(message.rows.map(({ seq }) => seq));
}
