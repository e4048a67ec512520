/** An anchor's list has one text, and is found to be another when anything in it changes. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { type AnchorHead, isListOf, leafOf, leafTexts, readSignedAnchor, signedAnchorText, storedLines } from "./anchor.ts";
import { merkleRoot } from "./merkle.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const LEAVES = ["KE:b", "KE:a", "KE:c"].map((walletId, n) => ({ walletId, epoch: 1, seq: n + 1, hash: `h${n}` }));
const lines = leafTexts(LEAVES);
const HEAD: AnchorHead = {
  v: 1,
  country: "KE",
  day: "2026-11-22",
  shard: 7,
  count: 3,
  root: merkleRoot(lines, sha256),
  previousRoot: null,
  anchoredAtMs: 1,
};

it("a list is sorted by wallet, whatever the order it was read in, and survives its storage", () => {
  expect(leafTexts([...LEAVES].reverse())).toEqual(lines);
  expect(storedLines(`${lines.join("\n")}\n`)).toEqual(lines);
  expect(storedLines("")).toEqual([]);
});

it("a wallet's leaf is found by its whole name only", () => {
  expect(leafOf(lines, "KE:b")).toEqual(LEAVES[0]);
  expect(leafOf(lines, "E:b")).toBeNull();
  expect(leafOf(lines, "KE:")).toBeNull();
});

it("a list with a leaf changed, left out, added or moved is not the head's", () => {
  expect(isListOf(HEAD, lines, sha256)).toBe(true);
  const tampered = lines.map((line) => line.replace('"seq":2', '"seq":3'));
  for (const other of [tampered, lines.slice(1), [...lines, lines[2] ?? ""], [...lines].reverse()])
    expect(isListOf(HEAD, other, sha256)).toBe(false);
});

it("a signed head reads back as it was written, and nothing else is one", () => {
  const signed = { head: HEAD, signature: "a.b.c" };
  expect(readSignedAnchor(signedAnchorText(signed))).toEqual(signed);
  for (const text of ["", "null", "{}", JSON.stringify({ head: HEAD }), JSON.stringify({ ...signed, head: { ...HEAD, shard: -1 } })])
    expect(readSignedAnchor(text)).toBeNull();
});
