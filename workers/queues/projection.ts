/**
 * The projection queue's door: parses a message and hands it to the projector of the object kind that sent it.
 *
 * A projector writes D1 idempotently and then acknowledges to the source object, which forgets those outbox rows only then. So a
 * lost, doubled or reordered message costs a repeat, never a row; a projector that throws has its message retried.
 */
import { type ProjectionMessage, projectionMessageSchema } from "../../shared/protocol/queue/messages.ts";
import type { Env } from "../env.ts";
import { projectCrashGame } from "./projection/crash-game.ts";
import { projectIdentity } from "./projection/identity.ts";
import { projectOddsChannel } from "./projection/odds-channel.ts";
import { projectPaymentIntent } from "./projection/payment-intent.ts";
import { projectWallet } from "./projection/wallet.ts";

type Projector = (env: Env, message: ProjectionMessage) => Promise<void>;

/** One line a source. */
const PROJECTORS: { readonly [Source in ProjectionMessage["source"]]?: Projector } = {
  wallet: projectWallet,
  identity: projectIdentity,
  payment_intent: projectPaymentIntent,
  odds_channel: projectOddsChannel,
  crash_game: projectCrashGame,
};

/** Applies one message; throws when it is malformed or its effect could not be stored. Idempotent. */
export async function consumeProjection(env: Env, body: unknown): Promise<void> {
  const message = projectionMessageSchema.parse(body);
  const project = PROJECTORS[message.source];
  if (project === undefined) throw new Error(`no projector for ${message.source}`);
  await project(env, message);
}
