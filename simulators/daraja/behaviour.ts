/** What a simulated phone does: set per number over the control side, else the default of a friendly player. */
import * as z from "zod";

const phone = z.strictObject({
  /** What happens to a prompt. `silent`: it stays open for ever; `manual`: a person decides within two minutes. */
  stk: z.enum(["approve", "cancel", "wrong_pin", "timeout", "silent", "manual"]),
  /** How the platform hears of it. */
  callback: z.enum(["once", "twice", "late", "before_response", "never"]),
  /** What happens to a payout. `timeout`: paid, but the queue's time-out is reported; `silent`: paid, and nothing is reported. */
  b2c: z.enum(["success", "fail", "timeout", "duplicate", "silent"]),
  /** `lost`: requests are taken, and their answers never arrive (a gateway's 504 does). */
  answer: z.enum(["ok", "lost"]),
  /** The amount that moves, as a multiple of the amount asked for. */
  amount_factor: z.number().positive().max(100),
  /** The result code of a failing payout. */
  b2c_code: z.union([z.number(), z.string()]),
  delay_ms: z.int().min(0).max(120_000),
  late_ms: z.int().min(0).max(86_400_000),
});

export type Behaviour = z.infer<typeof phone>;

export const behaviourSchema = phone.partial().extend({ msisdn: z.string().regex(/^\+?254[17]\d{8}$/) });

export const DEFAULT_BEHAVIOUR: Behaviour = {
  stk: "approve",
  callback: "once",
  b2c: "success",
  answer: "ok",
  amount_factor: 1,
  b2c_code: 2040,
  delay_ms: 1_500,
  late_ms: 20_000,
};
