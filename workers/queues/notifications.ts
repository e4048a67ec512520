import type { Env } from "../env.ts";

export async function consumeNotification(_env: Env, _body: unknown): Promise<void> {}
