/**
 * The projection queue's door: parses messages and hands them to the projector of the object kind that sent them.
 *
 * A projector writes D1 idempotently and then acknowledges to the source object, which sends again what it has no word of. So a lost,
 * doubled or reordered message costs a repeat, never a row; a message whose effect could not be stored comes again.
 */
import { type ProjectionMessage, projectionMessageSchema } from "../../shared/protocol/queue/messages.ts";
import { type WalletRun, walletRunSchema } from "../../shared/protocol/queue/wallet-run.ts";
import type { Env } from "../env.ts";
import { projectRuns } from "../services/ledger/project-runs.ts";
import { projectCrashGame } from "./projection/crash-game.ts";
import { projectCrashLounge } from "./projection/crash-lounge.ts";
import { projectCrashTable } from "./projection/crash-table.ts";
import { projectIdentity } from "./projection/identity.ts";
import { projectOddsChannel } from "./projection/odds-channel.ts";
import { projectPaymentIntent } from "./projection/payment-intent.ts";

type Projector = (env: Env, message: ProjectionMessage) => Promise<void>;

/** Sources whose messages are few: one after another. Wallets' runs are many and go together. */
const PROJECTORS: Readonly<Record<ProjectionMessage["source"], Projector>> = {
  identity: projectIdentity,
  payment_intent: projectPaymentIntent,
  odds_channel: projectOddsChannel,
  crash_game: projectCrashGame,
  crash_table: projectCrashTable,
  crash_lounge: projectCrashLounge,
};

/** Applies messages; says for each, in order, why it has to come again, or null when its effect stands. Idempotent. */
export async function consumeProjections(env: Env, bodies: readonly unknown[]): Promise<readonly (Error | null)[]> {
  const outcomes = bodies.map((): Error | null => null);
  const runs: { readonly index: number; readonly run: WalletRun }[] = [];
  for (const [index, body] of bodies.entries()) {
    if (isOfWallet(body)) {
      const parsed = walletRunSchema.safeParse(body);
      if (parsed.success) runs.push({ index, run: parsed.data });
      else outcomes[index] = parsed.error;
    } else {
      const parsed = projectionMessageSchema.safeParse(body);
      outcomes[index] = parsed.success ? await outcomeOf(PROJECTORS[parsed.data.source](env, parsed.data)) : parsed.error;
    }
  }
  const projected = await projectRuns(
    env,
    runs.map(({ run }) => run),
  );
  for (const [position, { index }] of runs.entries()) outcomes[index] = projected[position] ?? null;
  return outcomes;
}

function isOfWallet(body: unknown): boolean {
  return typeof body === "object" && body !== null && "source" in body && body.source === "wallet";
}

async function outcomeOf(work: Promise<void>): Promise<Error | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
