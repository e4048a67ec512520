/** Operators of finance see what reconciliation found and whether a wallet is the anchored one; nobody else does. */
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { DAY_MS, localDay, unixMs } from "../../../shared/kernel/time.ts";
import { shardOf } from "../../../shared/ledger/shards.ts";
import type { StaffView } from "../../../shared/protocol/rpc/staff.ts";
import { configOf } from "../../../workers/env.ts";
import { anchorShard } from "../../../workers/services/ledger/anchor-wallets.ts";
import { reconcileNamedWallets } from "../../../workers/services/ledger/reconcile-wallets.ts";
import { reprojectWallet } from "../../../workers/services/ledger/reproject-wallet.ts";
import { signStaffToken } from "../../../workers/services/operators/staff-token.ts";
import { newWallet } from "../wallet/wallet-support.ts";

const TEST_COUNTRY = "GH";
/** Other files anchor those beside. */
const OWN_SHARDS = { from: 16, to: 23 };

async function get(path: string, role: StaffView["role"]): Promise<Response> {
  const staff = { email: `${role}@mkeka.example`, role, countries: [TEST_COUNTRY] } as const;
  const token = await signStaffToken(configOf(env), staff, Date.now());
  return exports.default.fetch(`http://mkeka.test${path}`, { headers: { Authorization: `Bearer ${token}` } });
}

it("open items come with what is here, what is there and their age, beside the runs that found them", async () => {
  const { walletId } = await newWallet(0, TEST_COUNTRY);
  await reprojectWallet(env, TEST_COUNTRY, walletId);
  await env.DB_GH.prepare("UPDATE wallet_projection SET seq = 9 WHERE wallet_id = ?").bind(walletId).run();
  await reconcileNamedWallets(env, TEST_COUNTRY, [walletId], Date.now());
  const answer = await get("/api/v1/admin/reconciliation", "finance");
  expect(answer.status).toBe(200);
  const body = await answer.json<{ runs: { clean: boolean; checked: number }[]; open_items: object[] }>();
  expect(body).toMatchObject({ country: TEST_COUNTRY, open_total: expect.any(Number) });
  expect(body.runs).toContainEqual(expect.objectContaining({ level: "L2", scope: "wallets", checked: 1, clean: false, finding_count: 1 }));
  expect(body.open_items).toContainEqual(
    expect.objectContaining({ class: "ahead", subject: walletId, here: null, owner: null, age_seconds: expect.any(Number) }),
  );
});

it("a wallet's anchor comes with its signature, the leaf and the way to the root", async () => {
  const { walletId, userId } = await newWallet(0, TEST_COUNTRY, OWN_SHARDS);
  const path = `/api/v1/admin/wallets/${userId}/anchor`;
  await reprojectWallet(env, TEST_COUNTRY, walletId);
  const nowMs = Date.now() + 2_000 * DAY_MS;
  await anchorShard(env, { country: TEST_COUNTRY, day: localDay(unixMs(nowMs), 0), shard: shardOf(walletId) }, nowMs);
  const answer = await get(path, "compliance");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ wallet_id: walletId, agrees: true, failures: [], kid: "test-anchor", leaf: { seq: 2 } });
});

it("other roles are refused, and a country of which the operator is none", async () => {
  const path = "/api/v1/admin/wallets/usr_00000000000000000000000000/anchor";
  for (const refused of ["/api/v1/admin/reconciliation", path]) {
    expect((await get(refused, "trader")).status).toBe(403);
    expect((await get(`${refused}?country=NG`, "finance")).status).toBe(403);
    expect((await exports.default.fetch(`http://mkeka.test${refused}`)).status).toBe(401);
  }
});
