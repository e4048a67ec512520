/** A wallet over node:sqlite with a clock of its own, as tests of commands want it. */

import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { creditDeposit, startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { openWallet, setVerified } from "../../../durable-objects/wallet/commands/player.ts";
import { digestOf } from "../../../durable-objects/wallet/digest.ts";
import type { Moment } from "../../../durable-objects/wallet/run-command.ts";
import { WALLET_MIGRATIONS } from "../../../durable-objects/wallet/wallet-schema.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { unixMs } from "../../../shared/kernel/time.ts";
import type { WalletDigest, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { mint } from "../../support/wallet-commands.ts";

export class WalletWorld {
  readonly sql = nodeSql();
  stores: WalletStores;
  nowMs: number;
  rateLimits = false;

  constructor(country: Country = "KE", startsAt = "2026-11-22T09:00:00Z") {
    migrate(this.sql, WALLET_MIGRATIONS);
    this.stores = new WalletStores(this.sql);
    this.nowMs = Date.parse(startsAt);
    must(openWallet(this.stores, { key: mint("open"), userId: mint("usr"), country }, this.moment()));
    must(setVerified(this.stores, { key: mint("verify"), verified: true }, this.moment()));
  }

  moment(): Moment {
    return { nowMs: unixMs(this.nowMs), rateLimits: this.rateLimits };
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  /** A new instance on the same storage: what an eviction leaves. */
  evict(): void {
    this.stores = new WalletStores(this.sql);
  }

  digest(): WalletDigest {
    return digestOf(this.stores);
  }

  /** Starts and credits a deposit of `grossMinor`; returns its intent. */
  deposit(grossMinor: number, method = "mpesa", provider = "daraja"): string {
    const intentId = mint("dep");
    must(startDeposit(this.stores, { key: mint("key"), intentId, method, amountMinor: grossMinor }, this.moment()));
    const receipt = mint("RCPT");
    must(creditDeposit(this.stores, { intentId, provider, receipt, grossMinor, occurredAtMs: this.nowMs }, this.moment()));
    return intentId;
  }
}

/** The value of a reply that has to be one. */
export function must<T>(reply: WalletReply<T>): T {
  if (!reply.ok) throw new Error(`refused: ${JSON.stringify(reply.error)}`);
  return reply.value.value;
}

/** The refusal of a reply that has to be one. */
export function refusal(reply: WalletReply<unknown>): WalletRefusal {
  if (reply.ok) throw new Error("not refused");
  return reply.error;
}
