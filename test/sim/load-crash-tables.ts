/** Loads the simulation of a crash game's tables with the product under it; import this, and nothing of the product before it. */
import "./hooks.ts";

export type { TablesReport } from "./crash-tables.ts";
export const { simulateTables } = await import("./crash-tables.ts");
