/** Bodies of an Identity object's outbox rows, as its receivers read them. Version 1 of each is a row without a version. */
import * as z from "zod";

/** Topic `user`: the player as lists of operators show them. The row's sequence number orders the versions. */
export const userRowSchema = z.object({
  userId: z.string(),
  phoneNumber: z.string(),
  fullName: z.string(),
  verified: z.boolean(),
  createdAtMs: z.int(),
});
export type UserRow = z.infer<typeof userRowSchema>;

/** Topic `sms`. */
export const smsRowSchema = z.object({ to: z.string(), text: z.string(), expiresAtMs: z.int() });
export type SmsRow = z.infer<typeof smsRowSchema>;
