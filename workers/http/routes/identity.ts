/** Registration, log-in, sessions, the player's own profile, and verification of identity. */
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import {
  emptyAnswer,
  keySetAnswer,
  loginBody,
  messageAnswer,
  phoneBody,
  phoneIn,
  profileAnswer,
  refreshBody,
  registerAnswer,
  registerBody,
  secretIn,
  selfExcludeAnswer,
  selfExcludeBody,
  ticketAnswer,
  tokensAnswer,
  updateProfileBody,
  verifyIdentityAnswer,
  verifyIdentityBody,
  verifyPhoneBody,
} from "../../../shared/protocol/http/identity.ts";
import { publicKeys } from "../../services/identity/access-token.ts";
import { issueTicket } from "../../services/identity/issue-ticket.ts";
import { logIn } from "../../services/identity/log-in.ts";
import { type ProfileChange, readProfile, updateProfile } from "../../services/identity/profile.ts";
import { logOut, refreshTokens } from "../../services/identity/refresh-tokens.ts";
import { register } from "../../services/identity/register.ts";
import { selfExclude } from "../../services/identity/self-exclude.ts";
import { verifyIdentity } from "../../services/identity/verify-identity.ts";
import { resendCode, verifyPhone } from "../../services/identity/verify-phone.ts";
import { type Api, route } from "../api.ts";

const TAG = "Identity";

export function addIdentityRoutes(app: Api): void {
  addRegistration(app);
  addSessions(app);
  addTickets(app);
  addProfile(app);
  addSelfExclusion(app);
  addVerification(app);
}

function addRegistration(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/auth/register",
    tag: TAG,
    summary: "Register; an SMS brings a code to confirm the phone number",
    auth: "none",
    body: registerBody,
    answer: registerAnswer,
    statuses: [201],
    errors: ["UNDERAGE", "PHONE_TAKEN"],
    handle: async ({ ctx, body }) => {
      const registered = await register(ctx, {
        phone: phoneIn(body),
        secret: secretIn(body),
        fullName: body.full_name,
        dateOfBirth: body.date_of_birth,
        nationalId: body.national_id,
        email: body.email ?? null,
        kraPin: body.kra_pin ?? null,
      });
      if (!registered.ok) return registered;
      const message = "Registration successful. Please verify your account with the code from the SMS.";
      return ok({ body: { user_id: registered.value.userId, message, verification_required: true as const } });
    },
  });
  route(app, {
    method: "post",
    path: "/api/v1/auth/verify",
    tag: TAG,
    summary: "Confirm the phone number by the code from the SMS, and log in",
    auth: "none",
    body: verifyPhoneBody,
    answer: tokensAnswer,
    statuses: [200],
    errors: ["CODE_INVALID", "CODE_EXPIRED"],
    handle: async ({ ctx, body }) => {
      const tokens = await verifyPhone(ctx, { phone: phoneIn(body), code: body.code, userId: body.user_id ?? null });
      return tokens.ok ? ok({ body: tokens.value }) : tokens;
    },
  });
  route(app, {
    method: "post",
    path: "/api/v1/auth/resend",
    tag: TAG,
    summary: "Send a new code if the number waits for one",
    auth: "none",
    body: phoneBody,
    answer: messageAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx, body }) => {
      const sent = await resendCode(ctx, { phone: phoneIn(body) });
      return sent.ok ? ok({ body: { message: "If this number waits to be confirmed, a new code is on its way." } }) : sent;
    },
  });
}

