import type { ServiceContext } from "../context.ts";

export function recordRequest(
  _ctx: ServiceContext,
  _request: { method: string; route: string; status: number; durationMs: number },
): void {}
