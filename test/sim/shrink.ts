/** Makes a failing run small enough to read: fewer commands, then fewer faults, as long as it still fails the same way. */
import type { Fault } from "./faults.ts";
import { type RunOptions, type RunReport, simulate } from "./simulation.ts";

const SHRINK_MS_MAX = 20_000;

/** A failing report with its fault list shortened; bounded by time, so not always the shortest. */
export async function shrink(
  options: RunOptions,
  failed: RunReport,
): Promise<{ readonly options: RunOptions; readonly report: RunReport }> {
  const endMs = performance.now() + SHRINK_MS_MAX;
  const kind = kindOf(failed);
  let best = { options: { ...options, commands: Math.min(options.commands, failed.commands), faults: failed.faults }, report: failed };
  const attempt = async (faults: readonly Fault[], commands: number): Promise<boolean> => {
    if (performance.now() > endMs) return false;
    const tried = { ...options, commands, faults };
    const report = await simulate(tried);
    if (report.failure === null || kindOf(report) !== kind) return false;
    best = { options: tried, report };
    return true;
  };
  for (let part = Math.max(1, Math.ceil(failed.faults.length / 2)); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let start = 0; start < best.options.faults.length && performance.now() < endMs; ) {
      const shorter = best.options.faults.filter((_, index) => index < start || index >= start + part);
      if (!(await attempt(shorter, best.options.commands))) start += part;
    }
  }
  return best;
}

/** What broke, without the names and numbers of this run. */
function kindOf({ failure }: RunReport): string {
  return (failure?.message ?? "").split("\n")[0]?.replace(/[A-Z]{2}:usr_\d+|\b\w*\d\w*\b|\{.*\}/g, "#") ?? "";
}
