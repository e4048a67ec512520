/** The floor that the product is measured against: an object that does nothing, or one durable write, and nothing else. */
import { DurableObject } from "cloudflare:workers";
import type { PostedEntry, PostManual, Receipt, WalletReply } from "../../shared/protocol/rpc/wallet.ts";

/** Of the shape and size of what a wallet answers. */
const REPLY: { readonly ok: true; readonly value: Receipt<PostedEntry> } = {
  ok: true,
  value: {
    value: { seq: 1 },
    head: { epoch: 1, seq: 1, hash: "0".repeat(64) },
    balances: { currency: "KES", cashMinor: 1, heldMinor: 0, availableMinor: 1, bonusMinor: 0 },
    replayed: false,
  },
};

export class BareObject extends DurableObject<Cloudflare.Env> {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS note (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
  }

  async answer(): Promise<number> {
    return 1;
  }

  /** One row as well, for a command and with a reply as large as a wallet's. */
  async writeCommand(command: PostManual): Promise<WalletReply<PostedEntry>> {
    const seq = this.ctx.storage.sql.exec("INSERT INTO note (body) VALUES (?)", command.key).rowsWritten;
    return { ...REPLY, value: { ...REPLY.value, value: { seq } } };
  }

  /** One row with a growing key: the cheapest durable write there is. */
  async write(body: string): Promise<number> {
    return this.ctx.storage.sql.exec("INSERT INTO note (body) VALUES (?)", body).rowsWritten;
  }
}
