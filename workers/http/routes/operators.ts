/** The back office's calls, below /api/v1/admin. */
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { houseTotals, houseTotalsQuery } from "../../../shared/protocol/http/house-totals.ts";
import {
  countryQuery,
  dashboard,
  gameParams,
  operatorBets,
  operatorBetsQuery,
  playerParams,
  publishedSalt,
  publishSaltBody,
  staffLogInBody,
  staffSession,
  walletCheck,
} from "../../../shared/protocol/http/operators.ts";
import { checkWallet } from "../../services/operators/check-wallet.ts";
import { listBetsForStaff } from "../../services/operators/list-bets.ts";
import { logInStaff } from "../../services/operators/log-in.ts";
import { publishSalt } from "../../services/operators/publish-salt.ts";
import { readDashboard } from "../../services/operators/read-dashboard.ts";
import { readHouseTotals } from "../../services/operators/read-house-totals.ts";
import { type Api, route } from "../api.ts";

const major = (amount: number): number => toMajor(minor(amount));

export function addOperatorRoutes(app: Api): void {
  addLogIn(app);
  addWalletCheck(app);
  addBets(app);
  addDashboard(app);
  addHouseTotals(app);
  addSalt(app);
}

function addLogIn(app: Api): void {
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
}

function addWalletCheck(app: Api): void {
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
      const { view, head, checkedSeq, isComplete, violations } = check.value;
      return ok({
        body: {
          user_id: view.userId,
          currency: view.balances.currency,
          balance: major(view.balances.cashMinor),
          held: major(view.balances.heldMinor),
          bonus: major(view.balances.bonusMinor),
          frozen: view.frozen,
          epoch: head.epoch,
          seq: head.seq,
          hash: head.hash,
          outbox_pending: head.seq - head.ackedSeq,
          checked_seq: checkedSeq,
          is_complete: isComplete,
          violations: [...violations],
        },
      });
    },
  });
}

function addBets(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/admin/bets",
    tag: "Operators",
    summary: "Bets of a country, newest first.",
    auth: "staff",
    query: operatorBetsQuery,
    answer: operatorBets,
    statuses: [200],
    errors: ["FORBIDDEN"],
    handle: async ({ ctx, query }) => {
      const listed = await listBetsForStaff(ctx, { ...query, country: query.country, userId: query.user_id, status: query.status });
      if (!listed.ok) return listed;
      const bets = listed.value.rows.map((row) => ({
        bet_id: row.betId,
        user_id: row.userId,
        kind: row.kind,
        status: row.status,
        stake: major(row.stakeMinor),
        potential_win: major(row.potentialWinMinor),
        paid: major(row.paidMinor),
        placed_at: toRfc3339(unixMs(row.placedAtMs)),
      }));
      return ok({ body: { bets, total: listed.value.total, limit: query.limit, offset: query.offset } });
    },
  });
}

function addDashboard(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/admin/dashboard",
    tag: "Operators",
    summary: "Totals of a country.",
    auth: "staff",
    query: countryQuery,
    answer: dashboard,
    statuses: [200],
    errors: ["FORBIDDEN"],
    handle: async ({ ctx, query }) => {
      const read = await readDashboard(ctx, query.country);
      if (!read.ok) return read;
      const { tenant, totals } = read.value;
      return ok({
        body: {
          country: tenant.country,
          currency: tenant.currency,
          players: totals.players,
          bets_open: totals.betsOpen,
          bets_settled: totals.betsSettled,
          staked: major(totals.stakedMinor),
          paid_out: major(totals.paidOutMinor),
          deposits_completed: totals.depositsCompleted,
          deposited: major(totals.depositedMinor),
          withdrawals_completed: totals.withdrawalsCompleted,
          withdrawn: major(totals.withdrawnMinor),
          intents_open: totals.intentsOpen,
        },
      });
    },
  });
}

function addHouseTotals(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/admin/house-totals",
    tag: "Operators",
    summary: "What the house earned and owes over some days, by account.",
    auth: "staff",
    query: houseTotalsQuery,
    answer: houseTotals,
    statuses: [200],
    errors: ["FORBIDDEN"],
    handle: async ({ ctx, query }) => {
      const read = await readHouseTotals(ctx, { country: query.country, fromDay: query.from, toDay: query.to });
      if (!read.ok) return read;
      const { tenant, fromDay, toDay, totals, grossGamingRevenueMinor, unexplainedMinor } = read.value;
      return ok({
        body: {
          country: tenant.country,
          currency: tenant.currency,
          from: fromDay,
          to: toDay,
          accounts: totals.map(({ account, sumMinor }) => ({ account, total: toMajor(sumMinor) })),
          gross_gaming_revenue: toMajor(grossGamingRevenueMinor),
          unexplained: toMajor(unexplainedMinor),
        },
      });
    },
  });
}

function addSalt(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/admin/games/crash/{game}/salt",
    tag: "Operators",
    summary: "Fix a crash game's salt, once, after its chain's end was published.",
    auth: "staff",
    params: gameParams,
    body: publishSaltBody,
    answer: publishedSalt,
    statuses: [200],
    errors: ["FORBIDDEN", "NOT_FOUND", "SALT_FIXED", "CHAIN_REFUSED"],
    handle: async ({ ctx, params, body }) => {
      const published = await publishSalt(ctx, { gameId: params.game, ...body });
      if (!published.ok) return published;
      const { terminatingHash, salt, source } = published.value;
      return ok({ body: { terminating_hash: terminatingHash, salt, salt_source: source } });
    },
  });
}
