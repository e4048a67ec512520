/**
 * Documents of names that the platform lacks: single variants, players, and the whole list when a market is on none. Each is fetched once
 * in a while at most, also over restarts: what the provider does not describe is named by every message about it.
 */
import { HOUR_MS } from "../shared/kernel/time.ts";
import type { UofUndescribed } from "../shared/protocol/feed/uof-batch.ts";
import type { Spool } from "./spool.ts";

/** A single variant may change for so long. */
export const NAMES_AGAIN_MS = 3 * HOUR_MS;

/** All markets, and the outcomes of variants: fetched daily. */
export function listPaths(language: string): readonly string[] {
  return [`/descriptions/${language}/markets.xml`, `/descriptions/${language}/variants.xml`];
}

function pathsOf(wanted: UofUndescribed, language: string): readonly string[] {
  if ("player" in wanted) return [`/sports/${language}/players/${wanted.player}/profile.xml`];
  if (wanted.variant === null) return listPaths(language);
  return [`/descriptions/${language}/markets/${wanted.market}/variants/${encodeURIComponent(wanted.variant)}`];
}

/** Puts the documents into the line that were not asked for lately. */
export function awaitNames(spool: Spool, wanted: readonly UofUndescribed[], language: string, nowMs: number): void {
  const paths = new Set(wanted.flatMap((one) => pathsOf(one, language)));
  for (const path of paths) spool.awaitNames(path, nowMs, nowMs - NAMES_AGAIN_MS);
}
