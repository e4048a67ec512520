/**
 * The provider's REST side: documents by GET, recoveries by POST. The token travels in a header and is in no error and no log.
 */
import { SECOND_MS } from "../shared/kernel/time.ts";

/** A recovery may take its time; what a message waits for may not. */
const TIMEOUT_MS = { GET: 10 * SECOND_MS, POST: 30 * SECOND_MS };
/** The largest document, all markets' descriptions, is two to three megabytes. */
const DOCUMENT_CHARS_MAX = 10_000_000;

export type Fetched = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly status: number };

export interface Rest {
  /** Fetches a document below `/v1`; status 0 stands for no answer. */
  get(path: string): Promise<Fetched>;
  /** Asks for a recovery; answers the status, 202 when accepted, 0 for no answer. */
  post(path: string): Promise<number>;
}

export function createRest(apiUrl: string, accessToken: string): Rest {
  const call = (method: "GET" | "POST", path: string) =>
    fetch(`${apiUrl}${path}`, { method, headers: { "x-access-token": accessToken }, signal: AbortSignal.timeout(TIMEOUT_MS[method]) });
  return {
    async get(path) {
      try {
        const response = await call("GET", path);
        const text = await response.text();
        if (!response.ok) return { ok: false, status: response.status };
        return text.length > DOCUMENT_CHARS_MAX ? { ok: false, status: 413 } : { ok: true, text };
      } catch {
        return { ok: false, status: 0 };
      }
    },
    async post(path) {
      try {
        const response = await call("POST", path);
        await response.body?.cancel();
        return response.status;
      } catch {
        return 0;
      }
    },
  };
}
