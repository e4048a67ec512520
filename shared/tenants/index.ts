/** The tenants in force, by country. */
import { GHANA } from "./gh.ts";
import { KENYA } from "./ke.ts";
import { NIGERIA } from "./ng.ts";
import { COUNTRIES, type Country, type Tenant } from "./tenant.ts";

const TENANTS: Readonly<Record<Country, Tenant>> = { KE: KENYA, NG: NIGERIA, GH: GHANA };

export function tenantOf(country: Country): Tenant {
  return TENANTS[country];
}

/** Says whether a country has a tenant; anything else (`T1`, `XX`, `undefined`, `US`) has none. */
export function isCountry(value: unknown): value is Country {
  return (COUNTRIES as readonly unknown[]).includes(value);
}
