/**
 * The bridge's settings, read once from the environment; the error names what is missing and shows no value.
 */
import { join } from "node:path";
import * as z from "zod";

const url = z.url().transform((address) => address.replace(/\/+$/, ""));
const port = z.coerce.number().int().min(1).max(65_535);
const flag = z.enum(["on", "off"]).transform((value) => value === "on");

const settingsSchema = z.object({
  /** Name of the feed at the platform, as in a tenant's `oddsFeeds`. */
  UOF_FEED: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default("uof"),
  /** Provider's REST side, with `/v1`. */
  UOF_API_URL: url,
  UOF_ACCESS_TOKEN: z.string().min(1),
  UOF_AMQP_HOST: z.string().min(1),
  UOF_AMQP_PORT: port.default(5671),
  /** Off for a broker on this machine only. */
  UOF_AMQP_TLS: flag.default(true),
  /** Password of the broker's user; the provider wants none, the token is the user. */
  UOF_AMQP_PASSWORD: z.string().default(""),
  /** Where recovery's answers go; each running bridge has its own. */
  UOF_NODE_ID: z.coerce.number().int().min(1).max(2_147_483_647),
  UOF_LANGUAGE: z
    .string()
    .regex(/^[a-z]{2}$/)
    .default("en"),
  PLATFORM_URL: url,
  FEED_SECRET: z.string().min(32),
  /** Holds the spool; it must survive restarts and belong to one bridge. */
  BRIDGE_STATE_DIR: z.string().min(1),
  BRIDGE_HEALTH_PORT: port.default(8790),
  /** Messages that wait at most; a fuller spool stops the consumer, and recovery brings what it missed. */
  BRIDGE_SPOOL_MAX: z.coerce.number().int().min(100).max(10_000_000).default(200_000),
});

export interface BridgeSettings {
  readonly feed: string;
  readonly apiUrl: string;
  readonly accessToken: string;
  readonly amqp: { readonly host: string; readonly port: number; readonly tls: boolean; readonly password: string };
  readonly nodeId: number;
  readonly language: string;
  readonly platformUrl: string;
  readonly feedSecret: string;
  /** A file, or `:memory:` in tests. */
  readonly spoolFile: string;
  readonly healthPort: number;
  readonly spoolMax: number;
}

/** Throws an error that names every setting that is missing or malformed. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): BridgeSettings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`the bridge's environment is incomplete: ${names.join("; ")}`);
  }
  const value = parsed.data;
  return {
    feed: value.UOF_FEED,
    apiUrl: value.UOF_API_URL,
    accessToken: value.UOF_ACCESS_TOKEN,
    amqp: { host: value.UOF_AMQP_HOST, port: value.UOF_AMQP_PORT, tls: value.UOF_AMQP_TLS, password: value.UOF_AMQP_PASSWORD },
    nodeId: value.UOF_NODE_ID,
    language: value.UOF_LANGUAGE,
    platformUrl: value.PLATFORM_URL,
    feedSecret: value.FEED_SECRET,
    spoolFile: join(value.BRIDGE_STATE_DIR, "spool.sqlite"),
    healthPort: value.BRIDGE_HEALTH_PORT,
    spoolMax: value.BRIDGE_SPOOL_MAX,
  };
}
