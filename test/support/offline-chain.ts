/** Chains as `npm run crash:chain make` writes them, from a seed that a test chooses. */
import { sha256OfBytes } from "../../durable-objects/platform/hash.ts";
import { sealText } from "../../durable-objects/platform/sealed-text.ts";
import { buildChain } from "../../shared/crash/chain.ts";
import { type ChainStatement, PAGE_CHECKPOINTS, pageCount, pagePurpose, pageText } from "../../shared/crash/chain-file.ts";
import { ALGORITHM } from "../../shared/crash/crash-point.ts";
import { toHex } from "../../shared/crash/hash.ts";
import { configSha256, GAME, MATHS } from "../../shared/crash/release.ts";
import type { CrashRules } from "../../shared/tenants/tenant.ts";

export interface OfflineChain {
  readonly statement: ChainStatement;
  readonly pages: readonly string[];
}

export interface OfflineChainParts {
  readonly seed: number;
  readonly length: number;
  readonly secret: string;
  readonly saltSource: string;
  readonly rules: CrashRules;
}

export function makeOfflineChain({ seed, length, secret, saltSource, rules }: OfflineChainParts): OfflineChain {
  const { terminating, checkpoints } = buildChain(new Uint8Array(32).fill(seed), length, sha256OfBytes);
  const { gameId, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs } = rules;
  const config = { gameId, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs };
  const statement: ChainStatement = {
    ...config,
    length,
    terminatingHash: toHex(terminating),
    saltSource,
    algorithm: ALGORITHM,
    gameVersion: GAME.version,
    gameSha256: GAME.sha256,
    mathsSha256: MATHS.sha256,
    configSha256: configSha256(config, sha256OfBytes),
    madeAt: "2026-11-23T08:00:00.000Z",
  };
  const pages = Array.from({ length: pageCount(length) }, (_, page) => {
    const part = checkpoints.slice(page * PAGE_CHECKPOINTS, (page + 1) * PAGE_CHECKPOINTS);
    return sealText(secret, pagePurpose(statement, page), pageText(part));
  });
  return { statement, pages };
}
