/** The draw of a rain: the same for all who compute it, no matter how claims came, and nobody's favourite. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { drawOrder, rainCommitment } from "./rain.ts";

const sha256Hex = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");
const players = Array.from({ length: 40 }, (_, index) => `usr_${index}`);

it("does not depend on the order in which claims came", () => {
  const order = drawOrder("seed", players, sha256Hex);
  expect(drawOrder("seed", players.toReversed(), sha256Hex)).toEqual(order);
  expect([...order].sort()).toEqual([...players].sort());
});

it("follows from the seed that was committed to", () => {
  expect(drawOrder("other", players, sha256Hex)).not.toEqual(drawOrder("seed", players, sha256Hex));
  expect(rainCommitment("seed", sha256Hex)).toBe(sha256Hex("rain:seed"));
});

it("gives every claimant the same chance: chi-square over 8,000 draws of 4 of 40 stays below the 99.9% bound", () => {
  const wins = new Map<string, number>();
  const draws = 8_000;
  for (let draw = 0; draw < draws; draw += 1)
    for (const player of drawOrder(`seed-${draw}`, players, sha256Hex).slice(0, 4)) wins.set(player, (wins.get(player) ?? 0) + 1);
  const expected = (draws * 4) / players.length;
  const chiSquare = players.reduce((sum, player) => sum + ((wins.get(player) ?? 0) - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(72.05);
});
