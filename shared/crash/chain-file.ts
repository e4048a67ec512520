/**
 * The form of a chain that was made offline: a public statement, and the chain's checkpoints in sealed pages.
 *
 * The statement is published with the terminating hash before anybody can know the salt, so it names the public source that the salt
 * will come from. A page holds the checkpoints of 50,000 links: few enough to be walked, link by link, while a game goes on.
 */
import { canonical } from "../kernel/canonical.ts";
import { invariant } from "../kernel/invariant.ts";
import { CHECKPOINT_LINKS, openLink } from "./chain.ts";
import { fromHex, type Sha256, toHex } from "./hash.ts";
import type { ChainConfig } from "./release.ts";

export const PAGE_CHECKPOINTS = 50;
export const CHAIN_LENGTH_MAX = 20_000_000;

export interface ChainStatement extends ChainConfig {
  readonly length: number;
  readonly terminatingHash: string;
  /** Which value of which public source will be the salt, e.g. the hash of a block that is not mined yet. */
  readonly saltSource: string;
  readonly algorithm: string;
  readonly gameVersion: string;
  readonly gameSha256: string;
  readonly mathsSha256: string;
  readonly configSha256: string;
  /** RFC 3339. */
  readonly madeAt: string;
}

/** The statement as one line of JSON with sorted keys: what is published, dated and hashed. */
export function statementText(statement: ChainStatement): string {
  return canonical({ ...statement });
}

export function pageCount(length: number): number {
  return Math.ceil(length / (CHECKPOINT_LINKS * PAGE_CHECKPOINTS));
}

/** What a page is sealed for: one place of one chain of one game, so that it opens nowhere else. */
export function pagePurpose({ gameId, terminatingHash }: Pick<ChainStatement, "gameId" | "terminatingHash">, page: number): string {
  return `crash-chain:${gameId}:${terminatingHash}:${page}`;
}

export function pageText(checkpoints: readonly Uint8Array[]): string {
  return checkpoints.map(toHex).join("");
}

/** Reads an opened page; null when it does not hold the page's number of checkpoints. */
export function readPage(text: string, length: number, page: number): readonly Uint8Array[] | null {
  const checkpoints = Math.ceil(length / CHECKPOINT_LINKS) - page * PAGE_CHECKPOINTS;
  const expected = Math.min(PAGE_CHECKPOINTS, checkpoints);
  if (expected <= 0 || text.length !== expected * 64 || !/^[0-9a-f]+$/.test(text)) return null;
  return Array.from({ length: expected }, (_, index) => fromHex(text.slice(index * 64, (index + 1) * 64)));
}

/**
 * Walks a page's links. `before` is where the page before ended, null for the first. Gives the link that the page ends in (the
 * terminating hash after the last one), or null when the checkpoints are not of one chain.
 */
export function walkPage(
  checkpoints: readonly Uint8Array[],
  before: Uint8Array | null,
  at: { readonly length: number; readonly page: number },
  sha256: Sha256,
): Uint8Array | null {
  let link = before;
  let number = at.page * PAGE_CHECKPOINTS * CHECKPOINT_LINKS;
  for (const checkpoint of checkpoints) {
    if (link !== null && toHex(link) !== toHex(checkpoint)) return null;
    const steps = Math.min(CHECKPOINT_LINKS, at.length - number);
    link = steps < CHECKPOINT_LINKS ? openLink(checkpoint, steps, sha256) : sha256(openLink(checkpoint, CHECKPOINT_LINKS - 1, sha256));
    number += CHECKPOINT_LINKS;
  }
  invariant(link !== null, "a page has checkpoints");
  return link;
}
