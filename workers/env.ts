/**
 * The environment, parsed once: bindings come typed from wrangler.toml (worker-configuration.d.ts), text values are checked here
 * and the error names what is missing. Secrets come only from the environment.
 */
import * as z from "zod";
import { STAFF_ROLES } from "../shared/protocol/rpc/staff.ts";
import { COUNTRIES, type Country } from "../shared/tenants/tenant.ts";

const text = z.string().min(1);
const url = z.url().transform((address) => address.replace(/\/+$/, ""));

const configSchema = z.object({
  ENVIRONMENT: z.enum(["development", "staging", "production"]),
  /** `off` is obeyed in development only, for load and acceptance tests. */
  RATE_LIMITS: z.enum(["on", "off"]),
  /** Milliseconds that live bets wait instead of their sport's delay, for tests; obeyed in development only. */
  LIVE_DELAY_MS: z
    .string()
    .regex(/^\d{0,6}$/)
    .default(""),
  /** Where providers send callbacks to, and what links are made of. */
  PUBLIC_BASE_URL: url,
  /** Ed25519 private key as a JWK with `kid`; tokens are signed with it, /.well-known/jwks.json shows its public half. */
  ACCESS_TOKEN_KEY: text,
  /** Another Ed25519 key of that form: signs the daily anchors of the journals. It outlives tokens' keys, so it is one of its own. */
  ANCHOR_KEY: text,
  /** Public JWKs of the anchors' keys before this one, as a JSON list: what they signed stays checkable. */
  RETIRED_ANCHOR_KEYS: z.string().default("[]"),
  /** Keyed hash over passwords and codes before they are stored. */
  CREDENTIAL_PEPPER: text.min(32),
  /** Signs messages of the odds feed. */
  FEED_SECRET: text.min(32),
  /** Makes the secret part of callback addresses. */
  CALLBACK_SECRET: text.min(32),
  /** Encrypts and seeds the crash games' hash chains. */
  CRASH_CHAIN_SECRET: text.min(32),
  /** Signs the 60-second tickets that open WebSockets. */
  TICKET_SECRET: text.min(32),
  /** What a scraper of /metrics sends as its bearer token; without one, /metrics answers in development only. */
  METRICS_TOKEN: z.string().default(""),
  /** Operators' accounts, as JSON (see `staffAccountsOf`). */
  STAFF_ACCOUNTS: text.default("[]"),
  DARAJA_BASE_URL: url,
  MPESA_CONSUMER_KEY: text,
  MPESA_CONSUMER_SECRET: text,
  MPESA_SHORTCODE: text,
  MPESA_PASSKEY: text,
  MPESA_B2C_SHORTCODE: text,
  MPESA_INITIATOR_NAME: text,
  /** The initiator's password, encrypted offline with the provider's certificate; it does not depend on time. */
  MPESA_SECURITY_CREDENTIAL: text,
  /** The phone that the provider knows as the one of statements (Pull Transactions). */
  MPESA_NOMINATED_NUMBER: text,
  SMILE_ID_BASE_URL: url,
  SMILE_ID_PARTNER_ID: text,
  SMILE_ID_API_KEY: text,
  AFRICAS_TALKING_BASE_URL: url,
  AFRICAS_TALKING_USERNAME: text,
  AFRICAS_TALKING_API_KEY: text,
  AFRICAS_TALKING_SENDER_ID: z.string().default(""),
  /** Without a key nothing is polled. */
  THE_ODDS_API_KEY: z.string().default(""),
  THE_ODDS_API_BASE_URL: url.default("https://api.the-odds-api.com"),
});

export type Config = z.infer<typeof configSchema>;
export type Env = Cloudflare.Env;

const NAMES = Object.keys(configSchema.shape) as readonly (keyof Env)[];

/** By environment: the Worker and every object have one of their own, all with the same texts. */
const known = new WeakMap<object, Config>();
let newest: { readonly env: Env; readonly config: Config } | null = null;

/**
 * Parses and caches the text values of the environment; throws an error that names every missing or malformed one. Equal texts give the
 * same object, so what is derived from it (keys, accounts) is cached by it.
 */
export function configOf(env: Env): Config {
  const before = known.get(env);
  if (before !== undefined) return before;
  // Parsing costs more than most commands of a wallet: an object that has just come awake says the same as the one before it.
  const config = newest !== null && NAMES.every((name) => newest?.env[name] === env[name]) ? newest.config : parsedConfig(env);
  known.set(env, config);
  newest = { env, config };
  return config;
}

function parsedConfig(env: Env): Config {
  const result = configSchema.safeParse(env);
  if (result.success) return result.data;
  const names = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`environment is incomplete: ${names.join("; ")}`);
}

/** A live bet's delay: its sport's, unless development sets another. A bet that has none has none either way. */
export function liveDelayAt({ ENVIRONMENT, LIVE_DELAY_MS }: Config, delayMs: number): number {
  return ENVIRONMENT !== "development" || LIVE_DELAY_MS === "" || delayMs === 0 ? delayMs : Number(LIVE_DELAY_MS);
}

const staffAccountsSchema = z.array(
  z.object({
    email: z.email(),
    password_hash: text,
    totp_secret_hex: z.string().regex(/^[0-9a-f]{40,}$/),
    role: z.enum(STAFF_ROLES),
    countries: z.array(z.enum(COUNTRIES)).min(1),
  }),
);

/** The operators' accounts of the environment. */
export function staffAccountsOf(config: Config): z.infer<typeof staffAccountsSchema> {
  return staffAccountsSchema.parse(JSON.parse(config.STAFF_ACCOUNTS));
}

/** The country's own database. */
export function databaseOf(env: Env, country: Country): D1Database {
  switch (country) {
    case "KE":
      return env.DB_KE;
    case "NG":
      return env.DB_NG;
    case "GH":
      return env.DB_GH;
  }
}
