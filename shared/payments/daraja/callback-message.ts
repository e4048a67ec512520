/** What kind of message comes to an address, and how each kind is read. */
import type { ProviderReport } from "../report.ts";
import { b2cResultReferences, readB2cResult, readStatusResult } from "./b2c.ts";
import { readStkCallback, stkCallbackReference } from "./stk.ts";

export const DARAJA_MESSAGE_KINDS = ["stk", "b2c_result", "b2c_timeout", "status_result"] as const;
export type DarajaMessageKind = (typeof DARAJA_MESSAGE_KINDS)[number];

/** Real ones are under 2 KB; a queue message holds 128 KB. */
export const DARAJA_CALLBACK_CHARS_MAX = 32 * 1024;

/** What the message says of its intent; null when its text is not of this kind. */
export function readDarajaMessage(kind: DarajaMessageKind, text: string): ProviderReport | null {
  switch (kind) {
    case "stk":
      return readStkCallback(text);
    case "b2c_result":
      return readB2cResult(text);
    case "b2c_timeout":
      // "Not processed in time": the state of the payout is unknown, whatever the body says.
      return { source: "callback", reference: null, finding: { found: "unclear", code: "queue_timeout" } };
    case "status_result":
      return readStatusResult(text);
  }
}

/** The ids by which a message on a plain address can be matched to an intent, the provider's own ones first; empty when it has none. */
export function darajaReferences(kind: DarajaMessageKind, text: string): readonly string[] {
  const ids = kind === "stk" ? [stkCallbackReference(text)] : Object.values(b2cResultReferences(text) ?? {});
  return ids.filter((id) => id !== null);
}
