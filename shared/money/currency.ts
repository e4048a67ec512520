/** The currencies of the tenants; each has two decimals, which `parseMajor` and `toMajor` rely on. */
export const CURRENCIES = ["KES", "NGN", "GHS"] as const;
export type Currency = (typeof CURRENCIES)[number];