function addSessions(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/auth/login",
    tag: TAG,
    summary: "Log in by phone number and password or PIN",
    auth: "none",
    body: loginBody,
    answer: tokensAnswer,
    statuses: [200],
    errors: ["INVALID_CREDENTIALS", "ACCOUNT_LOCKED", "PHONE_NOT_VERIFIED"],
    handle: async ({ ctx, body }) => {
      const tokens = await logIn(ctx, { phone: phoneIn(body), secret: secretIn(body) });
      return tokens.ok ? ok({ body: tokens.value }) : tokens;
    },
  });
  route(app, {
    method: "post",
    path: "/api/v1/auth/refresh",
    tag: TAG,
    summary: "Exchange a refresh token; each is good once, and using one again without the first use's key ends its session",
    auth: "none",
    idempotent: true,
    body: refreshBody,
    answer: tokensAnswer,
    statuses: [200],
    errors: ["REFRESH_TOKEN_INVALID"],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const tokens = await refreshTokens(ctx, { refreshToken: body.refresh_token, key: idempotencyKey });
      return tokens.ok ? ok({ body: tokens.value }) : tokens;
    },
  });
  route(app, {
    method: "post",
    path: "/api/v1/auth/logout",
    tag: TAG,
    summary: "End the session of a refresh token; access tokens live out their 15 minutes",
    auth: "none",
    body: refreshBody,
    answer: emptyAnswer,
    statuses: [204],
    errors: [],
    handle: async ({ ctx, body }) => {
      const ended = await logOut(ctx, { refreshToken: body.refresh_token });
      return ended.ok ? ok({ body: {} }) : ended;
    },
  });
}

function addTickets(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/auth/ws-ticket",
    tag: TAG,
    summary: "Get a ticket for WebSockets, good for a minute",
    auth: "player",
    answer: ticketAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      const issued = issueTicket(ctx);
      return issued.ok ? ok({ body: { ticket: issued.value.ticket, expires_in: issued.value.expiresInSeconds } }) : issued;
    },
  });
  route(app, {
    method: "get",
    path: "/.well-known/jwks.json",
    tag: TAG,
    summary: "The keys that access tokens and anchors are checked with",
    auth: "none",
    answer: keySetAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => ok({ body: { keys: [...(await publicKeys(ctx.config))] } }),
  });
}

function addProfile(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/users/me",
    tag: TAG,
    summary: "Read your profile",
    auth: "player",
    answer: profileAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      const profile = await readProfile(ctx);
      return profile.ok ? ok({ body: profile.value }) : profile;
    },
  });
  route(app, {
    method: "put",
    path: "/api/v1/users/me",
    tag: TAG,
    summary: "Change email, language or deposit limits; a lower limit holds at once, a higher one or none after 24 hours",
    auth: "player",
    idempotent: true,
    body: updateProfileBody,
    answer: profileAnswer,
    statuses: [200],
    errors: ["INVALID_AMOUNT"],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const limits: ProfileChange["limits"] = {
        ...(body.daily_deposit_limit === undefined ? {} : { day: body.daily_deposit_limit }),
        ...(body.weekly_deposit_limit === undefined ? {} : { week: body.weekly_deposit_limit }),
        ...(body.monthly_deposit_limit === undefined ? {} : { month: body.monthly_deposit_limit }),
      };
      const key = `limits:${idempotencyKey ?? crypto.randomUUID()}`;
      const profile = await updateProfile(ctx, { email: body.email, language: body.language, limits, key });
      return profile.ok ? ok({ body: profile.value }) : profile;
    },
  });
}

function addSelfExclusion(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/users/me/self-exclude",
    tag: TAG,
    summary: "Exclude yourself from play; an exclusion can be made longer, never shorter",
    auth: "player",
    idempotent: true,
    body: selfExcludeBody,
    answer: selfExcludeAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const key = `exclude:${idempotencyKey ?? crypto.randomUUID()}`;
      const excluded = await selfExclude(ctx, { days: body.duration_days ?? null, reason: body.reason, key });
      if (!excluded.ok) return excluded;
      const { untilMs } = excluded.value;
      return ok({ body: { until: untilMs === null ? null : toRfc3339(unixMs(untilMs)) } });
    },
  });
}

function addVerification(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/kyc/verify-user",
    aliases: ["/api/v1/kyc/verify-user", "/api/kyc/verify-id", "/api/v1/kyc/verify-id"],
    tag: TAG,
    summary: "Verify your identity by a document; without one, by the national id of your registration",
    auth: "player",
    body: verifyIdentityBody,
    answer: verifyIdentityAnswer,
    statuses: [200],
    errors: ["NOT_FOUND", "NATIONAL_ID_TAKEN", "VERIFICATION_UNAVAILABLE"],
    handle: async ({ ctx, body }) => {
      const verified = await verifyIdentity(ctx, {
        userId: body.user_id ?? null,
        idType: body.id_type ?? null,
        idNumber: body.id_number ?? null,
      });
      return verified.ok ? ok({ body: verified.value }) : verified;
    },
  });
}
