/** Answers of the operations routes (api.md, Operations). */
import * as z from "zod";
import { timeOut } from "./fields.ts";

export const healthAnswer = z.object({ status: z.literal("healthy"), service: z.string(), timestamp: timeOut });

export const livenessAnswer = z.object({
  status: z.literal("ok"),
  service: z.string(),
  version: z.string(),
  uptime: z.number().meta({ description: "Seconds since this isolate met its first request." }),
});

export const readinessAnswer = z.object({
  status: z.enum(["ready", "not_ready"]),
  checks: z.record(z.string(), z.enum(["ok", "failed", "timeout"])),
});
