/** What players do with money of their own and operators with theirs: deposits, withdrawals, stakes, holds, manual entries, limits. */
import type { WalletReply } from "../../shared/protocol/rpc/wallet.ts";
import { demand } from "./failure.ts";
import type { Player } from "./player.ts";

export type Action = (player: Player) => Promise<void>;

/** More than any machine's clock lags. */
const CLOCK_SLACK_MS = 500;

/** Not the provider of the simulated phones: what these move is not on its statement. */
const OTHER_PROVIDER = "manual";

async function deposit(player: Player): Promise<void> {
  const { prng, wallet, tenant } = player;
  const method = prng.pick(tenant.paymentMethods);
  const key = player.newKey("deposit");
  const intentId = `dep_${key}`;
  const grossMinor = prng.chance(0.05) ? 1 : method.deposit.minMinor * prng.between(5, 60);
  const command = { key, intentId, method: method.method, amountMinor: grossMinor };
  const started = await player.ask({
    key,
    memory: "always",
    send: () => wallet.startDeposit(command),
    sendOther: () => wallet.startDeposit({ ...command, amountMinor: grossMinor + 100 }),
  });
  if (!started.ok) return;
  await player.sleep(prng.between(100, 20_000));
  const isEnded = prng.chance(0.15);
  if (isEnded) await player.ask({ key: `endDeposit-${intentId}`, memory: "success", send: () => wallet.endDeposit({ intentId }) });
  if (isEnded && prng.chance(0.7)) return;
  if (isEnded) player.around.world.reached("credit-after-end");
  const credit = { intentId, provider: OTHER_PROVIDER, receipt: `R${intentId}`, grossMinor, occurredAtMs: player.around.world.nowMs };
  await untilTaken(player, () =>
    player.ask({
      key: `credit-${intentId}`,
      memory: "success",
      send: () => wallet.creditDeposit(credit),
      cashMinor: (value) => {
        const taxMinor = value.taxLines.reduce((sum, line) => sum + line.taxMinor, 0);
        demand(
          value.creditedMinor + taxMinor === grossMinor,
          () => `${player.audit.walletId}: ${intentId} credited ${value.creditedMinor} of ${grossMinor}`,
        );
        return value.creditedMinor;
      },
    }),
  );
}

async function withdrawal(player: Player): Promise<void> {
  const { prng, wallet, tenant } = player;
  const method = prng.pick(tenant.paymentMethods);
  const key = player.newKey("withdrawal");
  const intentId = `wdr_${key}`;
  const amountMinor = method.withdrawal.minMinor * prng.between(1, 8);
  const command = { key, fingerprint: `${amountMinor}`, intentId, method: method.method, amountMinor };
  const started = await player.ask({
    key,
    memory: "always",
    send: () => wallet.startWithdrawal(command),
    sendOther: () => wallet.startWithdrawal({ ...command, fingerprint: "other" }),
  });
  if (!started.ok) return;
  const { grossMinor } = started.value.value;
  await player.sleep(prng.between(100, 60_000));
  const paid = { intentId, provider: OTHER_PROVIDER, receipt: `W${intentId}`, occurredAtMs: player.around.world.nowMs };
  const confirm = () =>
    untilTaken(player, () =>
      player.ask({
        key: `confirm-${intentId}`,
        memory: "success",
        send: () => wallet.confirmWithdrawal(paid),
        cashMinor: () => -grossMinor,
      }),
    );
  const fail = () =>
    untilTaken(player, () =>
      player.ask({ key: `fail-${intentId}`, memory: "success", send: () => wallet.failWithdrawal({ intentId, reason: "sim" }) }),
    );
  const ends = prng.chance(0.6) ? [confirm, fail] : [fail, confirm];
  // A provider that contradicts itself: only its first word counts.
  const replies = prng.chance(0.15) ? await Promise.all(ends.map((end) => end())) : [await (ends[0] ?? confirm)()];
  demand(
    replies.filter((reply) => reply.ok).length === 1,
    () => `${player.audit.walletId}: ${intentId} ended ${replies.filter((reply) => reply.ok).length} times`,
  );
  if (replies.length > 1) player.around.world.reached("withdrawal-contradicted");
}

async function crashStake(player: Player): Promise<void> {
  const { prng, wallet, tenant } = player;
  const key = player.newKey("stake");
  const amountMinor = tenant.crash.stake.minMinor * prng.between(1, 6);
  const holdId = `hold_${player.audit.walletId}_${key}`;
  const ref = `crash:${key}`;
  const command = { key, fingerprint: `${amountMinor}`, holdId, product: "crash" as const, ref, amountMinor };
  const held = await player.ask({
    key,
    memory: "always",
    send: () => wallet.reserveStake(command),
    sendOther: () => wallet.reserveStake({ ...command, fingerprint: "other" }),
  });
  if (!held.ok) return;
  await player.sleep(prng.between(100, 15_000));
  const payoutMinor = prng.chance(0.5) ? 0 : Math.floor(amountMinor * (1 + prng.fraction() * 3));
  const settle = () =>
    untilTaken(player, () =>
      player.ask({
        key: `settleStake-${key}`,
        memory: "success",
        send: () => wallet.settleStake({ key: ref, holdId, payoutMinor, ref }),
        cashMinor: (value) => value.payoutMinor - amountMinor,
      }),
    );
  const release = () =>
    untilTaken(player, () =>
      player.ask({ key: `releaseHold-${key}`, memory: "success", send: () => wallet.releaseHold({ key: ref, holdId, reason: "void" }) }),
    );
  const way = prng.fraction();
  if (way < 0.75) await settle();
  else if (way < 0.9) await release();
  else {
    const replies = await Promise.all([settle(), release()]);
    demand(replies.filter((reply) => reply.ok).length === 1, () => `${player.audit.walletId}: stake ${key} ended twice or never`);
    player.around.world.reached("settle-against-release");
  }
}

