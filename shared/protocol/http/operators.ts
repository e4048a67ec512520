/** Shapes of the back office's calls. */
import * as z from "zod";
import { COUNTRIES } from "../../tenants/tenant.ts";
import { STAFF_ROLES } from "../rpc/staff.ts";
import { amountOut, pageQuery, timeOut } from "./fields.ts";

export const staffLogInBody = z.object({
  email: z.email().max(200),
  password: z.string().min(1).max(200),
  code: z.string().regex(/^\d{6}$/),
});

export const staffSession = z.object({
  access_token: z.string(),
  expires_in: z.int(),
  user: z.object({ email: z.string(), role: z.enum(STAFF_ROLES), countries: z.array(z.enum(COUNTRIES)) }),
});

/** Which tenant a call is about; the operator's first one when left out. */
export const countryQuery = z.object({ country: z.enum(COUNTRIES).optional() });

export const playerParams = z.object({ user_id: z.string().regex(/^usr_[0-9A-Z]{26}$/) });

export const walletCheck = z.object({
  user_id: z.string(),
  currency: z.string(),
  balance: amountOut,
  held: amountOut,
  bonus: amountOut,
  frozen: z.boolean(),
  epoch: z.int(),
  seq: z.int(),
  hash: z.string(),
  outbox_pending: z.int(),
  checked_seq: z.int().meta({ description: "The last entry that the check replayed." }),
  is_complete: z.boolean().meta({ description: "False when a long history takes another call to its end." }),
  violations: z.array(z.string()).meta({ description: "Names of broken invariants; empty when the book is right." }),
});

export const operatorBetsQuery = pageQuery.extend({
  country: z.enum(COUNTRIES).optional(),
  user_id: z.string().max(40).optional(),
  status: z.string().max(20).optional(),
});

export const operatorBets = z.object({
  bets: z.array(
    z.object({
      bet_id: z.string(),
      user_id: z.string(),
      kind: z.string(),
      status: z.string(),
      stake: amountOut,
      potential_win: amountOut,
      paid: amountOut,
      placed_at: timeOut,
    }),
  ),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
});

export const dashboard = z.object({
  country: z.string(),
  currency: z.string(),
  players: z.int(),
  bets_open: z.int(),
  bets_settled: z.int(),
  staked: amountOut,
  paid_out: amountOut,
  deposits_completed: z.int(),
  deposited: amountOut,
  withdrawals_completed: z.int(),
  withdrawn: amountOut,
  intents_open: z.int(),
});

export const gameParams = z.object({ game: z.string().regex(/^[a-z0-9-]{1,40}$/) });

export const publishSaltBody = z.object({
  salt: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: "From a public source fixed after the chain's end was published, e.g. a block's hash." }),
  source: z.string().min(1).max(200).meta({ description: "For a chain that was made offline: the source that its statement announced." }),
  reason: z.string().trim().min(3).max(500).meta({ description: "Why now; kept in the audit log." }),
});

export const publishedSalt = z.object({ terminating_hash: z.string(), salt: z.string(), salt_source: z.string() });
