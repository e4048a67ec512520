/**
 * Reads what a provider states into the country's database: every quarter of an hour, with an overlap, each line kept once as it came.
 *
 * What can't be had is a finding with an item of its own, because nobody can match what nobody read: a stretch of time that the provider
 * tells no more, and a line that makes no sense to us. No later look can find those right; they stay open until a person closes them.
 */
import { sha256Hex } from "../../../durable-objects/platform/hash.ts";
import { log } from "../../../durable-objects/platform/log.ts";
import { HOUR_MS, MINUTE_MS, toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type Finding, readCursor, saveCursor, saveRun } from "../../adapters/d1/reconciliation-log.ts";
import { saveStatementLines } from "../../adapters/d1/statements.ts";
import type { StatementSource } from "./statement-source.ts";

const READ_EVERY_MS = 15 * MINUTE_MS;
/** Lines come late and out of order; what was read before is kept once. */
const OVERLAP_MS = 6 * HOUR_MS;
const PAGES_PER_RUN_MAX = 50;

export type StatementRead = "read" | "not_due" | "unreadable";

/** Stores what the provider states up to now, when that is due, and records what could not be had. Bounded; idempotent. */
export async function readStatement(
  database: D1Database,
  country: Country,
  source: StatementSource,
  nowMs: number,
): Promise<StatementRead> {
  const { provider } = source;
  const cursor = await readCursor(database, `statement:${provider}`);
  if (cursor !== null && nowMs - cursor.updatedAtMs < READ_EVERY_MS) return "not_due";
  const positionMs = cursor === null ? null : Number(cursor.position);
  const pages = await storePages(database, source, positionMs, nowMs);
  const findings = [...pages.findings, ...gapOf(source, positionMs, nowMs)];
  if (pages.problem !== null) findings.push(finding("unread", provider, pages.problem));
  // Before the cursor moves: a run that dies in between finds the same again.
  if (findings.length > 0) await record(database, country, provider, findings, nowMs);
  if (pages.problem !== null) return "unreadable";
  await saveCursor(database, `statement:${provider}`, String(nowMs), nowMs);
  return "read";
}

interface Pages {
  /** Why the provider's statement could not be read to its end, or null. */
  readonly problem: string | null;
  readonly findings: readonly Finding[];
}

async function storePages(database: D1Database, source: StatementSource, positionMs: number | null, nowMs: number): Promise<Pages> {
  const { provider, reachMs } = source;
  const findings: Finding[] = [];
  if (positionMs === null && !(await source.register()))
    return { problem: "the provider did not take the registration for statements", findings };
  const fromMs = Math.max(positionMs === null ? 0 : positionMs - OVERLAP_MS, nowMs - reachMs);
  for (let offset = 0, pages = 0; ; pages += 1) {
    const page = await source.page(unixMs(fromMs), unixMs(nowMs), offset);
    if (!page.answered) return { problem: page.detail, findings };
    if (pages === PAGES_PER_RUN_MAX) return { problem: "more pages than a run reads", findings };
    for (const raw of page.unreadable)
      findings.push(finding("unreadable", `line:${sha256Hex(raw).slice(0, 16)}`, `${provider} states a line that can't be read`));
    await saveStatementLines(
      database,
      page.lines.map((line) => ({ ...line, provider, digest: sha256Hex(line.raw), readAtMs: nowMs })),
    );
    if (page.rowCount === 0) return { problem: null, findings };
    offset += page.rowCount;
  }
}

/** What lies between the last read and the farthest that the provider tells. */
function gapOf({ provider, reachMs }: StatementSource, positionMs: number | null, nowMs: number): readonly Finding[] {
  if (positionMs === null || positionMs >= nowMs - reachMs) return [];
  const [from, to] = [toRfc3339(unixMs(positionMs)), toRfc3339(unixMs(nowMs - reachMs))];
  return [finding("gap", `gap:${from}`, `${provider}'s statement was not read from ${from} to ${to} and reaches no farther back`)];
}

function finding(kind: string, subject: string, note: string): Finding {
  return { class: kind, subject, hereMinor: null, thereMinor: null, note, repaired: false };
}

/** A look that saw nothing, or not everything, is recorded too. */
async function record(
  database: D1Database,
  country: Country,
  provider: string,
  findings: readonly Finding[],
  nowMs: number,
): Promise<void> {
  for (const each of findings) log("error", "statement_not_read", { country, provider, ...each });
  await saveRun(database, {
    country,
    level: "L3",
    scope: provider,
    fromPosition: "",
    toPosition: "",
    startedAtMs: nowMs,
    endedAtMs: Math.max(nowMs, Date.now()),
    checked: 0,
    findings,
    subjects: [],
    cursor: null,
  });
}
