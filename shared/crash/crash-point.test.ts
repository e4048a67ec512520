import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { crashOfDraw } from "./crash-point.ts";
import type { HmacSha256, Sha256 } from "./hash.ts";
import { letsbetCommitment, letsbetCrash } from "./letsbet-v1.ts";

const sha256: Sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const hmac: HmacSha256 = (key, message) => createHmac("sha256", key).update(message).digest();

const RULES = { houseEdgeBasisPoints: 300, capHundredths: 1_000_000 };

describe("crash point", () => {
  it("is 1.00 at the lowest draw and the cap at the highest", () => {
    expect(crashOfDraw(0, RULES)).toBe(100);
    expect(crashOfDraw(2 ** 52 - 1, RULES)).toBe(1_000_000);
  });

  it("returns 97% to the player at 1.01, 2 and 10 within three sigma over a million rounds", () => {
    const rounds = 1_000_000;
    const targets = [101, 200, 1_000];
    const wins = targets.map(() => 0);
    for (let block = 0; block < rounds / 4; block += 1) {
      const bytes = createHash("sha256").update(`rtp:${block}`).digest();
      for (let part = 0; part < 4; part += 1) {
        const draw = bytes.readUIntBE(part * 7, 6) * 16 + (bytes.readUInt8(part * 7 + 6) >> 4);
        const crash = crashOfDraw(draw, RULES);
        targets.forEach((target, index) => {
          if (crash >= target) wins[index] = (wins[index] ?? 0) + 1;
        });
      }
    }
    targets.forEach((target, index) => {
      const chance = 97 / target;
      const sigma = (target / 100) * Math.sqrt((chance * (1 - chance)) / rounds);
      const returned = ((wins[index] ?? 0) / rounds) * (target / 100);
      expect(Math.abs(returned - 0.97)).toBeLessThan(3 * sigma);
    });
  });
});

describe("letsbet-v1", () => {
  it.each([
    ["deadbeef", "2baf1f40105d9501fe319a8ec463fdf4325a2a5df445adf3f572f626253678c9"],
    ["your-server-seed", "8e05818bed83011ddea9b1a0244a7e304ea1e68ed78b27a78fda6429ba7c86b6"],
  ])("commits to %s by the hash of its text", (seed, hash) => {
    expect(letsbetCommitment(seed, sha256)).toBe(hash);
  });

  it.each([
    ["server-1", "client-1", 42, 199],
    ["seed", "client", 1, 420],
    ["seed", "client", 2, 140],
    ["seed", "client", 3, 692],
    ["seed", "client", 4, 677],
    ["seed", "client", 5, 134],
    ["seed", "client", 18, 100],
    ["seed", "client", 411, 44_861],
    ["deadbeef", "player-123", 777, 117],
    ["a".repeat(64), "x", 1, 123],
    ["deadbeef", "", 1, 1_531],
  ])("gives the published result of (%s, %s, %i)", (serverSeed, clientSeed, roundNumber, crash) => {
    expect(letsbetCrash({ serverSeed, clientSeed, roundNumber }, hmac).crashHundredths).toBe(crash);
  });

  it("names the instant bust", () => {
    expect(letsbetCrash({ serverSeed: "seed", clientSeed: "client", roundNumber: 18 }, hmac).instantBust).toBe(true);
  });
});
