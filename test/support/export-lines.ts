/** Export lines as someone writes them who knows the format: with numbers and line hashes that are right. */
import { sha256Hex } from "../../durable-objects/platform/hash.ts";
import type { Canonical } from "../../shared/kernel/canonical.ts";
import { EXPORT_START, writeLine } from "../../shared/ledger/export-line.ts";

/** The same contents with new numbers and line hashes. */
export function resealed(lines: readonly string[]): readonly string[] {
  let hash = EXPORT_START;
  return lines.map((line, index) => {
    const { h: _hash, ...content } = JSON.parse(line) as { [key: string]: Canonical };
    const written = writeLine(hash, { ...content, n: index + 1 }, sha256Hex);
    hash = written.hash;
    return written.text;
  });
}
