/**
 * Fetches what the line waits for (fixtures, descriptions), a few at a time, and puts it into its place. A document that can't be had
 * is given up after some attempts: odds without a name are better late than settlements that wait for one.
 */
import { log } from "../durable-objects/platform/log.ts";
import { SECOND_MS } from "../shared/kernel/time.ts";
import { UOF_XML_CHARS_MAX } from "../shared/protocol/feed/uof-batch.ts";
import type { Rest } from "./rest.ts";
import { splitDocument } from "./split-document.ts";
import type { AwaitedDocument, Spool } from "./spool.ts";

const AT_ONCE = 8;
const ATTEMPTS_MAX = 4;
const WAIT_MS = SECOND_MS;
/** Not there, and more than the port takes. */
const FINAL = new Set([404, 413]);

/** The address of an event's fixture; `fresh` asks past the provider's caches. Null for events that have none (seasons, tournaments). */
export function fixturePath(urn: string, language: string, fresh: boolean): string | null {
  if (!/^[a-z]+:match:\d+$/.test(urn)) return null;
  return `/sports/${language}/sport_events/${urn}/${fresh ? "fixture_change_fixture" : "fixture"}.xml`;
}

/** The address of how an event stands; null for events that have none. */
export function summaryPath(urn: string, language: string): string | null {
  return /^[a-z]+:match:\d+$/.test(urn) ? `/sports/${language}/sport_events/${urn}/summary.xml` : null;
}

/** Fetches the first that are due; answers how many it tried. */
export async function fetchAwaited(spool: Spool, rest: Rest, now: () => number): Promise<number> {
  const due = spool.awaited(AT_ONCE, now());
  await Promise.all(due.map((document) => fetchOne(spool, rest, now, document)));
  return due.length;
}

/** The document as the port takes it; null for one that is too large and can't be cut. */
function partsOf(text: string): readonly string[] | null {
  return text.length <= UOF_XML_CHARS_MAX ? [text] : splitDocument(text, UOF_XML_CHARS_MAX);
}

async function fetchOne(spool: Spool, rest: Rest, now: () => number, { sequence, path, attempts }: AwaitedDocument): Promise<void> {
  const fetched = await rest.get(path);
  const parts = fetched.ok ? partsOf(fetched.text) : null;
  if (parts !== null) {
    spool.fill(sequence, parts, now());
    return;
  }
  const status = fetched.ok ? 413 : fetched.status;
  if (attempts + 1 < ATTEMPTS_MAX && !FINAL.has(status)) {
    spool.retryDocument(sequence, now() + WAIT_MS * 2 ** attempts);
    return;
  }
  log("warn", "document_given_up", { path, status });
  spool.giveUpDocument(sequence);
}
