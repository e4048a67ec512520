import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { type ChainConfig, configSha256, configText } from "./release.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const CONFIG: ChainConfig = { gameId: "crash-ke", houseEdgeBasisPoints: 300, capHundredths: 1_000_000, curveMillionthsPerMs: 60 };

it("writes a configuration as one text, whatever the order of its fields", () => {
  const text = `{"algorithm":"mkeka-v1","capHundredths":1000000,"curveMillionthsPerMs":60,"gameId":"crash-ke","houseEdgeBasisPoints":300}`;
  expect(configText(CONFIG)).toBe(text);
  expect(configSha256(CONFIG, sha256)).toBe(createHash("sha256").update(text).digest("hex"));
});

it("gives another hash for every other game, edge, cap and curve", () => {
  const others: readonly ChainConfig[] = [
    { ...CONFIG, gameId: "crash-gh" },
    { ...CONFIG, houseEdgeBasisPoints: 301 },
    { ...CONFIG, capHundredths: 999_999 },
    { ...CONFIG, curveMillionthsPerMs: 61 },
  ];
  const hashes = new Set([CONFIG, ...others].map((config) => configSha256(config, sha256)));
  expect(hashes.size).toBe(5);
});
