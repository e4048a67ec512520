/** The shards of wallets are fixed for ever and evenly filled. */
import { expect, it } from "vitest";
import { SHARD_COUNT, shardOf } from "./shards.ts";

it("a wallet's shard is what it always was", () => {
  expect(["KE:usr_01K00000000000000000000000", "NG:usr_01K00000000000000000000001", "GH:x"].map(shardOf)).toEqual([38, 63, 59]);
});

it("wallets spread evenly: no shard has twice its share", () => {
  const filled = new Array<number>(SHARD_COUNT).fill(0);
  for (let n = 0; n < 64_000; n += 1) {
    const shard = shardOf(`KE:usr_01K${n.toString(36).toUpperCase().padStart(23, "0")}`);
    filled[shard] = (filled[shard] ?? 0) + 1;
  }
  expect(Math.min(...filled)).toBeGreaterThan(500);
  expect(Math.max(...filled)).toBeLessThan(2_000);
});
