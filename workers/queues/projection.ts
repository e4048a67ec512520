import type { Env } from "../env.ts";

export async function consumeProjection(_env: Env, _body: unknown): Promise<void> {}