/** A hold of the general kind: parts, a close, a release, an expiry, and attempts at more than is there. */
async function holdAndCommit(player: Player): Promise<void> {
  const { prng, wallet } = player;
  const key = player.newKey("reserve");
  const amountMinor = prng.between(1, 40) * 500;
  const purpose = prng.chance(0.7) ? ("stake" as const) : ("charge" as const);
  const command = { key, purpose, ref: `ref-${key}`, amountMinor, expiresAtMs: player.around.world.nowMs + prng.between(3_000, 120_000) };
  const held = await player.ask({
    key,
    memory: "always",
    send: () => wallet.reserve(command),
    sendOther: () => wallet.reserve({ ...command, amountMinor: amountMinor + 1 }),
  });
  if (!held.ok) return;
  const { holdId, shares } = held.value.value;
  const cashShare = shares.find(({ account }) => account === "user:cash")?.amountMinor ?? 0;
  let committed = 0;
  for (let part = 1; prng.chance(0.7) && part < 5; part += 1) {
    await player.sleep(prng.between(0, 30_000));
    const wanted = prng.chance(0.15) ? amountMinor - committed + prng.between(1, 500) : prng.between(1, amountMinor);
    const close = prng.chance(0.3);
    const before = committed;
    const sentAtMs = player.around.world.nowMs;
    const commit = { key: `${key}-part${part}`, holdId, amountMinor: wanted, close };
    const reply = await player.ask({
      key: `commit-${key}-part${part}`,
      memory: "always",
      send: () => wallet.commit(commit),
      sendOther: () => wallet.commit({ ...commit, amountMinor: wanted + 1 }),
      // Cash is spent before bonus.
      cashMinor: () => Math.min(before, cashShare) - Math.min(before + wanted, cashShare),
    });
    if (reply.ok) {
      demand(
        before + wanted <= amountMinor,
        () => `${player.audit.walletId}: ${wanted} committed of a hold with ${amountMinor - before} left`,
      );
      demand(sentAtMs < command.expiresAtMs + CLOCK_SLACK_MS, () => `${player.audit.walletId}: ${holdId} was committed after its time`);
      committed = before + wanted;
      player.around.world.reached(close ? "commit-close" : "commit-part");
      if (!reply.value.value.isOpen) return;
    } else if (reply.error.reason === "hold_expired") player.around.world.reached("commit-after-expire");
    else if (reply.error.reason === "hold_exceeded") player.around.world.reached("commit-past-held");
    else if (reply.error.reason === "hold_closed") return;
  }
  // Some holds expire before they are released.
  if (prng.chance(0.2)) await player.sleep(prng.between(0, 120_000));
  if (prng.chance(0.5))
    await player.ask({ key: `release-${key}`, memory: "success", send: () => wallet.releaseHold({ key, holdId, reason: "sim" }) });
}

async function bonus(player: Player): Promise<void> {
  const { prng, wallet } = player;
  const key = player.newKey("openAccount");
  const account = `user:bonus:${key.toLowerCase()}`;
  const opened = await player.ask({ key, memory: "always", send: () => wallet.openAccount({ key, account }) });
  if (!opened.ok) return;
  const amountMinor = prng.between(1, 50) * 100;
  const post = (
    kind: string,
    postings: readonly { account: string; amountMinor: number }[],
    cashMinor: number,
  ): Promise<WalletReply<unknown>> => {
    const postKey = player.newKey("post");
    const command = { key: postKey, kind, ref: account, reason: "sim", postings, occurredAtMs: null };
    return player.ask({
      key: postKey,
      memory: "always",
      send: () => wallet.post(command),
      sendOther: () => wallet.post({ ...command, reason: "other" }),
      cashMinor: () => cashMinor,
    });
  };
  const granted = await post(
    "BONUS_GRANTED",
    [
      { account, amountMinor },
      { account: "promo:cost", amountMinor: -amountMinor },
    ],
    0,
  );
  if (!granted.ok) return;
  await player.sleep(prng.between(100, 60_000));
  const part = prng.between(1, amountMinor);
  if (prng.chance(0.5))
    await post(
      "BONUS_CONVERTED",
      [
        { account, amountMinor: -part },
        { account: "user:cash", amountMinor: part },
      ],
      part,
    );
  else
    await post(
      "BONUS_FORFEITED",
      [
        { account, amountMinor: -part },
        { account: "promo:cost", amountMinor: part },
      ],
      0,
    );
}

