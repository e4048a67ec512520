/** Shapes of what people do around a crash game: being shown, the chat, rains of free bets. Amounts in major units, times RFC 3339. */
import * as z from "zod";
import { crashGameParams } from "./crash.ts";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";

export const shownNameBody = z.object({
  shown: z.boolean().meta({ description: "true consents to be shown to other players, false withdraws it." }),
});
export const shownNameOut = z.object({
  name: z.string().nullable().meta({ description: "What others read; null while you are not shown." }),
  consented_at: timeOut.nullable(),
  withdrawn_at: timeOut.nullable(),
  wording: z.string().nullable().meta({ description: "The version of the text that was agreed to." }),
});

const author = z.string().regex(/^[0-9a-f]{8}$/);
const messageId = z.string().regex(/^msg_[0-9A-Z]{26}$/);
const rainId = z.string().regex(/^ran_[0-9A-Z]{26}$/);
const reason = z.string().trim().min(3).max(500).meta({ description: "Why; kept in the audit log." });

export const chatMessageOut = z.object({
  message_id: z.string(),
  author: z.string().meta({ description: "Names the author in this chat only; mute by it." }),
  name: z.string().nullable().meta({ description: "Masked, and only with the author's consent." }),
  text: z.string(),
  sent_at: timeOut,
});
export const chatOut = z.object({ messages: z.array(chatMessageOut).meta({ description: "The newest, oldest first." }) });
/** The lounge judges the text; this bound only keeps novels out. */
export const chatBody = z.object({ text: z.string().min(1).max(1_000) });
export const authorParams = crashGameParams.extend({ author });
export const mutesOut = z.object({
  muted: z.array(z.object({ author: z.string(), name: z.string().nullable() })).meta({ description: "The newest first." }),
});
export const messageParams = crashGameParams.extend({ message_id: messageId });
export const reportBody = z.object({ why: z.string().trim().min(1).max(200) });

export const deskReasonBody = z.object({ reason });
export const silenceBody = z.object({
  author,
  minutes: z.int().min(0).max(525_600).meta({ description: "From now; 0 lets the player write again." }),
  reason,
});
export const silenceOut = z.object({ user_id: z.string(), until: timeOut });
export const reportParams = crashGameParams.extend({ report_id: z.string().regex(/^rpt_[0-9A-Z]{26}$/) });
export const reportsOut = z.object({
  reports: z
    .array(
      z.object({
        report_id: z.string(),
        message: chatMessageOut,
        author_user_id: z.string(),
        reporter_user_id: z.string(),
        why: z.string(),
        reported_at: timeOut,
      }),
    )
    .meta({ description: "Those that nobody has closed, oldest first." }),
});

export const rainParams = crashGameParams.extend({ rain_id: rainId });
export const rainBody = z.object({
  campaign: z.string().min(1).max(60),
  amount: positiveAmount.meta({ description: "Of one free bet." }),
  shares: z.int().positive().meta({ description: "How many players get one, at most." }),
  claim_seconds: z.int().positive().meta({ description: "How long claims are taken." }),
  reason,
});
export const rainOut = z.object({
  rain_id: z.string(),
  state: z.enum(["OPEN", "DRAWN", "SETTLED"]),
  amount: amountOut,
  shares: z.int(),
  claims: z.int(),
  ends_at: timeOut,
  commitment: z.string().meta({ description: 'SHA-256 of "rain:" and the seed; shown from the start.' }),
  seed: z.string().nullable().meta({ description: "Shown with the draw." }),
  drawn: z.int(),
});
export const drawnRainOut = rainOut.extend({
  order: z.array(z.string()).meta({ description: 'The claims as drawn: authors by SHA-256 of "<seed>:<author>".' }),
});
export const rainLogOut = rainOut.extend({
  log: z
    .array(z.object({ position: z.int(), author: z.string(), user_id: z.string(), outcome: z.string().nullable() }))
    .meta({ description: "outcome: granted, or why not; null without a share." }),
});
