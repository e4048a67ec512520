/**
 * What the ledger's bench asks of the Worker: calls of objects in a closed loop, so that HTTP is no part of what is measured.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { Calls } from "../calls.ts";
import type { BareObject } from "./bare-object.ts";
import type { BenchWallet } from "./bench-wallet.ts";
import { manualPost } from "./manual-post.ts";

export interface LedgerBenchEnv extends Cloudflare.Env {
  readonly BARE: DurableObjectNamespace<BareObject>;
  readonly BENCH_WALLET: DurableObjectNamespace<BenchWallet>;
}

type Verb = (env: LedgerBenchEnv, object: number, turn: number) => Promise<unknown>;

const VERBS: Readonly<Record<string, Verb>> = {
  answer: (env, object) => env.BARE.getByName(`bare:${object}`).answer(),
  write: (env, object) => env.BARE.getByName(`bare:${object}`).write("a row of some forty characters, as a note"),
  /** The same write with a post's command and reply: what is left is what the wallet does. */
  command: (env, object, turn) => env.BARE.getByName(`bare:${object}`).writeCommand(manualPost(`post:${turn}`)),
  post: (env, object, turn) => post(benchWallet(env, object), turn),
  /** By a wallet whose entries are projected to D1. */
  projected_post: (env, object, turn) => post(env.WALLET.getByName(walletName(object)), turn),
  read: (env, object) => benchWallet(env, object).read(),
  page: (env, object) => benchWallet(env, object).statement({ limit: 20, offset: 0 }),
  deep_page: (env, object) => benchWallet(env, object).statement({ limit: 20, offset: 100_000 }),
};

function walletName(object: number): string {
  return `KE:usr_bench_${object}`;
}

function benchWallet(env: LedgerBenchEnv, object: number): DurableObjectStub<BenchWallet> {
  return env.BENCH_WALLET.getByName(walletName(object));
}

async function post(wallet: { post: BenchWallet["post"] }, turn: number): Promise<void> {
  const reply = await wallet.post(manualPost(`post:${turn}`));
  invariant(reply.ok, `post: ${JSON.stringify(reply)}`);
}

/** Opens wallets `from` to `from + count - 1`, to be projected to D1 or not. */
export async function openWallets(env: LedgerBenchEnv, from: number, count: number, isProjected: boolean): Promise<number> {
  const opened = Array.from({ length: count }, (_, index) => from + index).map(async (object) => {
    const wallet = isProjected ? env.WALLET.getByName(walletName(object)) : benchWallet(env, object);
    const reply = await wallet.open({ key: "open", userId: `usr_bench_${object}`, country: "KE" });
    invariant(reply.ok, `open: ${JSON.stringify(reply)}`);
  });
  await Promise.all(opened);
  return count;
}

/** Calls objects 0 to `objects - 1` in turn, `concurrency` at a time. Turns go on from `firstTurn`. */
export async function callObjects(
  env: LedgerBenchEnv,
  what: {
    readonly verb: string;
    readonly firstObject: number;
    readonly objects: number;
    readonly calls: number;
    readonly concurrency: number;
    readonly firstTurn: number;
  },
): Promise<Calls> {
  const verb = VERBS[what.verb];
  invariant(verb !== undefined, `no such verb: ${what.verb}`);
  const latenciesMs: number[] = [];
  let next = 0;
  const startedAtMs = performance.now();
  const loops = Array.from({ length: what.concurrency }, async () => {
    while (next < what.calls) {
      const turn = what.firstTurn + next;
      next += 1;
      const sentAtMs = performance.now();
      await verb(env, what.firstObject + (turn % what.objects), turn);
      latenciesMs.push(performance.now() - sentAtMs);
    }
  });
  await Promise.all(loops);
  return { latenciesMs, elapsedMs: performance.now() - startedAtMs };
}

/** Writes many rows from inside one object: entries by the wallet's command, or bare ones. */
export async function fillInside(env: LedgerBenchEnv, object: number, kind: "entries" | "bare", count: number): Promise<number> {
  const wallet = benchWallet(env, object);
  return kind === "entries" ? wallet.fill(count) : wallet.fillBare(count);
}

/** Bytes of a filled wallet's database. */
export function databaseBytes(env: LedgerBenchEnv, object: number): Promise<number> {
  return benchWallet(env, object).databaseBytes();
}
