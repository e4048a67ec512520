/**
 * `npm run crash:chain`: makes a crash game's hash chain offline, checks one, brings one in, publishes it.
 *
 *   make <game id> --source "<public source of the salt>" [--length 10000000] [--out <folder>]
 *   check <file>                  opens every page and computes every link again
 *   import <file> --to <address>  sends the pages to the platform; goes on where it stopped
 *
 * `make` and `check` take CRASH_CHAIN_SECRET from the environment: pages are sealed with AES-256-GCM under a key that follows from it and
 * from their place in this chain. `import` takes an operator's access token from STAFF_TOKEN; publishing is the call of a second person.
 * The seed comes from the system's random source and is in no file but the sealed one.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openText, sealText } from "../durable-objects/platform/sealed-text.ts";
import { buildChain } from "../shared/crash/chain.ts";
import {
  type ChainStatement,
  PAGE_CHECKPOINTS,
  pageCount,
  pagePurpose,
  pageText,
  readPage,
  statementText,
  walkPage,
} from "../shared/crash/chain-file.ts";
import { ALGORITHM } from "../shared/crash/crash-point.ts";
import { tenantOfGame } from "../shared/crash/games.ts";
import { toHex } from "../shared/crash/hash.ts";
import { configSha256, GAME, MATHS } from "../shared/crash/release.ts";

const LENGTH_DEFAULT = 10_000_000;
const FILE_FORM = "mkeka-chain-1";
const SECRET_CHARS_MIN = 32;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();

interface ChainFile {
  readonly statement: ChainStatement;
  readonly pages: readonly string[];
}

function fail(line: string): never {
  console.error(`crash-chain: ${line}`);
  process.exit(1);
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

function chainSecret(): string {
  const secret = process.env.CRASH_CHAIN_SECRET ?? "";
  return secret.length >= SECRET_CHARS_MIN
    ? secret
    : fail("set CRASH_CHAIN_SECRET to the platform's chain secret (32 characters or more).");
}

function make(gameId: string): void {
  const rules = tenantOfGame(gameId)?.crash ?? fail(`there is no game "${gameId}".`);
  const saltSource = option("source") ?? fail(`name the salt's public source, e.g. --source "hash of Bitcoin block 960000".`);
  const length = Number(option("length") ?? LENGTH_DEFAULT);
  if (!Number.isSafeInteger(length) || length < 1) fail("--length is a number of rounds.");
  const secret = chainSecret();
  console.log(`computing ${length.toLocaleString("en")} links ...`);
  const startedAtMs = Date.now();
  const { terminating, checkpoints } = buildChain(randomBytes(32), length, sha256);
  const { houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs } = rules;
  const config = { gameId, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs };
  const statement: ChainStatement = {
    ...config,
    length,
    terminatingHash: toHex(terminating),
    saltSource,
    algorithm: ALGORITHM,
    gameVersion: GAME.version,
    gameSha256: GAME.sha256,
    mathsSha256: MATHS.sha256,
    configSha256: configSha256(config, sha256),
    madeAt: new Date().toISOString(),
  };
  const pages = Array.from({ length: pageCount(length) }, (_, page) => {
    const part = checkpoints.slice(page * PAGE_CHECKPOINTS, (page + 1) * PAGE_CHECKPOINTS);
    return sealText(secret, pagePurpose(statement, page), pageText(part));
  });
  const name = join(option("out") ?? ".", `${gameId}-${statement.terminatingHash.slice(0, 12)}`);
  const publicText = `${statementText(statement)}\n`;
  writeFileSync(`${name}.statement.json`, publicText);
  writeFileSync(`${name}.chain`, `${[FILE_FORM, statementText(statement), ...pages].join("\n")}\n`, { mode: 0o600 });
  console.log(`made in ${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s`);
  console.log(`sealed:    ${name}.chain (as secret as the money it decides, and useless without the secret)`);
  console.log(`to publish: ${name}.statement.json`);
  console.log(`  terminating hash ${statement.terminatingHash}`);
  console.log(`  SHA-256 of the statement ${createHash("sha256").update(publicText).digest("hex")}`);
}

function read(file: string): ChainFile {
  const [form, statement = "", ...rest] = readFileSync(file, "utf8").split("\n");
  if (form !== FILE_FORM || rest.pop() !== "") fail("this is not a whole chain file.");
  const value = JSON.parse(statement) as ChainStatement;
  if (rest.length !== pageCount(value.length)) fail(`the file has ${rest.length} pages of ${pageCount(value.length)}.`);
  return { statement: value, pages: rest };
}

/** Computes every link from the first seed to the end; the same walk that the game does while it takes the pages. */
function check(file: string): void {
  const { statement, pages } = read(file);
  const { length, terminatingHash } = statement;
  const secret = chainSecret();
  let end: Uint8Array | null = null;
  for (const [page, sealed] of pages.entries()) {
    const checkpoints = readPage(openPage(secret, pagePurpose(statement, page), sealed, page), length, page);
    end = checkpoints === null ? null : walkPage(checkpoints, end, { length, page }, sha256);
    if (end === null) fail(`page ${page} is broken.`);
  }
  if (end === null || toHex(end) !== terminatingHash) fail("the chain does not end in its terminating hash.");
  console.log(`${length.toLocaleString("en")} links checked: the chain ends in ${terminatingHash}`);
}

function openPage(secret: string, purpose: string, sealed: string, page: number): string {
  try {
    return openText(secret, purpose, sealed);
  } catch {
    return fail(`page ${page} was changed, or sealed under another secret.`);
  }
}

async function bringIn(file: string): Promise<void> {
  const { statement, pages } = read(file);
  const base = option("to") ?? fail("say where to: --to https://...");
  const token = process.env.STAFF_TOKEN ?? fail("set STAFF_TOKEN to an operator's access token.");
  const call = async (path: string, body: unknown): Promise<{ next_page: number }> => {
    const answer = await fetch(`${base}/api/v1/admin/games/crash/${statement.gameId}/chains${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return answer.ok ? (JSON.parse(text) as { next_page: number }) : fail(`${answer.status}: ${text}`);
  };
  const reason = option("reason") ?? "bring in the next chain";
  await call("", { statement, reason });
  for (const [page, sealed] of pages.entries()) {
    await call(`/${statement.terminatingHash}/pages`, { page, sealed });
    if ((page + 1) % 20 === 0 || page + 1 === pages.length) console.log(`${page + 1} of ${pages.length} pages`);
  }
  console.log("complete. A second person publishes it: POST .../chains/<terminating hash>/publish; then the statement goes public.");
}

const [verb, subject] = process.argv.slice(2);
if (subject === undefined) fail("make <game id> | check <file> | import <file>");
else if (verb === "make") make(subject);
else if (verb === "check") check(subject);
else if (verb === "import") await bringIn(subject);
else fail(`there is no "${verb}".`);
