/** What `cloudflare:workers` gives to the product's classes in the simulator: the base class, and nothing that acts. */

export class DurableObject<Env = unknown> {
  readonly ctx: unknown;
  readonly env: Env;

  constructor(ctx: unknown, env: Env) {
    this.ctx = ctx;
    this.env = env;
  }
}
