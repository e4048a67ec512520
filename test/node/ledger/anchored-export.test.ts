/** Anyone can verify a wallet's export against a signed anchor with four files; a change in any of them is named. */
import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJWK } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exportPage } from "../../../durable-objects/wallet/export.ts";
import type { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { type Evidence, verifyAnchoredExport } from "../../../scripts/lib/anchored-export.ts";
import { type AnchorLeaf, leafTexts, signedAnchorText } from "../../../shared/ledger/anchor.ts";
import { merkleRoot } from "../../../shared/ledger/merkle.ts";
import { shardOf } from "../../../shared/ledger/shards.ts";
import { signAnchor } from "../../../workers/services/ledger/anchor-signature.ts";
import { resealed } from "../../support/export-lines.ts";
import { WalletWorld } from "../wallet/wallet-world.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const { d: _secret, ...publicPart } = privateKey.export({ format: "jwk" });
const PUBLIC = { ...publicPart, kid: "k1", alg: "EdDSA", use: "sig" };
const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();

let evidence: Evidence;
let walletId: string;

function exportOf(stores: WalletStores): readonly string[] {
  const lines: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = exportPage(stores, cursor);
    if (!page.ok) throw new Error(page.error.reason);
    lines.push(...page.value.lines);
    cursor = page.value.cursor;
    if (cursor === null) return lines;
  }
}

async function anchorOver(leaves: readonly AnchorLeaf[], shard: number): Promise<{ anchor: string; leaves: string }> {
  const lines = leafTexts(leaves);
  const signing = await importJWK({ ...privateKey.export({ format: "jwk" }), alg: "EdDSA" });
  const head = { v: 1, country: "KE", day: "2026-11-22", shard, count: lines.length, root: merkleRoot(lines, sha256) } as const;
  const signed = await signAnchor({ kid: "k1", signing }, { ...head, previousRoot: null, anchoredAtMs: 1 });
  return { anchor: signedAnchorText(signed), leaves: `${lines.join("\n")}\n` };
}

const others = (shard: number): AnchorLeaf[] => [{ walletId: "KE:usr_OTHER", epoch: 1, seq: shard, hash: "0".repeat(64) }];

async function failure(change: Partial<Evidence>): Promise<string> {
  const verdict = await verifyAnchoredExport({ ...evidence, ...change });
  return verdict.ok ? "verified" : verdict.failure;
}

beforeAll(async () => {
  const world = new WalletWorld();
  world.deposit(10_000);
  const wallet = world.stores;
  walletId = wallet.profiles.profile()?.walletId ?? "";
  const hash = wallet.journal.entry(3)?.hash ?? "";
  const files = await anchorOver([...others(1), { walletId, epoch: 1, seq: 3, hash }], shardOf(walletId));
  evidence = { ...files, walletExport: `${exportOf(wallet).join("\n")}\n`, keys: { keys: [PUBLIC] } };
});

it("an export of the anchored wallet is verified, also after the wallet went on", async () => {
  const verdict = await verifyAnchoredExport(evidence);
  expect(verdict).toMatchObject({
    ok: true,
    verified: [expect.stringContaining("signed by the key k1"), expect.anything(), expect.anything(), expect.stringContaining("entry 3")],
  });
});

it("a head that was changed, or signed by another key, is named", async () => {
  expect(await failure({ anchor: evidence.anchor.replace('"count":2', '"count":3') })).toContain("signature");
  expect(await failure({ anchor: "{}" })).toContain("not a signed head");
  const { x, ...rest } = PUBLIC;
  const other = { ...rest, x: generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? x };
  expect(await failure({ keys: { keys: [other] } as Evidence["keys"] })).toContain("signature");
});

it("a list with a leaf changed or left out is not the signed one", async () => {
  expect(await failure({ leaves: evidence.leaves.replace('"seq":3', '"seq":2') })).toContain("list of leaves");
  expect(await failure({ leaves: evidence.leaves.split("\n").slice(1).join("\n") })).toContain("list of leaves");
});

it("an export that was touched is refused with the line", async () => {
  expect(await failure({ walletExport: evidence.walletExport.replace("DEPOSIT_STARTED", "DEPOSIT_ENDED") })).toMatch(/line \d+/);
  expect(await failure({ walletExport: "" })).toContain("line 1");
});

it("an export whose every line was resealed is still found: the entry's own hash no longer fits", async () => {
  const lines = evidence.walletExport.trimEnd().split("\n");
  const forged = resealed(lines.map((line) => line.replace('"amountMinor":9500', '"amountMinor":9600')));
  expect(await failure({ walletExport: forged.join("\n") })).toMatch(/I1|I3|I6/);
});

it("a wallet that the anchor does not have, or has with another hash or further on, is named", async () => {
  const shard = shardOf(walletId);
  const leaf = (seq: number, hash: string) => [...others(1), { walletId, epoch: 1, seq, hash }];
  expect(await failure(await anchorOver(others(1), shard))).toContain("does not have");
  expect(await failure(await anchorOver(leaf(3, "f".repeat(64)), shard))).toContain("Entry 3");
  expect(await failure(await anchorOver(leaf(99, "f".repeat(64)), shard))).toContain("ends at entry");
  expect(await failure(await anchorOver(leaf(3, "f".repeat(64)), (shard + 1) % 64))).toContain("shard");
});

const folder = mkdtempSync(join(tmpdir(), "mkeka-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("the program prints what it verified, and exits 1 with a sentence when something fails", () => {
  const files: Record<string, string> = {
    anchor: evidence.anchor,
    leaves: evidence.leaves,
    export: evidence.walletExport,
    keys: JSON.stringify(evidence.keys),
  };
  const args = Object.entries(files).flatMap(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return [`--${name}`, join(folder, name)];
  });
  const run = () => spawnSync(process.execPath, ["scripts/verify-wallet.ts", ...args], { encoding: "utf8" });
  expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining(`The export of ${walletId} holds`) });
  writeFileSync(join(folder, "leaves"), "");
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("not verified: The list of leaves") });
});
