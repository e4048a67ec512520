/**
 * The product's Worker with the ledger's bench beside it under `/bench/`. The projection's part outside the wallets can be switched off,
 * and every run is then acknowledged at once: on one machine it takes the core that is measured, in production others. Only `npm run bench:ledger` bundles this.
 */
import type { WalletRun } from "../../shared/protocol/queue/wallet-run.ts";
import product from "../../workers/index.ts";
import { callObjects, databaseBytes, fillInside, type LedgerBenchEnv, openWallets } from "./ledger-cases.ts";

export * from "../../workers/index.ts";
export { BareObject } from "./bare-object.ts";
export { BenchWallet } from "./bench-wallet.ts";

let isProjecting = true;

export default {
  ...product,
  async fetch(request: Request, env: LedgerBenchEnv, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (!url.pathname.startsWith("/bench/")) return product.fetch(request, env, ctx);
    return Response.json(await answer(url, env));
  },
  async queue(batch: MessageBatch, env: LedgerBenchEnv): Promise<void> {
    if (isProjecting || batch.queue !== "projection") await product.queue(batch, env);
    else await acknowledgeAll(batch, env);
  },
};

/** Says to each wallet that what it sent is stored; nothing is. */
async function acknowledgeAll(batch: MessageBatch, env: LedgerBenchEnv): Promise<void> {
  const heads = new Map<string, { readonly epoch: number; readonly seq: number }>();
  for (const { body } of batch.messages) {
    const run = body as WalletRun;
    if (run.source === "wallet") heads.set(run.objectName, { epoch: run.epoch, seq: run.toSeq });
  }
  await Promise.all([...heads].map(([name, head]) => env.WALLET.getByName(name).acknowledge(head)));
  batch.ackAll();
}

async function answer(url: URL, env: LedgerBenchEnv): Promise<unknown> {
  const number = (name: string) => Number(url.searchParams.get(name));
  switch (url.pathname) {
    case "/bench/projecting":
      isProjecting = number("on") === 1;
      return isProjecting;
    case "/bench/open":
      return openWallets(env, number("from"), number("count"), number("filled") === 1);
    case "/bench/calls":
      return callObjects(env, {
        verb: url.searchParams.get("verb") ?? "",
        firstObject: number("first_object"),
        objects: number("objects"),
        calls: number("calls"),
        concurrency: number("concurrency"),
        firstTurn: number("first_turn"),
      });
    case "/bench/fill":
      return fillInside(env, number("object"), url.searchParams.get("kind") === "bare" ? "bare" : "entries", number("count"));
    case "/bench/bytes":
      return databaseBytes(env, number("object"));
    default:
      throw new Error(`no bench at ${url.pathname}`);
  }
}
