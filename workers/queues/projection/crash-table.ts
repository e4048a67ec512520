/** Stores what crash tables tell of finished rounds in the country's database. */
import { crashTableRowSchema } from "../../../shared/protocol/queue/crash-table-row.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import type { CrashTableRpc } from "../../../shared/protocol/rpc/crash.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { saveCrashTableRound } from "../../adapters/d1/crash-boards.ts";
import { databaseOf, type Env } from "../../env.ts";

/** Stores the rows and acknowledges to the table. Idempotent, whatever the order. */
export async function projectCrashTable(env: Env, message: ProjectionMessage): Promise<void> {
  const { crash, utcOffsetMinutes } = tenantOf(message.country);
  const database = databaseOf(env, message.country);
  for (const { body } of message.rows)
    await saveCrashTableRound(database, crash.gameId, utcOffsetMinutes, crashTableRowSchema.parse(JSON.parse(body)));
  const table: CrashTableRpc = env.CRASH_TABLE.getByName(message.objectName);
  await table.acknowledge(message.rows.map(({ seq }) => seq));
}
