/** A copy of a journal grows by what links to its head, and by nothing else. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { WalletRun, WalletRunRow } from "../protocol/queue/wallet-run.ts";
import { genesisHash } from "./chain.ts";
import { type CopyHead, flawOf, headAfter, headBefore, link } from "./run-chain.ts";

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
const WALLET = "KE:usr_1";
const GENESIS = genesisHash(WALLET, sha256);
const hashOf = (seq: number): string => (seq === 0 ? GENESIS : sha256(`entry ${seq}`));

function row(seq: number, epoch = 1): WalletRunRow {
  return {
    bet: null,
    entry: {
      epoch,
      seq,
      kind: "PLAYER_VERIFIED",
      ref: WALLET,
      refType: "wallet",
      taxLines: [],
      occurredAtMs: seq,
      recordedAtMs: seq,
      previousHash: hashOf(seq - 1),
      hash: hashOf(seq),
      postings: [],
    },
  };
}

function run(fromSeq: number, toSeq: number, epoch = 1): WalletRun {
  const rows = Array.from({ length: toSeq - fromSeq + 1 }, (_, index) => row(fromSeq + index));
  return {
    v: 1,
    source: "wallet",
    objectName: WALLET,
    country: "KE",
    userId: "usr_1",
    currency: "KES",
    epoch,
    fromSeq,
    toSeq,
    headHash: hashOf(toSeq),
    rows,
  };
}

const at = (seq: number, epoch = 1): CopyHead => ({ epoch, seq, hash: hashOf(seq) });
const seqs = (rows: readonly WalletRunRow[]): readonly number[] => rows.map(({ entry }) => entry.seq);

describe("a run", () => {
  it("starts a copy at the journal's beginning", () => {
    expect(headBefore(run(1, 2), null, sha256)).toEqual(at(0));
    expect(headBefore(run(1, 2), at(5), sha256)).toEqual(at(5));
  });

  it("gives what the copy lacks, whatever it repeats", () => {
    for (const [one, from, wanted] of [
      [run(1, 3), 0, [1, 2, 3]],
      [run(1, 3), 2, [3]],
      [run(3, 3), 2, [3]],
      [run(1, 3), 3, []],
      [run(1, 2), 3, []],
    ] as const) {
      const place = link(one, at(from));
      expect(place.kind === "next" ? seqs(place.rows) : place).toEqual(wanted);
      if (place.kind === "next") expect(headAfter(at(from), place.rows)).toEqual(at(Math.max(from, one.toSeq)));
    }
  });

  it("beyond the head names the gap", () => {
    expect(link(run(5, 6), at(2))).toEqual({ kind: "gap", fromSeq: 3, toSeq: 4 });
  });

  it("that contradicts the head is a fork, not a continuation and not a repeat", () => {
    const bent = { epoch: 1, seq: 2, hash: sha256("other") };
    expect(link(run(3, 4), bent)).toEqual({ kind: "fork", seq: 3 });
    expect(link(run(1, 2), bent)).toEqual({ kind: "fork", seq: 2 });
    expect(link(run(1, 1), { epoch: 1, seq: 0, hash: genesisHash("KE:usr_2", sha256) })).toEqual({ kind: "fork", seq: 1 });
  });

  it("of an older epoch is told apart; of a newer one it begins anew", () => {
    expect(link(run(3, 3), at(2, 2))).toEqual({ kind: "older_epoch" });
    expect(headBefore(run(3, 3, 2), at(9), sha256)).toEqual(at(0, 2));
  });
});

describe("a run's flaws", () => {
  it.each<[string, WalletRun]>([
    ["another wallet's name", { ...run(1, 2), objectName: "KE:usr_2" }],
    ["another country", { ...run(1, 2), country: "NG" }],
    ["fewer rows than it names", { ...run(1, 2), toSeq: 3 }],
    ["rows out of order", { ...run(1, 2), rows: [row(2), row(1)] }],
    ["rows of a later epoch", { ...run(1, 2), rows: [row(1), row(2, 2)] }],
    ["rows that are not linked", { ...run(1, 2), rows: [row(1), { ...row(2), entry: { ...row(2).entry, previousHash: sha256("x") } }] }],
    ["another head", { ...run(1, 2), headHash: hashOf(1) }],
    ["a placed bet without the bet", { ...run(1, 1), rows: [{ ...row(1), entry: { ...row(1).entry, kind: "BET_PLACED" } }] }],
  ])("%s", (_name, wrong) => {
    expect(flawOf(wrong)).not.toBeNull();
  });

  it("are none of an honest run", () => {
    expect(flawOf(run(2, 4))).toBeNull();
  });
});
