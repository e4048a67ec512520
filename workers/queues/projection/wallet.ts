/** Stores wallets' journals in the country's database. */
import type { ProjectionMessage } from "../../../shared/protocol/queue/messages.ts";
import type { Env } from "../../env.ts";

export async function projectWallet(env: Env, message: ProjectionMessage): Promise<void> {
  await env.WALLET.getByName(message.objectName).acknowledge(message.rows.map((row) => row.seq));
}
