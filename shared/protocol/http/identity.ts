/**
 * Bodies of the Identity calls (api.md). `phone` is taken for `phone_number`, and a `pin` of 4 to 6 digits for a password; what they
 * mean is checked by the verbs, against the tenant.
 */
import * as z from "zod";
import { amountOut, positiveAmount, timeOut } from "./fields.ts";

const PHONE_EXAMPLE = "254712345678";
const phone = z.string().min(1).max(40).meta({ example: PHONE_EXAMPLE });
const newPassword = z.string().min(8, "has fewer than 8 characters").max(128);
const newPin = z.string().regex(/^\d{4,6}$/, "is not 4 to 6 digits");
/** At log-in the length is no reason for an answer of its own. */
const givenSecret = z.string().min(1).max(128);
const email = z.email().max(254);

interface PhoneFields {
  readonly phone_number?: string | undefined;
  readonly phone?: string | undefined;
}
interface SecretFields {
  readonly password?: string | undefined;
  readonly pin?: string | undefined;
}

const phoneFields = { phone_number: phone.optional(), phone: phone.optional() };
const hasPhone = (body: PhoneFields) => phoneIn(body) !== "";
const phoneProblem = { path: ["phone_number"], error: "is required" };
const hasOneSecret = (body: SecretFields) => (body.password === undefined) !== (body.pin === undefined);
const secretProblem = { path: ["password"], error: "give either a password or a pin" };

/** The number under whichever name it came. */
export function phoneIn(body: PhoneFields): string {
  return body.phone_number ?? body.phone ?? "";
}

/** The password or PIN, whichever was given. */
export function secretIn(body: SecretFields): string {
  return body.password ?? body.pin ?? "";
}

export const registerBody = z
  .object({
    ...phoneFields,
    password: newPassword.optional(),
    pin: newPin.optional(),
    full_name: z.string().max(200).meta({ example: "Wanjiru Kamau" }),
    date_of_birth: z.string().max(10).meta({ example: "1990-01-15" }),
    national_id: z.string().min(1).max(40).meta({ example: "12345678" }),
    email: email.optional(),
    kra_pin: z
      .string()
      .regex(/^[A-Za-z0-9]{5,20}$/, "is not a tax number")
      .optional(),
  })
  .refine(hasPhone, phoneProblem)
  .refine(hasOneSecret, secretProblem);

export const registerAnswer = z.object({ user_id: z.string(), message: z.string(), verification_required: z.literal(true) });

export const verifyPhoneBody = z
  .object({
    ...phoneFields,
    code: z
      .string()
      .regex(/^\d{6}$/, "is not 6 digits")
      .meta({ example: "123456" }),
    user_id: z.string().max(60).optional().meta({
      description: "From the registration's answer: confirms that registration and no other. Required once a number was registered twice.",
    }),
  })
  .refine(hasPhone, phoneProblem);

export const phoneBody = z.object(phoneFields).refine(hasPhone, phoneProblem);
export const messageAnswer = z.object({ message: z.string() });

export const loginBody = z
  .object({ ...phoneFields, password: givenSecret.optional(), pin: givenSecret.optional() })
  .refine(hasPhone, phoneProblem)
  .refine(hasOneSecret, secretProblem);

export const refreshBody = z.object({ refresh_token: z.string().min(1).max(500) });

export const tokensAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int().meta({ description: "Seconds until the access token expires." }),
  user: z.object({ id: z.string(), phone_number: z.string(), full_name: z.string(), is_verified: z.boolean() }),
});
export type TokensAnswer = z.infer<typeof tokensAnswer>;

export const emptyAnswer = z.object({});

export const ticketAnswer = z.object({ ticket: z.string(), expires_in: z.int() });

export const keySetAnswer = z.object({
  keys: z.array(
    z.object({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string(), alg: z.literal("EdDSA"), use: z.literal("sig") }),
  ),
});

export const profileAnswer = z.object({
  id: z.string(),
  phone_number: z.string(),
  full_name: z.string(),
  email: z.string().nullable(),
  date_of_birth: z.string(),
  national_id: z.string().nullable().meta({ description: "Masked but for its last characters." }),
  country: z.string(),
  currency: z.string(),
  language: z.string(),
  is_verified: z.boolean(),
  daily_deposit_limit: amountOut.nullable(),
  weekly_deposit_limit: amountOut.nullable(),
  monthly_deposit_limit: amountOut.nullable(),
  self_exclusion: z.object({ until: timeOut.nullable().meta({ description: "Null when it has no end." }) }).nullable(),
  created_at: timeOut,
});
export type ProfileAnswer = z.infer<typeof profileAnswer>;

const limit = positiveAmount.nullable().optional();
export const updateProfileBody = z.object({
  email: email.nullable().optional(),
  language: z.string().min(2).max(10).optional(),
  daily_deposit_limit: limit,
  weekly_deposit_limit: limit,
  monthly_deposit_limit: limit,
});

export const selfExcludeBody = z
  .object({
    duration_days: z.int().min(1).max(3_650).optional(),
    permanent: z.literal(true).optional(),
    reason: z.string().trim().max(500).default(""),
  })
  .refine((body) => (body.duration_days === undefined) !== (body.permanent === undefined), {
    path: ["duration_days"],
    error: "give either duration_days or permanent",
  });
export const selfExcludeAnswer = z.object({ until: timeOut.nullable().meta({ description: "Null when it has no end." }) });

export const verifyIdentityBody = z.object({
  user_id: z.string().max(60).optional(),
  id_type: z.string().min(1).max(40).optional().meta({ example: "NATIONAL_ID" }),
  id_number: z.string().min(1).max(40).optional().meta({ example: "12345678" }),
});
export const verifyIdentityAnswer = z.object({
  verified: z.boolean(),
  status: z.enum(["verified", "failed", "review"]),
  full_name: z.string(),
  id_number: z.string().meta({ description: "Masked but for its last characters." }),
  id_type: z.string(),
  country_code: z.string(),
  error_message: z.string().optional(),
});
export type VerifyIdentityAnswer = z.infer<typeof verifyIdentityAnswer>;
