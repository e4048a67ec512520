/**
 * The operator's phone: shows the one-time code that an authenticator app would, so that the demo operator can log in.
 *
 * `GET /sim/operator/code` answers the current code and for how long it holds.
 */
import { totpCode, totpStep } from "../../durable-objects/staff/totp.ts";
import type { Simulator, SimulatorSettings } from "../simulator.ts";

const STEP_MS = 30_000;

export function createOperatorPhone(settings: SimulatorSettings): Simulator {
  const secret = settings.environment.DEMO_TOTP_SECRET ?? "";
  // A code works once; a second log-in within its 30 seconds gets the next one, which the platform accepts too.
  let lastStep = 0;
  return {
    name: "operator",
    handle: (_request, url) => {
      if (url.pathname !== "/sim/operator/code") return Response.json({ error: "not found" }, { status: 404 });
      const nowMs = Date.now();
      const step = Math.max(totpStep(nowMs), Math.min(lastStep + 1, totpStep(nowMs) + 1));
      lastStep = step;
      return Response.json({ code: totpCode(secret, step), valid_for_seconds: Math.ceil((STEP_MS - (nowMs % STEP_MS)) / 1_000) });
    },
    stop: () => {},
  };
}
