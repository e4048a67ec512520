/**
 * The feed's side of the wire: posts signed batches to the platform's feed port, and reads back what the platform has open.
 */
import { createHmac } from "node:crypto";
import { FEED_SIGNATURE_HEADER, type FeedReceipt, feedReceiptSchema, signedText } from "../../shared/protocol/feed/batch.ts";
import type { FeedMessage } from "../../shared/protocol/feed/message.ts";
import { type FixtureWire, fixtureSchema, listFixturesAnswer } from "../../shared/protocol/http/fixtures.ts";
import { COUNTRIES } from "../../shared/tenants/tenant.ts";

const TIMEOUT_MS = 10_000;
const PAGE = 100;

export const FEED_NAME = "simulator";

export interface FeedPlatform {
  /** Posts messages in order; throws when the platform did not accept them. */
  post(messages: readonly FeedMessage[]): Promise<FeedReceipt>;
  /** Ids of the fixtures that some tenant shows as upcoming or live. */
  openFixtures(): Promise<ReadonlySet<string>>;
  fixture(fixtureId: string): Promise<FixtureWire | null>;
}

export function createFeedPlatform(platformUrl: string, secret: string): FeedPlatform {
  const get = (path: string, country: string) =>
    fetch(`${platformUrl}${path}`, { headers: { "X-Dev-Country": country }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return {
    async post(messages) {
      const body = JSON.stringify({ messages });
      const atMs = Date.now();
      const mac = createHmac("sha256", secret).update(signedText(atMs, body), "utf8").digest("hex");
      const response = await fetch(`${platformUrl}/feeds/${FEED_NAME}/messages`, {
        method: "POST",
        headers: { "Content-Type": "application/json", [FEED_SIGNATURE_HEADER]: `t=${atMs},v1=${mac}` },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok)
        throw new Error(`the platform answered ${response.status} to feed messages: ${(await response.text()).slice(0, 300)}`);
      return feedReceiptSchema.parse(await response.json());
    },
    async openFixtures() {
      const open = new Set<string>();
      for (const country of COUNTRIES) {
        for (const status of ["live", "upcoming"]) {
          const response = await get(`/api/v1/fixtures?status=${status}&limit=${PAGE}`, country);
          if (!response.ok) throw new Error(`the platform answered ${response.status} to a list of fixtures`);
          for (const fixture of listFixturesAnswer.parse(await response.json()).fixtures) open.add(fixture.fixture_id);
        }
      }
      return open;
    },
    async fixture(fixtureId) {
      for (const country of COUNTRIES) {
        const response = await get(`/api/v1/fixtures/${encodeURIComponent(fixtureId)}`, country);
        if (response.ok) return fixtureSchema.parse(await response.json());
      }
      return null;
    },
  };
}
