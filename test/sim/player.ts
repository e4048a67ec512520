/**
 * A player's client: asks the platform for things at random, several at a time, and never gives up on an answer. Every request has a
 * key; a request without an answer is repeated as it was; some requests come again much later, and some keys come with other content.
 */
import type { WalletReply, WalletRpc } from "../../shared/protocol/rpc/wallet.ts";
import type { WalletAcceptanceRpc } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { WalletPromotionsRpc } from "../../shared/protocol/rpc/wallet-promotions.ts";
import { tenantOf } from "../../shared/tenants/index.ts";
import type { Country, Tenant } from "../../shared/tenants/tenant.ts";
import { Auditor, type Memory } from "./auditor.ts";
import { demand, SimFailure } from "./failure.ts";
import type { FixtureBoard } from "./fixtures.ts";
import type { Platform } from "./platform.ts";
import type { Prng } from "./prng.ts";
import type { World } from "./world.ts";

/** One command as a client knows it. */
export interface Request<T> {
  readonly key: string;
  readonly memory: Memory;
  readonly send: () => Promise<WalletReply<T>>;
  /** Cash that a success moves. */
  readonly cashMinor?: (value: T) => number;
  /** The same key with other content; null where the key is all there is. */
  readonly sendOther?: () => Promise<WalletReply<unknown>>;
}

export interface Surroundings {
  readonly world: World;
  readonly platform: Platform;
  readonly board: FixtureBoard;
}

const REPEAT_CHANCE = 0.04;
const OTHER_CHANCE = 0.02;

export class Player {
  readonly country: Country;
  readonly userId: string;
  readonly msisdn: string;
  readonly tenant: Tenant;
  readonly wallet: WalletRpc & WalletAcceptanceRpc & WalletPromotionsRpc;
  readonly audit: Auditor;
  readonly prng: Prng;
  readonly around: Surroundings;
  /** Crash bets that the player knows to be in, with what they were said to pay. */
  readonly crashBets = new Map<string, { readonly stakeMinor: number; readonly payoutMinor: number | null }>();
  /** How many tables the crash game had when the player last heard. */
  crashTables = 1;
  #keys = 0;
  /** Requests without an answer yet. */
  #pending = 0;

  constructor(around: Surroundings, country: Country, number: number) {
    this.around = around;
    this.country = country;
    this.userId = `usr_${String(number).padStart(26, "0")}`;
    this.msisdn = `2547${String(10_000_000 + number)}`;
    this.tenant = tenantOf(country);
    this.audit = new Auditor(`${country}:${this.userId}`);
    this.prng = around.world.prng.split(this.audit.walletId);
    this.wallet = around.platform.env.WALLET.getByName(this.audit.walletId) as unknown as WalletRpc &
      WalletAcceptanceRpc &
      WalletPromotionsRpc;
  }

  get isWaiting(): boolean {
    return this.#pending > 0;
  }

  newKey(verb: string): string {
    this.#keys += 1;
    return `${verb}-${this.#keys}`;
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.around.world.after(delayMs, "", resolve));
  }

  /** Asks until there is a definite answer, and has it audited. */
  async ask<T>(request: Request<T>): Promise<WalletReply<T>> {
    this.#pending += 1;
    try {
      const reply = await this.#askUntilAnswered(request);
      if (this.audit.note(request.key, request.memory, reply) && reply.ok)
        this.audit.cashMinor += request.cashMinor?.(reply.value.value) ?? 0;
      this.#reach(request, reply);
      if (this.prng.chance(REPEAT_CHANCE)) void this.#repeatLater(request);
      if (request.sendOther !== undefined && this.prng.chance(OTHER_CHANCE)) void this.#reuseKey(request.key, request.sendOther);
      return reply;
    } finally {
      this.#pending -= 1;
    }
  }

  async #askUntilAnswered<T>(request: Request<T>): Promise<WalletReply<T>> {
    for (;;) {
      const seenBefore = this.audit.seenSeq;
      try {
        const reply = await request.send();
        if (reply.ok && !reply.value.replayed) {
          const { seq } = reply.value.head;
          demand(
            seq >= seenBefore,
            () => `${this.audit.walletId}: ${request.key} answered entry ${seq} after ${seenBefore} was acknowledged`,
          );
        }
        return reply;
      } catch (error) {
        if (error instanceof SimFailure) throw error;
        this.around.world.reached("outcome-unknown");
        await this.sleep(this.prng.between(20, 3_000));
      }
    }
  }

  /** A late retry: the answer must be the first one. */
  async #repeatLater<T>(request: Request<T>): Promise<void> {
    this.#pending += 1;
    try {
      await this.sleep(this.prng.between(0, 240_000));
      const reply = await this.#askUntilAnswered(request);
      const isFirst = this.audit.note(request.key, request.memory, reply);
      // A refusal that was not kept may pass later; then it counts now.
      if (isFirst && reply.ok) this.audit.cashMinor += request.cashMinor?.(reply.value.value) ?? 0;
      this.around.world.reached(reply.ok ? "late-retry-of-success" : "late-retry-of-refusal");
    } finally {
      this.#pending -= 1;
    }
  }

  /** The key was used; other content under it must be refused, and change nothing. */
  async #reuseKey(key: string, sendOther: () => Promise<WalletReply<unknown>>): Promise<void> {
    if (!this.audit.isKept(key)) return;
    this.#pending += 1;
    try {
      const reply = await this.#askUntilAnswered({ key: `${key} (other)`, memory: "state", send: sendOther });
      demand(
        !reply.ok && reply.error.reason === "idempotency_key_reused",
        () => `${this.audit.walletId}: other content under ${key} was taken: ${JSON.stringify(reply)}`,
      );
      this.around.world.reached("key-reused");
    } finally {
      this.#pending -= 1;
    }
  }

  #reach<T>(request: Request<T>, reply: WalletReply<T>): void {
    const verb = request.key.slice(0, request.key.indexOf("-"));
    if (reply.ok) this.around.world.reached(verb);
    else this.around.world.reached(`${verb}:${reply.error.reason}`);
  }
}
