/** How much memory the runtime that this process started holds; only where the system says so in /proc. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Resident bytes of this process's workerd child, or null. */
export function workerdMemoryBytes(): number | null {
  if (!existsSync("/proc/self/status")) return null;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const status = statusOf(pid);
    if (/^Name:\s+workerd$/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status))
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1_024;
  }
  return null;
}

/** A process may end while it is looked at. */
function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
