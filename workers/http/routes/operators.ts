/** The back office's calls, below /api/v1/admin. */
import { ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { countryQuery, playerParams, staffLogInBody, staffSession, walletCheck } from "../../../shared/protocol/http/operators.ts";
import { checkWallet } from "../../services/operators/check-wallet.ts";
import { logInStaff } from "../../services/operators/log-in.ts";
import { type Api, route } from "../api.ts";

const major = (amount: number): number => toMajor(minor(amount));

export function addOperatorRoutes(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/admin/auth/login",
    tag: "Operators",
    summary: "Log in with password and one-time code.",
    auth: "none",
    body: staffLogInBody,
    answer: staffSession,
    statuses: [200],
    errors: ["INVALID_CREDENTIALS", "ACCOUNT_LOCKED"],
    handle: async ({ ctx, body }) => {
      const session = await logInStaff(ctx, body);
      if (!session.ok) return session;
      const { accessToken, expiresInSeconds, staff } = session.value;
      return ok({
        body: {
          access_token: accessToken,
          expires_in: expiresInSeconds,
          user: { email: staff.email, role: staff.role, countries: [...staff.countries] },
        },
      });
    },
  });

  route(app, {
    method: "get",
    path: "/api/v1/admin/players/{user_id}/wallet",
    tag: "Operators",
    summary: "A player's wallet as it checks itself.",
    auth: "staff",
    params: playerParams,
    query: countryQuery,
    answer: walletCheck,
    statuses: [200],
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params, query }) => {
      const check = await checkWallet(ctx, { userId: params.user_id, country: query.country });
      if (!check.ok) return check;
      const { view, digest } = check.value;
      return ok({
        body: {
          user_id: view.userId,
          currency: view.balances.currency,
          balance: major(view.balances.cashMinor),
          held: major(view.balances.heldMinor),
          bonus: major(view.balances.bonusMinor),
          frozen: view.frozen,
          epoch: digest.epoch,
          seq: digest.seq,
          hash: digest.hash,
          digest: digest.digest,
          outbox_pending: digest.outboxPending,
          violations: [...digest.violations],
        },
      });
    },
  });
}
