/** Loads the simulator with the product under it. Import this, and nothing of the simulator or the product before it. */
import "./hooks.ts";

export type { FaultPlan } from "./faults.ts";
export type { PlantedBug } from "./planted-bugs.ts";
export type { RunOptions, RunReport } from "./simulation.ts";
export const { simulate } = await import("./simulation.ts");
export const { shrink } = await import("./shrink.ts");
export const { PLANTED_BUGS, seedThatFinds } = await import("./planted-bugs.ts");
export const { faultText, parseFaults } = await import("./faults.ts");
export const { unreached, DECLARED_STATES } = await import("./coverage.ts");
