/**
 * A wallet that is not projected, and a way to write many entries from inside: by the wallet's own command, over a second set of stores.
 * Beside it the same number of bare rows, to compare with.
 */
import { durableSql } from "../../durable-objects/platform/sql.ts";
import { postManual } from "../../durable-objects/wallet/commands/manual.ts";
import { WalletStores } from "../../durable-objects/wallet/wallet-stores.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import { manualPost } from "./manual-post.ts";
import { UnprojectedWallet } from "./unprojected-wallet.ts";

export class BenchWallet extends UnprojectedWallet {
  /** Posts `count` entries in transactions of their own and marks them as projected; answers the last sequence. */
  async fill(count: number): Promise<number> {
    const stores = new WalletStores(durableSql(this.ctx.storage));
    const from = stores.journal.book().head.seq;
    for (let n = 1; n <= count; n += 1) {
      const reply = postManual(stores, manualPost(`fill:${from + n}`), { nowMs: unixMs(Date.now()), rateLimits: false });
      invariant(reply.ok, `fill: ${JSON.stringify(reply)}`);
    }
    const { seq } = stores.journal.book().head;
    stores.delivery.acknowledge(seq);
    stores.delivery.persist();
    return seq;
  }

  /** Inserts `count` bare rows in transactions of their own. */
  async fillBare(count: number): Promise<number> {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS bare (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
    for (let n = 1; n <= count; n += 1)
      this.ctx.storage.transactionSync(() =>
        this.ctx.storage.sql.exec("INSERT INTO bare (body) VALUES (?)", "a row of some forty characters, as a note"),
      );
    return count;
  }

  /** Bytes of the wallet's database. */
  async databaseBytes(): Promise<number> {
    return this.ctx.storage.sql.databaseSize;
  }
}
