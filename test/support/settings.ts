/** Settings of the in-process tests; provider addresses lead nowhere, so a test that needs one stubs fetch. */
import { generateKeyPairSync } from "node:crypto";
import { demoStaffAccounts, developmentSettings } from "../../scripts/lib/development-secrets.ts";
import { TEST_TOTP_SECRET } from "./totp-secret.ts";

export async function testSettings(): Promise<Record<string, string>> {
  const signingKey = (kid: string) =>
    JSON.stringify({ ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }), kid, alg: "EdDSA", use: "sig" });
  const secret = (name: string) => `${name}-`.padEnd(40, "0");
  const pepper = secret("pepper");
  return {
    ...developmentSettings(8787, 8788),
    STAFF_ACCOUNTS: await demoStaffAccounts({ CREDENTIAL_PEPPER: pepper, DEMO_TOTP_SECRET: TEST_TOTP_SECRET }),
    RATE_LIMITS: "off",
    LIVE_DELAY_MS: "100",
    ACCESS_TOKEN_KEY: signingKey("test"),
    ANCHOR_KEY: signingKey("test-anchor"),
    CREDENTIAL_PEPPER: pepper,
    FEED_SECRET: secret("feed"),
    CALLBACK_SECRET: secret("callback"),
    CRASH_CHAIN_SECRET: secret("chain"),
    TICKET_SECRET: secret("ticket"),
  };
}
