/**
 * The product's Worker with the ledger's bench beside it under `/bench/`. Only `npm run bench:ledger` bundles this.
 */
import product from "../../workers/index.ts";
import { callObjects, databaseBytes, fillInside, type LedgerBenchEnv, openWallets } from "./ledger-cases.ts";

export * from "../../workers/index.ts";
export { BareObject } from "./bare-object.ts";
export { BenchWallet } from "./bench-wallet.ts";

export default {
  ...product,
  async fetch(request: Request, env: LedgerBenchEnv, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (!url.pathname.startsWith("/bench/")) return product.fetch(request, env, ctx);
    return Response.json(await answer(url, env));
  },
};

async function answer(url: URL, env: LedgerBenchEnv): Promise<unknown> {
  const number = (name: string) => Number(url.searchParams.get(name));
  switch (url.pathname) {
    case "/bench/open":
      return openWallets(env, number("from"), number("count"), number("projected") === 1);
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
