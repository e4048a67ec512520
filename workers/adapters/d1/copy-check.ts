/**
 * Asks of stored copies of wallets' journals whether they are whole: every entry there and linked to the one before it up to the head,
 * every posting folding to the next one of its account and in the end to the account's balance, every placed bet with its selections.
 *
 * The head alone says only how far a copy came. Rows that were lost behind it (a deletion by hand, a restore of one table) are seen
 * here, and nowhere else.
 */

/** Of a longer journal the newest entries are looked at: what is behind them costs more than the database gives one query. */
const ENTRIES_MAX = 100_000;

/** The wallets of `?1` with the part of each that is looked at, and its entries: of a number that two epochs have, the later one's. */
const JOURNAL = `
  WITH head AS (
    SELECT wallet_id, epoch, seq, hash, max(1, seq - ${ENTRIES_MAX - 1}) AS from_seq
    FROM wallet_projection WHERE wallet_id IN (SELECT value FROM json_each(?1))
  ), journal AS (
    SELECT entry.wallet_id, entry.seq, max(entry.epoch) AS epoch, entry.kind, entry.ref, entry.hash, entry.previous_hash, head.from_seq
    FROM head JOIN wallet_entry AS entry
      ON entry.wallet_id = head.wallet_id AND entry.epoch <= head.epoch AND entry.seq BETWEEN head.from_seq AND head.seq
    GROUP BY entry.wallet_id, entry.seq
  )`;

/** An entry that is missing, that does not link to the one before it, or a head that is not the last one. */
const UNLINKED = `${JOURNAL}, linked AS (
    SELECT wallet_id, seq, hash, previous_hash, lag(hash) OVER (PARTITION BY wallet_id ORDER BY seq) AS hash_before FROM journal
  )
  SELECT head.wallet_id FROM head LEFT JOIN linked ON linked.wallet_id = head.wallet_id
  GROUP BY head.wallet_id
  HAVING count(linked.seq) <> head.seq - head.from_seq + 1
    OR sum(linked.hash_before IS NOT NULL AND linked.hash_before <> linked.previous_hash) > 0
    OR max(iif(linked.seq = head.seq, linked.hash, NULL)) IS NOT head.hash`;

/** A posting that does not begin where the one before it ended, or an account that does not stand where its last one ended. */
const UNFOLDED = `${JOURNAL}, folded AS (
    SELECT posting.*, lead(posting.seq) OVER own AS next_seq,
      lag(posted_after_minor, 1, iif(from_seq = 1, 0, NULL)) OVER own AS posted_before,
      lag(held_after_minor, 1, iif(from_seq = 1, 0, NULL)) OVER own AS held_before
    FROM journal JOIN wallet_posting AS posting
      ON posting.wallet_id = journal.wallet_id AND posting.epoch = journal.epoch AND posting.seq = journal.seq
    WINDOW own AS (PARTITION BY posting.wallet_id, posting.account ORDER BY posting.seq, posting.n)
  )
  SELECT folded.wallet_id FROM folded
  LEFT JOIN wallet_account AS stands ON stands.wallet_id = folded.wallet_id AND stands.account = folded.account
  WHERE posted_before + amount_minor <> posted_after_minor OR held_before + folded.held_minor <> held_after_minor
    OR (next_seq IS NULL AND (stands.posted_minor IS NOT posted_after_minor OR stands.held_minor IS NOT held_after_minor))
  UNION
  SELECT stands.wallet_id FROM head JOIN wallet_account AS stands ON stands.wallet_id = head.wallet_id
  WHERE head.from_seq = 1 AND (stands.wallet_id, stands.account) NOT IN (SELECT wallet_id, account FROM folded)`;

/** A placed bet that is not there, or whose selections are not numbered to their end. */
const WITHOUT_BET = `${JOURNAL}
  SELECT DISTINCT journal.wallet_id FROM journal
  WHERE kind = 'BET_PLACED' AND (
    NOT EXISTS (SELECT 1 FROM bet WHERE bet.bet_id = journal.ref AND bet.wallet_id = journal.wallet_id)
    OR (SELECT count(*) = 0 OR count(*) <> max(n) FROM bet_selection WHERE bet_selection.bet_id = journal.ref)
  )`;

const CHECKS = { entries: UNLINKED, postings: UNFOLDED, bets: WITHOUT_BET } as const;

export type CopyPart = keyof typeof CHECKS;

/** Which parts of which of these wallets' copies are not whole; of one moment. A wallet of which nothing is stored is not in it. */
export async function brokenCopies(database: D1Database, walletIds: readonly string[]): Promise<ReadonlyMap<string, readonly CopyPart[]>> {
  const parts = Object.keys(CHECKS) as readonly CopyPart[];
  const ids = JSON.stringify(walletIds);
  const answers = await database.batch<{ wallet_id: string }>(parts.map((part) => database.prepare(CHECKS[part]).bind(ids)));
  const broken = new Map<string, CopyPart[]>();
  for (const [index, part] of parts.entries())
    for (const { wallet_id: walletId } of answers[index]?.results ?? []) broken.set(walletId, [...(broken.get(walletId) ?? []), part]);
  return broken;
}
