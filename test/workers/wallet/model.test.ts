/**
 * The wallet object in the runtime against the reference model: the same histories as over node:sqlite, with evictions and alarms.
 */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Preview, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import { WalletModel } from "../../support/wallet-model/model.ts";
import type { Request } from "../../support/wallet-model/request.ts";
import { newCounts, type RealWallet, runHistory } from "../../support/wallet-model/run.ts";
import { stepArbitrary } from "../../support/wallet-model/steps.ts";
import { newWallet, type WalletStub } from "./wallet-support.ts";

const RUNS = 50;
const STEPS = 30;

// Only Date: faked timers would hang the runtime's own.
beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() }));
afterAll(() => void vi.useRealTimers());

type Verbs = Readonly<Record<Request["verb"], (command: unknown) => Promise<WalletReply<unknown>>>>;

function realWallet(walletId: string): RealWallet {
  let wallet: WalletStub = env.WALLET.getByName(walletId);
  return {
    call: ({ verb, command }) => (wallet as unknown as Verbs)[verb](command),
    preview: (request) => wallet.preview(request as Preview),
    standing: async () => {
      const head = await wallet.head();
      if (!head.ok) throw new Error("the wallet is open");
      const { currency: _currency, ...balances } = head.value.balances;
      return { seq: head.value.seq, ...balances };
    },
    pass: (ms) => void vi.setSystemTime(Date.now() + ms),
    expire: async () => void (await runDurableObjectAlarm(wallet)),
    evict: async () => {
      // Only an object that runs can be evicted.
      await wallet.head();
      await evictDurableObject(wallet);
      wallet = env.WALLET.getByName(walletId);
    },
  };
}

it("answers and balances are those that the model predicts, through evictions and alarms", async () => {
  const counts = newCounts();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      run += 1;
      const { wallet, walletId } = await newWallet(0);
      const { seq } = await wallet.digest();
      await runHistory(steps, new WalletModel(Date.now(), seq), realWallet(walletId), `w${run}`, counts);
      expect((await env.WALLET.getByName(walletId).digest()).violations).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  const { accepted, refused, replayed } = counts;
  console.log(
    `model on the object: ${accepted + refused + replayed} commands, ${accepted} taken, ${replayed} repeated, ${refused} refused`,
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(5 * RUNS);
}, 120_000);
