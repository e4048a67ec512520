/**
 * Verifies a wallet's export against a signed anchor, offline: needs nothing of the platform but the four files. Usage:
 * `npm run verify-wallet -- --anchor <head.json> --leaves <list.ndjson> --export <wallet.ndjson> --keys <jwks.json>`.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { JSONWebKeySet } from "jose";
import { verifyAnchoredExport } from "./lib/anchored-export.ts";

const USAGE = "usage: npm run verify-wallet -- --anchor <head.json> --leaves <list.ndjson> --export <wallet.ndjson> --keys <jwks.json>";

async function main(): Promise<string | null> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { anchor: text, leaves: text, export: text, keys: text } });
  const { anchor, leaves, export: walletExport, keys } = values;
  if (anchor === undefined || leaves === undefined || walletExport === undefined || keys === undefined) return USAGE;
  const verdict = await verifyAnchoredExport({
    anchor: readFileSync(anchor, "utf8"),
    leaves: readFileSync(leaves, "utf8"),
    walletExport: readFileSync(walletExport, "utf8"),
    keys: JSON.parse(readFileSync(keys, "utf8")) as JSONWebKeySet,
  });
  if (!verdict.ok) return `not verified: ${verdict.failure}`;
  for (const sentence of verdict.verified) console.log(`verified: ${sentence}`);
  return null;
}

const problem = await main().catch((error: unknown) => `not verified: ${error instanceof Error ? error.message : String(error)}`);
if (problem !== null) {
  console.error(problem);
  process.exitCode = 1;
}
