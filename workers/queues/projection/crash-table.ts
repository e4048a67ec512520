/** Stores what crash tables tell of finished rounds and of autoplay orders in the country's database. */
import { crashAutoplayRowSchema, crashTableRowSchema } from "../../../shared/protocol/queue/crash-table-row.ts";
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import type { CrashTableRpc } from "../../../shared/protocol/rpc/crash.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { saveAutoplayOrder } from "../../adapters/d1/crash-autoplay.ts";
import { saveCrashTableRound } from "../../adapters/d1/crash-boards.ts";
import { databaseOf, type Env } from "../../env.ts";

/** Stores the rows and acknowledges to the table. Idempotent, whatever the order. */
export async function projectCrashTable(env: Env, message: ProjectionMessage): Promise<void> {
  const { crash, utcOffsetMinutes } = tenantOf(message.country);
  const database = databaseOf(env, message.country);
  const tableNumber = Number(message.objectName.split(":")[1]);
  for (const { topic, body } of message.rows) {
    const row: unknown = JSON.parse(body);
    if (topic === "autoplay") await saveAutoplayOrder(database, { gameId: crash.gameId, tableNumber }, crashAutoplayRowSchema.parse(row));
    else await saveCrashTableRound(database, crash.gameId, utcOffsetMinutes, crashTableRowSchema.parse(row));
  }
  const table: CrashTableRpc = env.CRASH_TABLE.getByName(message.objectName);
  await table.acknowledge(message.rows.map(({ seq }) => seq));
}
