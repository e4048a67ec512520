/**
 * Whether this Worker can serve: each part it can't work without is asked for real, all at once and within a bound, so that a hanging
 * database makes the answer "no" and not a hanging probe.
 */
import { importJWK } from "jose";
import { log } from "../../../durable-objects/platform/log.ts";
import { COUNTRIES } from "../../../shared/tenants/tenant.ts";
import { type Config, databaseOf } from "../../env.ts";
import type { ServiceContext } from "../context.ts";
import { anchorKeysOf } from "../signing-key.ts";
import { metricsShard } from "./metrics-shards.ts";

const CHECK_MS_MAX = 2_000;

export type CheckState = "ok" | "failed" | "timeout";

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckState>>;
}

/** Asks every country's database, an object, and the configuration. */
export async function checkReadiness(ctx: ServiceContext): Promise<Readiness> {
  const probes: [string, () => Promise<unknown>][] = [
    ["configuration", () => checkConfiguration(ctx.config)],
    ["durable_objects", () => metricsShard(ctx.env).ping()],
  ];
  for (const country of COUNTRIES)
    probes.push([`d1_${country.toLowerCase()}`, () => databaseOf(ctx.env, country).prepare("SELECT 1").first()]);
  const states = await Promise.all(probes.map(async ([name, probe]) => [name, await withinBound(name, probe)] as const));
  return { ready: states.every(([, state]) => state === "ok"), checks: Object.fromEntries(states) };
}

async function withinBound(name: string, probe: () => Promise<unknown>): Promise<CheckState> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bound = new Promise<CheckState>((resolve) => {
    timer = setTimeout(() => resolve("timeout"), CHECK_MS_MAX);
  });
  const state = await Promise.race([stateOf(name, probe), bound]);
  clearTimeout(timer);
  return state;
}

async function stateOf(name: string, probe: () => Promise<unknown>): Promise<CheckState> {
  try {
    await probe();
    return "ok";
  } catch (error) {
    log("error", "readiness_check_failed", { check: name, error });
    return "failed";
  }
}

/** The environment was parsed at the door; what is left are signing keys that work, and no plain-text provider in production. */
async function checkConfiguration(config: Config): Promise<void> {
  for (const key of [config.ACCESS_TOKEN_KEY, config.ANCHOR_KEY]) await importJWK(JSON.parse(key), "EdDSA");
  for (const key of await anchorKeysOf(config)) await importJWK({ ...key }, "EdDSA");
  if (config.ENVIRONMENT !== "production") return;
  const providers = [config.DARAJA_BASE_URL, config.SMILE_ID_BASE_URL, config.AFRICAS_TALKING_BASE_URL];
  for (const address of [config.PUBLIC_BASE_URL, ...providers])
    if (!address.startsWith("https://")) throw new Error(`not an https address: ${new URL(address).host}`);
}
