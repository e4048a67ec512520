/**
 * Decides bets, cash-outs and edits whose live delay is over: all of a batch at the same time, each with its own outcome. A decision is applied once however
 * often its message comes; one that fails is asked for again by the wallet, and given back by it when nobody answers.
 */
import { type AcceptanceMessage, acceptanceMessageSchema } from "../../shared/protocol/queue/messages.ts";
import type { Env } from "../env.ts";
import { decideCashOut } from "../services/bets/decide-cash-out.ts";
import { decideEdit } from "../services/bets/decide-edit.ts";
import { decideHeldBet } from "../services/bets/decide-held-bet.ts";

/** Decides a batch of bets; says for each, in order, why it has to come again, or null. */
export async function consumeAcceptance(env: Env, bodies: readonly unknown[]): Promise<readonly (Error | null)[]> {
  return Promise.all(
    bodies.map(async (body) => {
      const parsed = acceptanceMessageSchema.safeParse(body);
      if (!parsed.success) return parsed.error;
      try {
        await decide(env, parsed.data);
        return null;
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    }),
  );
}

async function decide(env: Env, { cashOutOrderId, editRequestId, ...bet }: AcceptanceMessage): Promise<void> {
  if (cashOutOrderId !== undefined) return decideCashOut(env, { ...bet, cashOutOrderId });
  return editRequestId === undefined ? decideHeldBet(env, bet) : decideEdit(env, { ...bet, editRequestId });
}
