/** What the runtime that this process started holds of memory and has used of the processor; only where the system says so in /proc. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** In which /proc counts processor time: hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** Resident bytes of this process's workerd child, or null. */
export function workerdMemoryBytes(): number | null {
  const pid = workerdPid();
  return pid === null ? null : Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(pid, "status"))?.[1] ?? Number.NaN) * 1_024;
}

/** Processor time of this process's workerd child since it began, milliseconds, or null. */
export function workerdCpuMs(): number | null {
  const pid = workerdPid();
  if (pid === null) return null;
  // After the name in brackets, which may hold anything: fields 14 and 15 of the line are user and system time.
  const [user, system] = read(pid, "stat").split(") ").at(-1)?.split(" ").slice(11, 13) ?? [];
  return (Number(user) + Number(system)) * TICK_MS;
}

function workerdPid(): string | null {
  if (!existsSync("/proc/self/status")) return null;
  const isOurs = (status: string) => /^Name:\s+workerd$/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status);
  return readdirSync("/proc").find((name) => /^\d+$/.test(name) && isOurs(read(name, "status"))) ?? null;
}

/** A process may end while it is looked at. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
