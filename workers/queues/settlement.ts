import type { Env } from "../env.ts";

export async function consumeSettlement(_env: Env, _body: unknown): Promise<void> {}
