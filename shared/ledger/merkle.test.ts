/** A root stands for one list in one order, and a proof for one leaf of it. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isInTree, merkleProof, merkleRoot } from "./merkle.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const list = (count: number): string[] => Array.from({ length: count }, (_, n) => `leaf ${n}`);
const hex = (...parts: (string | number[])[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(typeof part === "string" ? Buffer.from(part, "hex") : Buffer.from(part));
  return hash.digest("hex");
};

describe("a root", () => {
  it("of nothing is the hash of nothing", () => {
    expect(merkleRoot([], sha256)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("follows RFC 6962: of an empty leaf, and of three that split two to one", () => {
    expect(merkleRoot([""], sha256)).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    const [a, b, c] = ["61", "62", "63"].map((leaf) => hex([0], leaf)) as [string, string, string];
    expect(merkleRoot(["a", "b", "c"], sha256)).toBe(hex([1], hex([1], a, b), c));
  });

  it("changes with any leaf, with their order and with a doubled last leaf", () => {
    for (let count = 1; count <= 17; count += 1) {
      const root = merkleRoot(list(count), sha256);
      const others = list(count).map((_, at) => merkleRoot(list(count).with(at, "tampered"), sha256));
      expect(new Set([root, ...others]).size).toBe(count + 1);
      expect(merkleRoot([...list(count), `leaf ${count - 1}`], sha256)).not.toBe(root);
      if (count > 1) expect(merkleRoot(list(count).reverse(), sha256)).not.toBe(root);
    }
  });
});

describe("a proof", () => {
  it("leads every leaf of every size to the root, and nothing else", () => {
    for (let count = 1; count <= 17; count += 1) {
      const leaves = list(count);
      const root = merkleRoot(leaves, sha256);
      for (const [at, leaf] of leaves.entries()) {
        const proof = merkleProof(leaves, at, sha256);
        expect(isInTree(leaf, proof, root, sha256)).toBe(true);
        expect(isInTree("tampered", proof, root, sha256)).toBe(false);
        expect(isInTree(leaf, proof, merkleRoot([...leaves, "x"], sha256), sha256)).toBe(false);
        for (const [step, { side, hash }] of proof.entries()) {
          const turned = proof.with(step, { side: side === "left" ? "right" : "left", hash });
          expect(isInTree(leaf, turned, root, sha256)).toBe(false);
        }
      }
    }
  });

  it("with a step that is no hash leads nowhere", () => {
    expect(isInTree("a", [{ side: "left", hash: "zz" }], merkleRoot(["a"], sha256), sha256)).toBe(false);
  });

  it("can't be asked for a leaf that isn't there", () => {
    for (const index of [-1, 3, 0.5]) expect(() => merkleProof(list(3), index, sha256)).toThrow("no leaf");
  });
});
