/**
 * The Odds API's client: GET, JSON, the key in the query (so no address is ever logged), and the quota in the answer's headers.
 */
import { SECOND_MS } from "../../../shared/kernel/time.ts";

const TIMEOUT_MS = 10 * SECOND_MS;
const ANSWER_CHARS_MAX = 4_000_000;

export type OddsApiAnswer =
  | { readonly kind: "answered"; readonly json: unknown /** Null when the provider does not say. */; readonly quotaLeft: number | null }
  /** Credits are used up, or the key is not valid: nothing more is worth asking in this run. */
  | { readonly kind: "refused"; readonly errorCode: string }
  /** Too many calls at once, or no usable answer; the next run asks again. */
  | { readonly kind: "unavailable"; readonly why: string };

export interface OddsApiOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** Prices of a sport from these books, for the match result and the totals; costs two credits. */
export function askOdds(options: OddsApiOptions, sportKey: string, bookmakers: readonly string[]): Promise<OddsApiAnswer> {
  const query = { bookmakers: bookmakers.join(","), markets: "h2h,totals", oddsFormat: "decimal", dateFormat: "iso" };
  return ask(options, `/v4/sports/${sportKey}/odds/`, query);
}

/** Scores of a sport's matches of the last three days; costs two credits. */
export function askScores(options: OddsApiOptions, sportKey: string): Promise<OddsApiAnswer> {
  return ask(options, `/v4/sports/${sportKey}/scores/`, { daysFrom: "3", dateFormat: "iso" });
}

async function ask({ baseUrl, apiKey }: OddsApiOptions, path: string, query: Readonly<Record<string, string>>): Promise<OddsApiAnswer> {
  const address = `${baseUrl}${path}?${new URLSearchParams({ ...query, apiKey }).toString()}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch (error) {
    return { kind: "unavailable", why: error instanceof Error ? error.name : "no answer" };
  }
  if (text.length > ANSWER_CHARS_MAX) return { kind: "unavailable", why: "too large" };
  const json = parsed(text);
  if (response.status === 401) return { kind: "refused", errorCode: errorCodeOf(json) };
  if (!response.ok) return { kind: "unavailable", why: `status ${response.status}` };
  return json === undefined ? { kind: "unavailable", why: "no JSON" } : { kind: "answered", json, quotaLeft: quotaOf(response.headers) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorCodeOf(json: unknown): string {
  const code = typeof json === "object" && json !== null && "error_code" in json ? json.error_code : "";
  return typeof code === "string" && /^[A-Z_]{1,40}$/.test(code) ? code : "UNKNOWN";
}

function quotaOf(headers: Headers): number | null {
  const left = headers.get("x-requests-remaining") ?? "";
  return /^\d{1,12}$/.test(left) ? Number(left) : null;
}