async function adjust(player: Player): Promise<void> {
  const { prng, wallet } = player;
  const key = player.newKey("adjust");
  const amountMinor = prng.between(1, 300) * (prng.chance(0.6) ? 100 : -100);
  const isWrong = prng.chance(0.1);
  const postings = [
    { account: "user:cash", amountMinor },
    { account: isWrong ? "house:stakes" : "suspense", amountMinor: prng.chance(0.05) ? amountMinor : -amountMinor },
  ];
  const command = { key, kind: "ADJUSTED", ref: key, reason: "sim", postings, occurredAtMs: null };
  const posted = await player.ask({ key, memory: "always", send: () => wallet.post(command), cashMinor: () => amountMinor });
  if (!posted.ok || prng.chance(0.5)) return;
  const { seq } = posted.value.head;
  await player.sleep(prng.between(0, 60_000));
  const reverse = (): Promise<WalletReply<unknown>> => {
    const reverseKey = player.newKey("reverse");
    return player.ask({
      key: reverseKey,
      memory: "always",
      send: () => wallet.reverse({ key: reverseKey, seq, reason: "sim" }),
      cashMinor: () => -amountMinor,
    });
  };
  const replies = await Promise.all(prng.chance(0.3) ? [reverse(), reverse()] : [reverse()]);
  demand(replies.filter((reply) => reply.ok).length <= 1, () => `${player.audit.walletId}: entry ${seq} was reversed twice`);
}

async function limits(player: Player): Promise<void> {
  const { prng, wallet } = player;
  const key = player.newKey("setLimit");
  const command = { key, account: "user:cash", floorMinor: prng.chance(0.5) ? 0 : prng.between(0, 20) * 100, frozen: prng.chance(0.3) };
  await player.ask({
    key,
    memory: "always",
    send: () => wallet.setLimit(command),
    sendOther: () => wallet.setLimit({ ...command, floorMinor: 77 }),
  });
  await player.sleep(prng.between(500, 20_000));
  await untilTaken(player, () => {
    const back = player.newKey("setLimit");
    return player.ask({
      key: back,
      memory: "always",
      send: () => wallet.setLimit({ key: back, account: "user:cash", floorMinor: 0, frozen: false }),
    });
  });
  if (!prng.chance(0.2)) return;
  const deposits = player.newKey("depositLimits");
  const day = prng.chance(0.5) ? 500_000_000 : 50_000;
  await player.ask({ key: deposits, memory: "always", send: () => wallet.setDepositLimits({ key: deposits, day }) });
}

async function freeze(player: Player): Promise<void> {
  const { prng, wallet } = player;
  const key = player.newKey("freeze");
  await player.ask({ key, memory: "success", send: () => wallet.freeze({ key, reason: "sim" }) });
  await player.sleep(prng.between(500, 20_000));
  const back = player.newKey("unfreeze");
  await player.ask({ key: back, memory: "success", send: () => wallet.unfreeze({ key: back, reason: "sim" }) });
}

async function exclude(player: Player): Promise<void> {
  const key = player.newKey("exclude");
  const untilMs = player.around.world.nowMs + 30_000;
  await player.ask({ key, memory: "always", send: () => player.wallet.selfExclude({ key, untilMs, reason: "sim" }) });
}

async function read(player: Player): Promise<void> {
  const seenBefore = player.audit.seenSeq;
  try {
    const reply = player.prng.chance(0.5) ? await player.wallet.read() : await player.wallet.head();
    if (reply.ok) player.audit.noteRead(seenBefore, "head" in reply.value ? reply.value.head : reply.value);
  } catch (error) {
    if (!(error instanceof Error) || !("retryable" in error)) throw error;
  }
}

async function preview(player: Player): Promise<void> {
  const { prng, wallet } = player;
  const command = {
    key: player.newKey("preview"),
    purpose: "stake" as const,
    ref: "preview",
    amountMinor: prng.between(1, 9_000),
    expiresAtMs: player.around.world.nowMs + 60_000,
  };
  await wallet.preview({ verb: "reserve", command }).catch(() => null);
}

/** A fact stays true: what a frozen wallet can't take now it is told again. */
async function untilTaken<T>(player: Player, ask: () => Promise<WalletReply<T>>): Promise<WalletReply<T>> {
  for (;;) {
    const reply = await ask();
    if (reply.ok || reply.error.reason !== "wallet_frozen") return reply;
    await player.sleep(player.prng.between(1_000, 10_000));
  }
}

/** By weight. */
export const MONEY_ACTIONS: readonly (readonly [number, Action])[] = [
  [14, deposit],
  [6, withdrawal],
  [22, crashStake],
  [16, holdAndCommit],
  [4, bonus],
  [7, adjust],
  [2, limits],
  [1, freeze],
  [0.4, exclude],
  [8, read],
  [3, preview],
];
