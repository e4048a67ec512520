/**
 * The Worker's entry: HTTP, queues, cron. Re-exports the object classes, and is the only module that imports them by value, so
 * that hosting them in a script of their own stays a configuration change.
 */

import type { Env } from "./env.ts";
import { createApp } from "./http/app.ts";
import { consumeBatch } from "./queues/consume.ts";
import { runScheduled } from "./scheduled/run.ts";

export { CrashGame } from "../durable-objects/crash-game/crash-game.ts";
export { CrashTable } from "../durable-objects/crash-game/crash-table.ts";
export { CrashLounge } from "../durable-objects/crash-lounge/crash-lounge.ts";
export { FeedMonitor } from "../durable-objects/feed-monitor/feed-monitor.ts";
export { Identity } from "../durable-objects/identity/identity.ts";
export { Metrics } from "../durable-objects/metrics/metrics.ts";
export { OddsChannel } from "../durable-objects/odds-channel/odds-channel.ts";
export { OddsLobby } from "../durable-objects/odds-channel/odds-lobby.ts";
export { PaymentIntent } from "../durable-objects/payment-intent/payment-intent.ts";
export { ProviderSession } from "../durable-objects/payment-intent/provider-session.ts";
export { Staff } from "../durable-objects/staff/staff.ts";
export { Wallet } from "../durable-objects/wallet/wallet.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  queue: consumeBatch,
  scheduled: runScheduled,
} satisfies ExportedHandler<Env>;
