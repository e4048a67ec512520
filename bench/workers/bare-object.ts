/** The floor that the product is measured against: an object that does nothing, or one durable write, and nothing else. */
import { DurableObject } from "cloudflare:workers";

export class BareObject extends DurableObject<Cloudflare.Env> {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS note (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
  }

  async answer(): Promise<number> {
    return 1;
  }

  /** One row with a growing key: the cheapest durable write there is. */
  async write(body: string): Promise<number> {
    return this.ctx.storage.sql.exec("INSERT INTO note (body) VALUES (?)", body).rowsWritten;
  }
}
