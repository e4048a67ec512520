/** Settings of the in-process tests; provider addresses lead nowhere, so a test that needs one stubs fetch. */
import { generateKeyPairSync } from "node:crypto";
import { developmentSettings } from "../../scripts/lib/development-secrets.ts";

export function testSettings(): Record<string, string> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const secret = (name: string) => `${name}-`.padEnd(40, "0");
  return {
    ...developmentSettings(8787, 8788),
    RATE_LIMITS: "off",
    ACCESS_TOKEN_KEY: JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "test", alg: "EdDSA", use: "sig" }),
    CREDENTIAL_PEPPER: secret("pepper"),
    FEED_SECRET: secret("feed"),
    CALLBACK_SECRET: secret("callback"),
    CRASH_CHAIN_SECRET: secret("chain"),
    TICKET_SECRET: secret("ticket"),
  };
}
