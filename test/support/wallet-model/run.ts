/** Runs a history on the model and on a wallet, and demands the same of both after every request. */
import { expect } from "vitest";
import type { WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { WalletModel } from "./model.ts";
import { type Expected, type Request, ruleOf } from "./request.ts";
import { Requests, type Step } from "./steps.ts";

/** Where the wallet stands, without a command. */
export type Standing = Omit<Expected, "reason" | "isReplay">;

/** A wallet as these tests drive it: the stores over node:sqlite, or the object in the runtime. */
export interface RealWallet {
  call(request: Request): Promise<WalletReply<unknown>> | WalletReply<unknown>;
  preview(request: Request): Promise<WalletReply<unknown>> | WalletReply<unknown>;
  standing(): Promise<Standing> | Standing;
  pass(ms: number): void;
  /** What the alarm does when it comes. */
  expire(): Promise<void> | void;
  evict(): Promise<void> | void;
}

export interface Counts {
  accepted: number;
  refused: number;
  replayed: number;
  readonly reasons: Map<string, number>;
}

export function newCounts(): Counts {
  return { accepted: 0, refused: 0, replayed: 0, reasons: new Map() };
}

/** Short enough that a history never outlives the 30 days for which keys are kept. */
const PASS_MS_MAX = 60 * 60_000;

const PREVIEWED: ReadonlySet<string> = new Set(["post", "reserve", "commit", "releaseHold", "reverse", "placeBet", "startWithdrawal"]);

/** Runs steps; every fourth request that can be previewed is previewed first. */
export async function runHistory(
  steps: readonly Step[],
  model: WalletModel,
  wallet: RealWallet,
  prefix: string,
  counts: Counts,
): Promise<void> {
  const requests = new Requests(prefix);
  const answers = new Map<string, string>();
  for (const step of steps) {
    if (step.kind === "pass") {
      const ms = Math.min(step.amount * 100, PASS_MS_MAX);
      model.nowMs += ms;
      wallet.pass(ms);
    } else if (step.kind === "expire") {
      model.expire();
      await wallet.expire();
    } else if (step.kind === "evict") await wallet.evict();
    for (const request of requests.of(step, model)) {
      // Ids of holds and rules are the wallet's own: the model knows them by key or bet, the wallet by what it answered.
      const named = translated(request, answers);
      const previewed = step.which % 4 === 0 && PREVIEWED.has(request.verb) ? await wallet.preview(named) : null;
      const expected = model.apply(request);
      const reply = await wallet.call(named);
      check(reply, expected);
      if (previewed !== null) expect(previewed).toEqual(reply);
      if (reply.ok && request.verb === "reserve")
        answers.set(`reserve:${request.command.key}`, (reply.value.value as { holdId: string }).holdId);
      if (reply.ok && request.verb === "setCashOutRule")
        answers.set(ruleOf(request.command.betId), (reply.value.value as { orderId: string }).orderId);
      count(counts, expected);
      const { reason: _reason, isReplay: _isReplay, ...standing } = expected;
      expect(await wallet.standing()).toEqual(standing);
    }
  }
}

function translated(request: Request, ids: ReadonlyMap<string, string>): Request {
  if (request.verb === "decideCashOut") {
    const orderId = ids.get(request.command.orderId) ?? request.command.orderId;
    return { ...request, command: { ...request.command, orderId } };
  }
  if (request.verb !== "commit" && request.verb !== "releaseHold") return request;
  const holdId = ids.get(request.command.holdId) ?? request.command.holdId;
  return { ...request, command: { ...request.command, holdId } } as Request;
}

function check(reply: WalletReply<unknown>, expected: Expected): void {
  expect(reply.ok ? null : reply.error.reason).toBe(expected.reason);
  if (!reply.ok) return;
  expect(reply.value.replayed).toBe(expected.isReplay);
  if (!expected.isReplay) expect(reply.value.head.seq).toBe(expected.seq);
}

function count(counts: Counts, { reason, isReplay }: Expected): void {
  if (reason !== null) {
    counts.refused += 1;
    counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1);
  } else if (isReplay) counts.replayed += 1;
  else counts.accepted += 1;
}
