import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { buildChain, CHECKPOINT_LINKS, follows, linkOfRound, openLink } from "./chain.ts";
import { fromHex, isHashHex, type Sha256, toHex } from "./hash.ts";

const sha256: Sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const seed = new Uint8Array(32).fill(7);
const LENGTH = 1_200;
const chain = buildChain(seed, LENGTH, sha256);

function hashOfRound(position: number): Uint8Array {
  const link = linkOfRound(LENGTH, position);
  const checkpoint = chain.checkpoints[Math.floor(link / CHECKPOINT_LINKS)];
  if (checkpoint === undefined) throw new Error(`no checkpoint for link ${link}`);
  return openLink(checkpoint, link, sha256);
}

it("opens every round's hash as the one that the hash before it commits to", () => {
  let revealed = chain.terminating;
  for (let position = 1; position <= LENGTH; position += 1) {
    const hash = hashOfRound(position);
    expect(follows(hash, revealed, sha256)).toBe(true);
    revealed = hash;
  }
  expect(toHex(revealed)).toBe(toHex(seed));
});

it("does not take another hash for the next one", () => {
  expect(follows(hashOfRound(2), chain.terminating, sha256)).toBe(false);
});

it("has no rounds before the first and after the last", () => {
  expect(() => linkOfRound(LENGTH, 0)).toThrow();
  expect(() => linkOfRound(LENGTH, LENGTH + 1)).toThrow();
});

it("writes and reads hex", () => {
  const text = toHex(chain.terminating);
  expect(isHashHex(text)).toBe(true);
  expect(isHashHex(text.toUpperCase())).toBe(/^\d+$/.test(text));
  expect(toHex(fromHex(text))).toBe(text);
});
