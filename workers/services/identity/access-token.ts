import type { UnixMs } from "../../../shared/kernel/time.ts";
import type { Config } from "../../env.ts";
import type { Actor } from "../context.ts";

export async function verifyAccessToken(_config: Config, _token: string, _nowMs: UnixMs): Promise<Actor | null> {
  return null;
}
