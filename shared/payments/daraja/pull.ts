/**
 * Daraja's Pull Transactions: what customers paid to a shortcode in the last 48 hours, page by page. Payouts are not in it.
 *
 * Keys are lower-case, lists are nested in lists, and the code 1001 says "no transactions" of a query and "already registered" of a
 * registration.
 */
import { HOUR_MS, type UnixMs, unixMs } from "../../kernel/time.ts";
import type { Minor } from "../../money/minor.ts";
import { answerSummary, type HttpAnswer } from "./http-answer.ts";
import { type WireObject, wireAmount, wireList, wireText } from "./wire-value.ts";

/** How far back a query reaches. */
export const PULL_REACH_MS = 48 * HOUR_MS;
const EAT_OFFSET_MS = 3 * HOUR_MS;
const DONE = "1000";
const NOTHING_NEW = "1001";

export interface PulledLine {
  readonly receipt: string;
  readonly amountMinor: Minor;
  readonly occurredAtMs: UnixMs;
  /** The line as it came. */
  readonly raw: string;
}

export type PulledPage =
  /** `rowCount` counts lines that could not be read too, which `unreadable` has as they came: the next page starts after them. */
  | { readonly answered: true; readonly lines: readonly PulledLine[]; readonly unreadable: readonly string[]; readonly rowCount: number }
  | { readonly answered: false; readonly detail: string };

/** `2020-08-04 08:36:00`, East Africa Time. */
export function pullDateTime(at: UnixMs): string {
  return new Date(at + EAT_OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

/** Reads `2020-08-05T10:13:00Z`, or the same without a zone and then in East Africa Time; null for anything else. */
export function pullInstant(text: string): UnixMs | null {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}:\d{2})(\.\d+)?(Z?)$/.exec(text);
  if (match === null) return null;
  const [, day, time = "", , zone] = match;
  const at = Date.parse(`${day}T${time.padStart(8, "0")}${zone === "Z" ? "Z" : "+03:00"}`);
  return Number.isFinite(at) && at >= 0 ? unixMs(at) : null;
}

/** Reads a page of a statement. */
export function readPullAnswer(answer: HttpAnswer): PulledPage {
  const code = answer.answered ? wireText(answer.body?.ResponseCode) : null;
  if (!answer.answered || answer.body === null || (code !== DONE && code !== NOTHING_NEW)) {
    return { answered: false, detail: `${answerSummary(answer)} ${code ?? ""}`.trim() };
  }
  const { Response } = answer.body;
  const rows = (Array.isArray(Response) ? Response.flat() : [Response]).flatMap(wireList);
  const unreadable = rows.filter((row) => readLine(row) === null).map((row) => JSON.stringify(row));
  return { answered: true, lines: rows.map(readLine).filter((line) => line !== null), unreadable, rowCount: rows.length };
}

/** True when the shortcode is registered now, or was before. */
export function isRegistered(answer: HttpAnswer): boolean {
  const status = answer.answered ? wireText(answer.body?.ResponseStatus) : null;
  return status === DONE || status === NOTHING_NEW;
}

function readLine(row: WireObject): PulledLine | null {
  const receipt = wireText(row.transactionId);
  const amountMinor = wireAmount(row.amount);
  const occurredAtMs = pullInstant(wireText(row.trxDate) ?? "");
  if (receipt === null || amountMinor === null || occurredAtMs === null) return null;
  return { receipt, amountMinor, occurredAtMs, raw: JSON.stringify(row) };
}
