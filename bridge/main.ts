/**
 * Starts the bridge from its environment: account, spool, broker, health. Ends on SIGTERM or SIGINT after the batch under way.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { connect as connectAmqp } from "amqplib";
import { log } from "../durable-objects/platform/log.ts";
import { SECOND_MS } from "../shared/kernel/time.ts";
import { Bridge } from "./bridge.ts";
import { serveHealth } from "./health.ts";
import { createPlatform } from "./platform.ts";
import { readAccount } from "./provider-documents.ts";
import { createRest } from "./rest.ts";
import type { AmqpConnection } from "./session.ts";
import { type BridgeSettings, readSettings } from "./settings.ts";
import { Spool } from "./spool.ts";

const HEARTBEAT_SECONDS = 20;
const CONNECT_TIMEOUT_MS = 15 * SECOND_MS;

/** The provider's broker: the token is the user, without a password. */
export function connectBroker(
  { host, port, tls, password }: BridgeSettings["amqp"],
  username: string,
  virtualHost: string,
): Promise<AmqpConnection> {
  return connectAmqp(
    {
      protocol: tls ? "amqps" : "amqp",
      hostname: host,
      port,
      username,
      password,
      vhost: virtualHost,
      heartbeat: HEARTBEAT_SECONDS,
    },
    { servername: host, timeout: CONNECT_TIMEOUT_MS },
  );
}

/** Runs until a signal; the exit code is 1 when the bridge could not start or go on. */
export async function main(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const settings = readSettings(environment);
  const rest = createRest(settings.apiUrl, settings.accessToken);
  const who = await rest.get("/users/whoami.xml");
  if (!who.ok) throw new Error(`the provider answered ${who.status} to who we are`);
  const account = readAccount(who.text);
  if (!account.ok) throw new Error(account.error.reason);
  log("info", "account_read", { virtualHost: account.value.virtualHost, expiresAt: account.value.expiresAt });
  mkdirSync(dirname(settings.spoolFile), { recursive: true, mode: 0o700 });
  const spool = new Spool(settings.spoolFile, Date.now());
  const bridge = new Bridge({
    ...{ spool, rest, account: account.value, nodeId: settings.nodeId, language: settings.language, spoolMax: settings.spoolMax },
    ...{ tickMs: SECOND_MS, now: Date.now, random: Math.random, onBroken: endBroken },
    platform: createPlatform({ platformUrl: settings.platformUrl, feed: settings.feed, secret: settings.feedSecret, now: Date.now }),
    connect: () => connectBroker(settings.amqp, settings.accessToken, account.value.virtualHost),
  });
  const health = await serveHealth(settings.healthPort, () => bridge.status());
  const stop = async (): Promise<void> => {
    log("info", "bridge_stops");
    await bridge.stop();
    health.close();
    spool.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
  await bridge.start();
  log("info", "bridge_started", { feed: settings.feed, nodeId: settings.nodeId });
}

/** Numbers must not go on without a disk; whoever starts the bridge again gets a recovery. */
function endBroken(error: unknown): void {
  log("error", "bridge_broken", { error });
  process.exit(1);
}
