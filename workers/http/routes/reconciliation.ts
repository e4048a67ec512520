/** What operators read of reconciliation and anchors, below /api/v1/admin. */
import { ok } from "../../../shared/kernel/result.ts";
import { SECOND_MS, toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { countryQuery, playerParams } from "../../../shared/protocol/http/operators.ts";
import { anchorAnswer, reconciliationAnswer } from "../../../shared/protocol/http/reconciliation.ts";
import { checkAnchor } from "../../services/operators/check-anchor.ts";
import { readReconciliation } from "../../services/operators/read-reconciliation.ts";
import { type Api, route } from "../api.ts";

const TAG = "Operators";
const time = (at: number): string => toRfc3339(unixMs(at));
const major = (amount: number | null): number | null => (amount === null ? null : toMajor(minor(amount)));

export function addReconciliationRoutes(app: Api): void {
  addReconciliation(app);
  addAnchor(app);
}

function addReconciliation(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/admin/reconciliation",
    tag: TAG,
    summary: "The latest runs of reconciliation, and what is open.",
    auth: "staff",
    query: countryQuery,
    answer: reconciliationAnswer,
    statuses: [200],
    errors: ["FORBIDDEN"],
    handle: async ({ ctx, query }) => {
      const read = await readReconciliation(ctx, query.country);
      if (!read.ok) return read;
      const { country, runs, openItems, openTotal } = read.value;
      return ok({
        body: {
          country,
          open_total: openTotal,
          runs: runs.map((run) => ({
            id: run.id,
            level: run.level,
            scope: run.scope,
            from: run.fromPosition,
            to: run.toPosition,
            started_at: time(run.startedAtMs),
            ended_at: time(run.endedAtMs),
            checked: run.checked,
            clean: run.clean,
            finding_count: run.findingCount,
          })),
          open_items: openItems.map((item) => ({
            id: item.id,
            level: item.level,
            class: item.class,
            scope: item.scope,
            subject: item.subject,
            here: major(item.hereMinor),
            there: major(item.thereMinor),
            note: item.note,
            owner: item.owner,
            first_seen_at: time(item.firstSeenAtMs),
            last_seen_at: time(item.lastSeenAtMs),
            age_seconds: Math.max(0, Math.floor((ctx.nowMs - item.firstSeenAtMs) / SECOND_MS)),
          })),
        },
      });
    },
  });
}

function addAnchor(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/admin/wallets/{user_id}/anchor",
    tag: TAG,
    summary: "Whether a player's wallet is the one that was anchored.",
    auth: "staff",
    params: playerParams,
    query: countryQuery,
    answer: anchorAnswer,
    statuses: [200],
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params, query }) => {
      const checked = await checkAnchor(ctx, { userId: params.user_id, country: query.country });
      if (!checked.ok) return checked;
      const { walletId, anchor, leaf, proof, failures } = checked.value;
      return ok({
        body: {
          wallet_id: walletId,
          agrees: failures.length === 0,
          failures: [...failures],
          day: anchor.day,
          shard: anchor.shard,
          root: anchor.root,
          signature: anchor.signature,
          kid: anchor.kid,
          anchored_at: time(anchor.anchoredAtMs),
          leaf: leaf === null ? null : { epoch: leaf.epoch, seq: leaf.seq, hash: leaf.hash },
          proof: [...proof],
        },
      });
    },
  });
}
