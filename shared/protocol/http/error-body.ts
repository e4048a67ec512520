/** The shape of every error answer (api.md, Everywhere). */
import * as z from "zod";
import { ERRORS } from "./errors.ts";

export const errorBodySchema = z.object({
  error: z.object({
    code: z.enum(Object.keys(ERRORS) as [string, ...string[]]),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
    request_id: z.string(),
    timestamp: z.string(),
  }),
});
