/**
 * The sportsbook's objects as they are, with what its bench needs beside them: many bets at once, a sink in the place of a queue, the
 * lengths of alarm runs, and a broadcast that does nothing else.
 */
import { DurableObject } from "cloudflare:workers";
import { OddsChannel } from "../../durable-objects/odds-channel/odds-channel.ts";
import { Wallet } from "../../durable-objects/wallet/wallet.ts";
import type { UserId } from "../../shared/kernel/ids.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { SettlementMessage } from "../../shared/protocol/queue/messages.ts";
import type { SelectionOutcome } from "../../shared/protocol/rpc/wallet.ts";
import type { AcceptedSelection } from "../../shared/protocol/rpc/wallet-bets.ts";
import type { Env } from "../../workers/env.ts";
import type { ChannelBets, Heard } from "../sportsbook-orders.ts";
import { betIdOf, COUNTRY, STAKE_MINOR, selectionOfBet, userIdOf, walletIdOf } from "./sportsbook-bets.ts";

export interface SportsbookEnv extends Env {
  readonly BARE: DurableObjectNamespace<import("./bare-object.ts").BareObject>;
  readonly SINK: DurableObjectNamespace<SettlementSink>;
  readonly BENCH_CHANNEL: DurableObjectNamespace<BenchChannel>;
  readonly BENCH_WALLET: DurableObjectNamespace<BenchBettor>;
}

/** Of the isolate, not of the object: this one sleeps between two walks. */
let heard: Heard = { messages: 0, bets: 0, resultVersion: 0, outcomes: {} };

/** Takes what channels hand to the queue and counts it. */
export class SettlementSink extends DurableObject<SportsbookEnv> {
  async take(messages: readonly SettlementMessage[]): Promise<void> {
    const outcomes: Record<string, SelectionOutcome | null> = { ...heard.outcomes };
    let { bets, resultVersion } = heard;
    for (const message of messages) {
      bets += message.bets.length;
      for (const bet of message.bets) {
        resultVersion = Math.max(resultVersion, bet.resultVersion);
        for (const { selectionId, outcome } of bet.results) outcomes[selectionId] = outcome;
      }
    }
    heard = { messages: heard.messages + messages.length, bets, resultVersion, outcomes };
  }

  async heard(): Promise<Heard> {
    return heard;
  }
}

const CONFIRMED_AT_ONCE = 1_000;

export class BenchChannel extends OddsChannel {
  readonly #sockets: (tag?: string) => WebSocket[];
  #alarmRunsMs: number[] = [];

  constructor(ctx: DurableObjectState, env: SportsbookEnv) {
    const sendBatch = async (batch: Iterable<MessageSendRequest>): Promise<void> =>
      env.SINK.getByName("sink").take([...batch].map(({ body }) => body as SettlementMessage));
    super(ctx, { ...env, SETTLEMENT_QUEUE: { sendBatch } as unknown as Queue });
    this.#sockets = ctx.getWebSockets.bind(ctx);
    // The product's bound on sockets counts all of them, and only it asks for all: here it always finds room.
    ctx.getWebSockets = (tag) => (tag === undefined ? [] : this.#sockets(tag));
  }

  /** Confirms bets of wallets `from` to `from + wallets - 1`, as the projection does. */
  async confirmMany(fixtureId: string, from: number, wallets: number, betsEach: number): Promise<void> {
    const bets = Array.from({ length: wallets * betsEach }, (_, index) => {
      const [wallet, bet] = [from + Math.floor(index / betsEach), index % betsEach];
      const selections = [{ selectionId: selectionOfBet(fixtureId, wallet, bet), oddsThousandths: 2_100 }];
      return { betId: betIdOf(wallet, bet), walletId: walletIdOf(wallet), selections, stakeMinor: STAKE_MINOR, placedAtMs: Date.now() };
    });
    for (let done = 0; done < bets.length; done += CONFIRMED_AT_ONCE) {
      const confirmed = await this.confirm(bets.slice(done, done + CONFIRMED_AT_ONCE));
      invariant(confirmed.ok, `confirm: ${JSON.stringify(confirmed)}`);
    }
  }

  override async alarm(): Promise<void> {
    const startedAtMs = performance.now();
    await super.alarm();
    this.#alarmRunsMs.push(performance.now() - startedAtMs);
  }

  /** Whether a walk over the bets is due or running. */
  async isSettling(): Promise<boolean> {
    return this.ctx.storage.sql.exec("SELECT 1 FROM alarm_job WHERE key = 'settle'").toArray().length > 0;
  }

  /** Lengths of alarm runs since the last call, milliseconds. */
  async takeAlarmRuns(): Promise<readonly number[]> {
    const runs = this.#alarmRunsMs;
    this.#alarmRunsMs = [];
    return runs;
  }

  async tally(): Promise<ChannelBets> {
    const newest = "(SELECT max(told_version) FROM accepted_bet)";
    return this.ctx.storage.sql
      .exec<{ bets: number; toldVersion: number; told: number; acknowledged: number }>(
        `SELECT count(*) AS bets, coalesce(max(told_version), 0) AS toldVersion, coalesce(sum(told_version = ${newest}), 0) AS told,
           coalesce(sum(told_version > 0 AND acked_version = told_version), 0) AS acknowledged FROM accepted_bet`,
      )
      .one();
  }

  /** A text to every socket, and nothing else. */
  async broadcastBare(text: string): Promise<void> {
    for (const socket of this.#sockets()) socket.send(text);
  }
}

const DEPOSIT_MINOR = 1_000_000;

export class BenchBettor extends Wallet {
  constructor(ctx: DurableObjectState, env: SportsbookEnv) {
    // Acknowledges what it is sent at once: a projection that costs this machine nothing.
    const sent: { acknowledge: () => Promise<void> } = { acknowledge: async () => {} };
    super(ctx, { ...env, PROJECTION_QUEUE: { send: () => sent.acknowledge() } as unknown as Queue });
    sent.acknowledge = async () => {
      const head = await this.head();
      if (head.ok) await this.acknowledge({ epoch: head.value.epoch, seq: head.value.seq });
    };
  }

  /** Opens this wallet with money and places one single on each of `selections`, by the wallet's own commands. */
  async placeMany(wallet: number, selections: readonly AcceptedSelection[]): Promise<void> {
    const userId = userIdOf(wallet) as UserId;
    const intentId = `dep_${userId}`;
    const occurredAtMs = Date.now();
    const replies = [
      await this.open({ key: "open", userId, country: COUNTRY }),
      await this.setVerified({ key: "verified", verified: true }),
      await this.startDeposit({ key: "deposit", intentId, method: "mpesa", amountMinor: DEPOSIT_MINOR }),
      await this.creditDeposit({ intentId, provider: "daraja", receipt: `B${userId}`, grossMinor: DEPOSIT_MINOR, occurredAtMs }),
    ];
    for (const [bet, selection] of selections.entries()) {
      const betId = betIdOf(wallet, bet);
      const terms = { kind: "SINGLE", stakeMinor: STAKE_MINOR, selections: [selection], systemSizes: [], bankers: [] } as const;
      replies.push((await this.placeBet({ key: betId, fingerprint: betId, betId, ...terms })) as (typeof replies)[number]);
    }
    for (const reply of replies) invariant(reply.ok, `placing bets: ${JSON.stringify(reply)}`);
  }
}
