/**
 * Compares one wallet with what the country's database says of it (I9), after the wallet took a step of its check of itself (L1).
 *
 * Repairs go one way only, from the wallet to the database: what it lost, and balances that are not the wallet's. A database that is
 * ahead of the wallet, of another epoch or of another history is evidence of something worse, and is left as it is; so is every
 * database of a wallet that fails its own check.
 */
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import { isProjected } from "../../../shared/ledger/invariants.ts";
import type { WalletHead, WalletView } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type ProjectedWallet, readWallets } from "../../adapters/d1/projected-wallets.ts";
import type { Finding } from "../../adapters/d1/reconciliation-log.ts";
import { databaseOf, type Env } from "../../env.ts";
import { rebuildWallet, reprojectWallet } from "./reproject-wallet.ts";

/** An entry is stored within seconds; the wallet sends it again every minute until it is. */
const UNDER_WAY_MS_MAX = 10 * MINUTE_MS;

export const UNREPAIRED = { hereMinor: null, thereMinor: null, repaired: false } as const;

type WalletStub = ReturnType<Env["WALLET"]["getByName"]>;

/** What does not agree; repairs what may be repaired and says whether that helped. Throws when the wallet or the database can't be asked. */
export async function compareWallet(env: Env, country: Country, projected: ProjectedWallet): Promise<readonly Finding[]> {
  const { walletId } = projected;
  const wallet = env.WALLET.getByName(walletId);
  const [checked, head, view] = [await wallet.check(), await wallet.head(), await wallet.read()];
  if (!checked.ok || !head.ok || !view.ok) {
    // A wallet is opened with the first log-in; until then neither side has anything.
    if (projected.head === null) return [];
    return [{ ...UNREPAIRED, class: "ahead", subject: walletId, note: "the database has a journal of a wallet that was never opened" }];
  }
  const findings: Finding[] = checked.value.violations.map((note) => ({ ...UNREPAIRED, class: "self_check", subject: walletId, note }));
  const { frozenReason } = head.value;
  if (frozenReason !== null) findings.push({ ...UNREPAIRED, class: "frozen", subject: walletId, note: frozenReason });
  const conflict = await conflictOf(wallet, head.value, projected);
  if (conflict !== null) return [...findings, conflict];
  const loss = await lossOf(env, country, wallet, head.value, projected);
  const damage = loss ?? differenceOf(view.value, projected);
  if (damage === null) return findings;
  // A wallet that is not right itself must not overwrite what may be the better witness.
  if (checked.value.violations.length > 0) return [...findings, damage];
  // What is missing is added; balances that are wrong can't be trusted to be all that is, so everything is read anew.
  await (loss === null ? rebuildWallet : reprojectWallet)(env, country, walletId);
  return [...findings, { ...damage, repaired: await isRepaired(env, country, wallet, walletId) }];
}

/** The database speaks of another journal than the wallet's: nothing that writing it again would explain. */
async function conflictOf(wallet: WalletStub, head: WalletHead, { walletId, head: place }: ProjectedWallet): Promise<Finding | null> {
  if (place === null) return null;
  const hash = place.seq === head.seq ? head.hash : place.seq < head.seq ? await wallet.hashAt(place.seq) : null;
  if (isProjected(head, place, () => hash)) return null;
  const kind = place.epoch !== head.epoch ? "other_epoch" : place.seq > head.seq ? "ahead" : "other_hash";
  const note = `the database stands at ${placeText(place)}, the wallet at ${placeText(head)}`;
  return { ...UNREPAIRED, class: kind, subject: walletId, note };
}

/** The database lacks entries that it acknowledged, or that it should have had long ago. */
async function lossOf(
  env: Env,
  country: Country,
  wallet: WalletStub,
  head: WalletHead,
  { walletId, head: place }: ProjectedWallet,
): Promise<Finding | null> {
  if ((place?.seq ?? 0) >= head.seq) return null;
  // Read again after the wallet: what was stored in between is not lost.
  const [now] = await readWallets(databaseOf(env, country), [walletId]);
  const storedSeq = now?.head?.seq ?? 0;
  const lacks = `the database has entries up to ${storedSeq} of ${head.seq}`;
  const lost = { ...UNREPAIRED, class: "behind", subject: walletId };
  if (storedSeq < head.ackedSeq) return { ...lost, note: `${lacks} and acknowledged ${head.ackedSeq}` };
  const missing = await wallet.readEntries({ fromSeq: storedSeq + 1, toSeq: storedSeq + 1 });
  const waitingMs = Date.now() - (missing?.rows[0]?.entry.recordedAtMs ?? Date.now());
  return waitingMs > UNDER_WAY_MS_MAX
    ? { ...lost, note: `${lacks}; the next waits for ${Math.floor(waitingMs / MINUTE_MS)} minutes` }
    : null;
}

/** An account's balance is not the wallet's at the same place of the journal; null while they stand at different places. */
function differenceOf(view: WalletView, { walletId, head: place, accounts }: ProjectedWallet): Finding | null {
  if (place === null || place.seq !== view.head.seq) return null;
  const there = new Map(view.accounts.map((account) => [account.account, account]));
  const here = new Map(accounts.map((account) => [account.account, account]));
  const differing = [...new Set([...there.keys(), ...here.keys()])].filter((code) => {
    const [ours, theirs] = [here.get(code), there.get(code)];
    return (ours?.postedMinor ?? 0) !== (theirs?.postedMinor ?? 0) || (ours?.heldMinor ?? 0) !== (theirs?.heldMinor ?? 0);
  });
  const [first] = differing;
  if (first === undefined) return null;
  return {
    class: "balances",
    subject: walletId,
    hereMinor: here.get(first)?.postedMinor ?? 0,
    thereMinor: there.get(first)?.postedMinor ?? 0,
    note: `the database's balances differ from the wallet's: ${differing.join(", ")}`,
    repaired: false,
  };
}

/** True when what the database has now is the wallet's journal, with the wallet's balances where both stand at the same entry. */
async function isRepaired(env: Env, country: Country, wallet: WalletStub, walletId: string): Promise<boolean> {
  const view = await wallet.read();
  const [now] = await readWallets(databaseOf(env, country), [walletId]);
  if (!view.ok || now?.head == null) return false;
  const hash = await wallet.hashAt(now.head.seq);
  return isProjected(view.value.head, now.head, () => hash) && differenceOf(view.value, now) === null;
}

function placeText({ epoch, seq, hash }: { readonly epoch: number; readonly seq: number; readonly hash: string }): string {
  return `(${epoch}, ${seq}, ${hash.slice(0, 12)})`;
}
