/** The product's Worker with the crash game's bench beside it under `/bench/`. Only `npm run bench:crash` bundles this. */
import { invariant } from "../../shared/kernel/invariant.ts";
import product from "../../workers/index.ts";
import { BenchGame, type BenchTable, betOf, type CrashBenchEnv, crowd, GAME_ID, type Kind, TABLE_NAME } from "./crash-objects.ts";
import { userIdOf, walletIdOf } from "./sportsbook-bets.ts";

export * from "../../workers/index.ts";
export { BareObject } from "./bare-object.ts";
export { BenchPlayer, BenchTable, OwnPartTable } from "./crash-objects.ts";
export { BenchGame };

const NOTE = "a row of some forty characters, as a note";

export default {
  ...product,
  async fetch(request: Request, env: CrashBenchEnv, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (!url.pathname.startsWith("/bench/")) return product.fetch(request, env, ctx);
    return Response.json((await answer(url, request, env)) ?? null);
  },
  async queue(batch: MessageBatch): Promise<void> {
    batch.ackAll();
  },
};

async function answer(url: URL, request: Request, env: CrashBenchEnv): Promise<unknown> {
  const number = (name: string) => Number(url.searchParams.get(name));
  const kind: Kind = url.searchParams.get("kind") === "own" ? "own" : "whole";
  const own = env.OWN_PART_TABLE.getByName(TABLE_NAME);
  // Both tables speak the same calls; the product's with real wallets is a class of its own.
  const table = (kind === "own" ? own : env.BENCH_TABLE.getByName(TABLE_NAME)) as unknown as BenchTable;
  const [from, count, round] = [number("from"), number("count"), number("round")];
  switch (url.pathname) {
    case "/bench/move":
      return env.BENCH_GAME.getByName(GAME_ID).move(kind);
    case "/bench/broadcast":
      return table.broadcastBare(await request.text());
    case "/bench/tally":
      return table.tally();
    case "/bench/rows-written":
      return table.rowsWritten();
    case "/bench/fund":
      return crowd(from, count, (player) => env.BENCH_PLAYER.getByName(walletIdOf(player)).fund(player));
    case "/bench/place":
      return crowd(from, count, async (player) => {
        const placed = await table.placeBet(betOf(player, round));
        invariant(placed.ok, `placeBet: ${JSON.stringify(placed)}`);
      });
    case "/bench/cash-out":
      return crowd(from, count, async (player) => {
        const cashed = await table.cashOut({ userId: userIdOf(player), betId: null });
        invariant(cashed.ok, `cashOut: ${JSON.stringify(cashed)}`);
      });
    case "/bench/place-inside":
      return own.placeMany(from, count, round);
    case "/bench/cash-out-inside":
      return own.cashOutMany(from, count);
    case "/bench/write":
      return crowd(from, count, async () => void (await env.BARE.getByName("bare").write(NOTE)));
    default:
      throw new Error(`no bench at ${url.pathname}`);
  }
}
