/**
 * `npm run replay -- <folder or file> [--to URL] [--speed N] [--feed uof]`: posts recorded messages of a unified odds feed through the
 * platform's real feed port, signed, one at a time in the order of their names, and prints what became of each.
 *
 * Without `--speed` they follow each other at once; with it the recorded gaps are kept, N times as fast. A file may also hold recovery
 * requests as JSON (`{"product":3,"request_id":1001,"requested_at_ms":...}`). The secret is FEED_SECRET, or this machine's own.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { readHead } from "../bridge/message-head.ts";
import { createPlatform } from "../bridge/platform.ts";
import type { Spooled } from "../bridge/spool.ts";
import { developmentSecrets } from "./lib/development-secrets.ts";

const GAP_MS_MAX = 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: "string", default: "http://127.0.0.1:8787" },
    speed: { type: "string" },
    feed: { type: "string", default: "uof" },
  },
});

/** A file, or a folder's files in the order of their names: documents (`rest.*`) that messages build on come first. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => /\.(xml|json)$/.test(name));
  const first = names.filter((name) => name.startsWith("rest.fixture")).sort();
  const story = names.filter((name) => !name.startsWith("rest.")).sort();
  return [...first, ...story].map((name) => join(path, name));
}

/** Numbers continue with the clock, so that a second replay is not taken for a repetition of the first. */
function messageOf(file: string, sequence: number): Spooled {
  const kind = file.endsWith(".json") ? "recovery" : "xml";
  return { sequence, receivedAtMs: Date.now(), kind, text: readFileSync(file, "utf8"), path: null };
}

async function main(path: string): Promise<number> {
  const secret = process.env.FEED_SECRET ?? developmentSecrets(join(import.meta.dirname, "..")).FEED_SECRET ?? "";
  const platform = createPlatform({ platformUrl: values.to.replace(/\/+$/, ""), feed: values.feed, secret, now: Date.now });
  const speed = values.speed === undefined ? null : Number(values.speed);
  if (speed !== null && !(speed > 0)) throw new Error("--speed takes a number above zero");
  const files = filesOf(path);
  let [failed, sequence, lastMs] = [0, Date.now() * 1_000, 0];
  for (const file of files) {
    sequence += 1;
    const message = messageOf(file, sequence);
    const head = readHead(message.text);
    const atMs = head?.timestampMs ?? lastMs;
    if (speed !== null && lastMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(GAP_MS_MAX, (atMs - lastMs) / speed)));
    lastMs = atMs;
    const outcome = await platform.post([message]);
    const about = [head?.name ?? "recovery", head?.eventId ?? ""].join(" ").trim();
    console.log(`${basename(file)}: ${about}: ${JSON.stringify(outcome.kind === "accepted" ? outcome.receipt : outcome)}`);
    if (outcome.kind !== "accepted" || outcome.receipt.refused.length > 0) failed += 1;
  }
  console.log(`${files.length} messages posted, ${failed} not taken.`);
  return failed;
}

const [path] = positionals;
if (path === undefined || positionals.length > 1) {
  console.error("replay: name one folder or file, e.g. npm run replay -- simulators/data/uof");
  process.exit(1);
}
process.exit((await main(path)) === 0 ? 0 : 1);
