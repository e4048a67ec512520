/** `npm run crash:chain` as an operator runs it: a chain it makes it can check, and a changed or shortened file it can't. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "mkeka-chain-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { readonly status: number | null; readonly text: string } {
  const env = { ...process.env, CRASH_CHAIN_SECRET: "a-secret-of-forty-characters-for-a-test-" };
  const done = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", "scripts/crash-chain.ts", ...args], {
    env,
    encoding: "utf8",
  });
  return { status: done.status, text: `${done.stdout}${done.stderr}` };
}

it("makes a sealed chain and a public statement, and checks every link of it", { timeout: 30_000 }, () => {
  const made = run("make", "crash-ke", "--source", "hash of Bitcoin block 960000", "--length", "60100", "--out", folder);
  expect(made).toMatchObject({ status: 0 });
  const files = readdirSync(folder).map((name) => join(folder, name));
  const chain = files.find((name) => name.endsWith(".chain")) ?? "";
  const statement = JSON.parse(readFileSync(files.find((name) => name.endsWith(".json")) ?? "", "utf8")) as Record<string, unknown>;
  expect(statement).toMatchObject({
    gameId: "crash-ke",
    length: 60_100,
    saltSource: "hash of Bitcoin block 960000",
    algorithm: "mkeka-v1",
  });
  expect(run("check", chain).text).toContain(`60,100 links checked: the chain ends in ${String(statement.terminatingHash)}`);

  const lines = readFileSync(chain, "utf8").split("\n");
  const changed = join(folder, "changed");
  writeFileSync(
    changed,
    lines
      .with(
        -2,
        (lines.at(-2) ?? "").replace(/.(?=.{9}$)/, (one) => (one === "A" ? "B" : "A")),
      )
      .join("\n"),
  );
  const shortened = join(folder, "shortened");
  writeFileSync(shortened, `${lines.slice(0, -2).join("\n")}\n`);
  expect(run("check", changed)).toEqual({ status: 1, text: "crash-chain: page 1 was changed, or sealed under another secret.\n" });
  expect(run("check", shortened)).toEqual({ status: 1, text: "crash-chain: the file has 1 pages of 2.\n" });
  expect(run("make", "crash-xx", "--source", "s").status).toBe(1);
});
