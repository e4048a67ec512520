/**
 * The projection queue's door: parses messages and hands them to the projector of the object kind that sent them.
 *
 * A projector writes D1 idempotently and then acknowledges to the source object, which forgets those outbox rows only then. So a
 * lost, doubled or reordered message costs a repeat, never a row; a message whose effect could not be stored comes again.
 */
import { type ProjectionMessage, projectionMessageSchema } from "../../shared/protocol/queue/messages.ts";
import type { Env } from "../env.ts";
import { projectCrashGame } from "./projection/crash-game.ts";
import { projectIdentity } from "./projection/identity.ts";
import { projectOddsChannel } from "./projection/odds-channel.ts";
import { projectPaymentIntent } from "./projection/payment-intent.ts";
import { projectWallets } from "./projection/wallet.ts";

type Projector = (env: Env, message: ProjectionMessage) => Promise<void>;

/** Sources whose messages are few: one after another. Wallets are many and go together. */
const PROJECTORS: Readonly<Record<Exclude<ProjectionMessage["source"], "wallet">, Projector>> = {
  identity: projectIdentity,
  payment_intent: projectPaymentIntent,
  odds_channel: projectOddsChannel,
  crash_game: projectCrashGame,
};

/** Applies messages; says for each, in order, why it has to come again, or null when its effect stands. Idempotent. */
export async function consumeProjections(env: Env, bodies: readonly unknown[]): Promise<readonly (Error | null)[]> {
  const outcomes = bodies.map((): Error | null => null);
  const wallets: { readonly index: number; readonly message: ProjectionMessage }[] = [];
  for (const [index, body] of bodies.entries()) {
    const parsed = projectionMessageSchema.safeParse(body);
    if (!parsed.success) outcomes[index] = parsed.error;
    else if (parsed.data.source === "wallet") wallets.push({ index, message: parsed.data });
    else outcomes[index] = await outcomeOf(PROJECTORS[parsed.data.source](env, parsed.data));
  }
  const projected = await projectWallets(
    env,
    wallets.map(({ message }) => message),
  );
  for (const [position, { index }] of wallets.entries()) outcomes[index] = projected[position] ?? null;
  return outcomes;
}

async function outcomeOf(work: Promise<void>): Promise<Error | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
