/**
 * The product's Worker as it is, with bare cases and set-up beside it under `/bench/`. Nothing of this is in the product: only
 * `npm run bench` bundles it.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import product from "../../workers/index.ts";
import type { BareObject } from "./bare-object.ts";
import { makeFixtures, makePlayers } from "./set-up.ts";

export * from "../../workers/index.ts";
export { BareObject } from "./bare-object.ts";
export { UnprojectedWallet } from "./unprojected-wallet.ts";

export interface BenchEnv extends Cloudflare.Env {
  readonly BARE: DurableObjectNamespace<BareObject>;
}

/** A stake that every tenant takes: 20.00. */
const STAKE_MINOR = 2_000;

export default {
  ...product,
  async fetch(request: Request, env: BenchEnv, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (!url.pathname.startsWith("/bench/")) return product.fetch(request, env, ctx);
    return Response.json(await answer(url, env));
  },
};

async function answer(url: URL, env: BenchEnv): Promise<unknown> {
  const number = (name: string) => Number(url.searchParams.get(name));
  const bare = () => env.BARE.getByName(`bare:${number("n")}`);
  switch (url.pathname) {
    case "/bench/answer":
      return 1;
    case "/bench/object/answer":
      return bare().answer();
    case "/bench/object/write":
      return bare().write("a row of some forty characters, as a note");
    case "/bench/wallet/reserve":
      return reserve(env, url.searchParams.get("user") ?? "", number("n"));
    case "/bench/projected":
      return (await env.DB_KE.prepare("SELECT count(*) AS entries FROM wallet_entry").first<{ entries: number }>())?.entries ?? 0;
    case "/bench/players":
      return makePlayers(env, number("count"));
    case "/bench/fixtures":
      return makeFixtures(env);
    default:
      throw new Error(`no bench at ${url.pathname}`);
  }
}

/** A wallet's post without HTTP's part of the product: money is set aside by an entry with two postings. */
async function reserve(env: BenchEnv, userId: string, n: number): Promise<number> {
  const holdId = `hold_bench_${n}`;
  const reply = await env.WALLET.getByName(`KE:${userId}`).reserveStake({
    key: `bench:${n}`,
    fingerprint: holdId,
    holdId,
    product: "crash",
    ref: `crash-bench:${n}:A`,
    amountMinor: STAKE_MINOR,
  });
  invariant(reply.ok, `reserveStake: ${JSON.stringify(reply)}`);
  return reply.value.head.seq;
}
