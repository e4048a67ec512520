/** Which tenant a crash game belongs to: a game's id is data of its tenant. */
import { tenantOf } from "../tenants/index.ts";
import { COUNTRIES, type Tenant } from "../tenants/tenant.ts";

/** Gives the tenant whose game this is, or null. */
export function tenantOfGame(gameId: string): Tenant | null {
  return COUNTRIES.map(tenantOf).find((tenant) => tenant.crash.gameId === gameId) ?? null;
}
