/** The wallet object of the player who asks. */

import type { Country } from "../../../shared/tenants/tenant.ts";
import type { Env } from "../../env.ts";

export function ownWallet(
  env: Env,
  { country, userId }: { readonly country: Country; readonly userId: string },
): ReturnType<Env["WALLET"]["getByName"]> {
  return env.WALLET.getByName(`${country}:${userId}`);
}
