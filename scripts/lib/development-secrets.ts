/**
 * Secrets of a development machine: made at random once and kept in `.dev.vars`, never committed. The simulators accept the
 * provider credentials named here; nothing of it works anywhere else.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashPassword } from "../../durable-objects/platform/password.ts";
import { DEMO_OPERATOR } from "./demo-accounts.ts";

export const DEVELOPMENT_FILE = ".dev.vars";

/** Values that differ from machine to machine. */
function freshSecrets(): Record<string, string> {
  const signingKey = (kind: string) => {
    const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
    return JSON.stringify({ ...jwk, kid: `${kind}-${randomBytes(4).toString("hex")}`, alg: "EdDSA", use: "sig" });
  };
  const secret = () => randomBytes(32).toString("hex");
  return {
    ACCESS_TOKEN_KEY: signingKey("dev"),
    ANCHOR_KEY: signingKey("dev-anchor"),
    CREDENTIAL_PEPPER: secret(),
    FEED_SECRET: secret(),
    CALLBACK_SECRET: secret(),
    CRASH_CHAIN_SECRET: secret(),
    TICKET_SECRET: secret(),
    DEMO_TOTP_SECRET: randomBytes(20).toString("hex"),
  };
}

/** Values that say where the platform and the simulators are; the same for all machines. */
export function developmentSettings(port: number, simulatorPort: number): Record<string, string> {
  const simulators = `http://127.0.0.1:${simulatorPort}`;
  return {
    ENVIRONMENT: "development",
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    DARAJA_BASE_URL: `${simulators}/daraja`,
    MPESA_CONSUMER_KEY: "simulator-key",
    MPESA_CONSUMER_SECRET: "simulator-secret",
    MPESA_SHORTCODE: "174379",
    MPESA_PASSKEY: "simulator-passkey",
    MPESA_B2C_SHORTCODE: "600992",
    MPESA_INITIATOR_NAME: "testapi",
    MPESA_SECURITY_CREDENTIAL: Buffer.alloc(256, 7).toString("base64"),
    MPESA_NOMINATED_NUMBER: "0722000000",
    SMILE_ID_BASE_URL: `${simulators}/smile-id`,
    SMILE_ID_PARTNER_ID: "002",
    SMILE_ID_API_KEY: "simulator-smile-id-key",
    AFRICAS_TALKING_BASE_URL: `${simulators}/africas-talking`,
    AFRICAS_TALKING_USERNAME: "sandbox",
    AFRICAS_TALKING_API_KEY: "simulator-africas-talking-key",
  };
}

/** The demo operator's account, as the environment names it. */
export async function demoStaffAccounts(secrets: Readonly<Record<string, string>>): Promise<string> {
  const passwordHash = await hashPassword(DEMO_OPERATOR.password, secrets.CREDENTIAL_PEPPER ?? "");
  return JSON.stringify([
    {
      email: DEMO_OPERATOR.email,
      password_hash: passwordHash,
      totp_secret_hex: secrets.DEMO_TOTP_SECRET,
      role: "admin",
      countries: ["KE", "NG", "GH"],
    },
  ]);
}

/** Reads the machine's secrets, making those that are missing. */
export function developmentSecrets(root: string): Record<string, string> {
  const file = join(root, DEVELOPMENT_FILE);
  const known = existsSync(file) ? parseSecrets(readFileSync(file, "utf8")) : {};
  const values = { ...freshSecrets(), ...known };
  if (Object.keys(values).length > Object.keys(known).length) {
    const lines = Object.entries(values).map(([name, value]) => `${name}='${value}'`);
    writeFileSync(file, `# Made by npm start for this machine only; delete it to get new ones.\n${lines.join("\n")}\n`, { mode: 0o600 });
  }
  return values;
}

function parseSecrets(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^(\w+)='(.*)'$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values[match[1]] = match[2];
  }
  return values;
}
