import type { Env } from "../env.ts";

export async function consumePaymentCallback(_env: Env, _body: unknown): Promise<void> {}
