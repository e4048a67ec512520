/**
 * Results that other hash-chain games published, recomputed bit by bit. Our own formula with an edge of 100 basis points is theirs; what
 * differs between their eras is written out here, where a reader can compare, and nowhere in the product.
 */
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { follows } from "./chain.ts";
import { crashPoint } from "./crash-point.ts";
import { fromHex, type HmacSha256, type Sha256, toHex } from "./hash.ts";
import { verifyChainRound } from "./verify.ts";

const sha256: Sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const hmacSha256: HmacSha256 = (key, message) => createHmac("sha256", key).update(message).digest();
const UNCAPPED = 1_000_000_000_000;

function pointOf(hash: string, salt: string): number {
  const rules = { salt, houseEdgeBasisPoints: 100, capHundredths: UNCAPPED };
  return crashPoint(fromHex(hash), rules, hmacSha256).crashHundredths;
}

describe("the chain over raw bytes, games from 12,279,451 on", () => {
  const salt = "00000000000000000001e08b7fd44f95e3e950ac65650a8031a6d5e1750e34be";
  const games = [
    [12_306_896, "94aa062026624e59a0ace092568d5f46e21b9bf1d5173609db8645dd62bdfc44", 1_091],
    [12_306_895, "94e66d98029c61ecd27c4fb6b381d401c823cf3dfbdac9246756d5b655e125aa", 426],
    [12_306_894, "8d3b9726ca7bc5e3637bf2079e09eaf2a9d67df4e6f50ff23a7b593bd802cca6", 183],
    [12_306_893, "1b0866f6e6f4fc12e86ca0debeed809d154b1a54bdcf33fce812975086118331", 585],
  ] as const;

  it.each(games)("gives game %i's published result", (_game, hash, crash) => {
    expect(pointOf(hash, salt)).toBe(crash);
  });

  it("links every game to the one before", () => {
    games.slice(1).forEach(([, older], index) => {
      expect(follows(fromHex(games[index]?.[1] ?? ""), fromHex(older), sha256)).toBe(true);
    });
  });

  it("reaches 2x and 10x as often as the formula says, over the 27,446 games before", () => {
    const played = 27_446;
    const rules = { salt, houseEdgeBasisPoints: 100, capHundredths: UNCAPPED };
    const points: number[] = [];
    let hash: Uint8Array = fromHex(games[0][1]);
    for (let game = 0; game < played; game += 1) {
      points.push(crashPoint(hash, rules, hmacSha256).crashHundredths);
      hash = sha256(hash);
    }
    for (const target of [200, 1_000]) {
      const chance = 99 / target;
      const share = points.filter((point) => point >= target).length / played;
      expect(Math.abs(share - chance)).toBeLessThan(3 * Math.sqrt((chance * (1 - chance)) / played));
    }
  });
});

describe("the chain over hex text, games 1 to 10,000,000", () => {
  const salt = "0000000000000000004d6ec16dafe9d8370958664c1dc422f452892264c59526";
  it.each([
    ["5d07719b61b0abb6f1c3b17b1d69c838278f87f9b5e75077026e5fedf96c2eb2", 205_590],
    ["9f57575fd54cd441e962448537e155ace9555df10cd27fa817bbcaf48a59ebcf", 1_549],
    ["79f6bbae758befa1e06f0ecb3722458144610de4bb72fd548b9709120618e54f", 131],
  ])("gives the published result of %s", (hash, crash) => {
    expect(pointOf(hash, salt)).toBe(crash);
  });

  it("ends game 1 in the published terminating hash when the text is hashed, and not when the bytes are", () => {
    const first = "9f57575fd54cd441e962448537e155ace9555df10cd27fa817bbcaf48a59ebcf";
    const terminating = "86728f5fc3bd99db94d3cdaf105d67788194e9701bf95d049ad0e1ee3d004277";
    expect(toHex(sha256(new TextEncoder().encode(first)))).toBe(terminating);
    expect(toHex(sha256(fromHex(first)))).not.toBe(terminating);
  });
});

describe("the family of 32-bit draws", () => {
  const blockHash = "0000000000000000001b34dc6a1e86083f95500b096231436e9b25cbdd0075c4";
  it.each([
    ["b4e7b335045da0a2666145980d03ed440a2e150e5369c72c7e6e24aeeb95f791", 2.5682504010713783],
    ["3e473405bd819ed4171854194bae75a2b117739fc1ab2e1c4cd263e1904dae6f", 1.3193661251992947],
    ["ca9b74c095c615cdf961892e54b35d42b6b8d3612266ff158547020fab514cf7", 3.018368989236868],
  ])("gives the published result of %s", (gameHash, crash) => {
    const draw = Number.parseInt(toHex(hmacSha256(gameHash, new TextEncoder().encode(blockHash))).slice(0, 8), 16);
    expect(Math.max(1, (2 ** 32 / (draw + 1)) * 0.99)).toBe(crash);
  });

  it("is another game than ours: the same hash and salt give another point", () => {
    expect(pointOf("b4e7b335045da0a2666145980d03ed440a2e150e5369c72c7e6e24aeeb95f791", blockHash)).not.toBe(256);
  });
});

it("shows every intermediate value of a published game", () => {
  const salt = "00000000000000000001e08b7fd44f95e3e950ac65650a8031a6d5e1750e34be";
  const rules = { salt, houseEdgeBasisPoints: 100, capHundredths: UNCAPPED };
  const { steps } = verifyChainRound("94aa062026624e59a0ace092568d5f46e21b9bf1d5173609db8645dd62bdfc44", rules, { sha256, hmacSha256 });
  const [, commitment, , hmac, draw, hundredths, point] = steps.map(({ value }) => value);
  expect(commitment).toBe("94e66d98029c61ecd27c4fb6b381d401c823cf3dfbdac9246756d5b655e125aa");
  expect(Number.parseInt(hmac?.slice(0, 13) ?? "", 16)).toBe(Number(draw));
  expect([hundredths, point]).toEqual(["1091", "10.91"]);
});
