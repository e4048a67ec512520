/**
 * The platform's feed port: posts one signed batch and says what became of it. The secret signs and is never sent.
 */
import { createHmac } from "node:crypto";
import { SECOND_MS } from "../shared/kernel/time.ts";
import { FEED_SIGNATURE_HEADER, signedText } from "../shared/protocol/feed/batch.ts";
import { type UofReceipt, uofReceiptSchema } from "../shared/protocol/feed/uof-batch.ts";
import type { Spooled } from "./spool.ts";

const TIMEOUT_MS = 30 * SECOND_MS;

export type PostOutcome =
  | { readonly kind: "accepted"; readonly receipt: UofReceipt }
  /** The platform will never take this body. */
  | { readonly kind: "refused"; readonly status: number }
  /** It may take it later. */
  | { readonly kind: "failed"; readonly why: string };

/** Statuses that are about the body; all others are about the moment or the settings. */
const ABOUT_THE_BODY = new Set([400, 413, 422]);

export interface Platform {
  post(messages: readonly Spooled[]): Promise<PostOutcome>;
}

export interface PlatformOptions {
  readonly platformUrl: string;
  readonly feed: string;
  readonly secret: string;
  readonly now: () => number;
}

export function createPlatform({ platformUrl, feed, secret, now }: PlatformOptions): Platform {
  const address = `${platformUrl}/feeds/${feed}/uof`;
  return {
    async post(messages) {
      const body = `{"messages":[${messages.map(wireOf).join(",")}]}`;
      const atMs = now();
      const mac = createHmac("sha256", secret).update(signedText(atMs, body), "utf8").digest("hex");
      const headers = { "Content-Type": "application/json", [FEED_SIGNATURE_HEADER]: `t=${atMs},v1=${mac}` };
      try {
        const response = await fetch(address, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
        const text = await response.text();
        if (ABOUT_THE_BODY.has(response.status)) return { kind: "refused", status: response.status };
        if (!response.ok) return { kind: "failed", why: `answered ${response.status}` };
        return { kind: "accepted", receipt: uofReceiptSchema.parse(JSON.parse(text)) };
      } catch (error) {
        return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** One message as the port reads it. */
export function wireOf({ sequence, receivedAtMs, kind, text, path }: Spooled): string {
  const head = { sequence, received_at_ms: receivedAtMs };
  if (kind === "recovery") return JSON.stringify({ ...head, recovery: JSON.parse(text) });
  return JSON.stringify({ ...head, xml: text, ...(path === null ? {} : { path }) });
}
