/**
 * The wallet as it is, but what it hands to its queue counts as stored at once: the broker, the consumer, D1 and the acknowledgement's call
 * are other machines' work in production, and would take the core that is measured.
 */
import { Wallet } from "../../durable-objects/wallet/wallet.ts";
import type { WalletRun } from "../../shared/protocol/queue/wallet-run.ts";
import type { Env } from "../../workers/env.ts";

export class UnprojectedWallet extends Wallet {
  constructor(ctx: DurableObjectState, env: Env) {
    const send = ({ epoch, toSeq }: WalletRun): Promise<void> => this.acknowledge({ epoch, seq: toSeq });
    super(ctx, { ...env, PROJECTION_QUEUE: { send } as unknown as Queue });
  }
}
