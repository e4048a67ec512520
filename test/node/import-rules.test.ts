/** The import rules hold for the whole tree, and each of them catches what it is there for. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { IMPORT_RULES, importViolations } from "../../scripts/lib/import-rules.ts";
import { parseSourceFile, readSourceFile, sourcePaths } from "../../scripts/lib/source-tree.ts";

const root = join(import.meta.dirname, "../..");

/** For each rule: a file, a line that breaks it, and a line that does not. */
const PLANTED: Readonly<Record<string, readonly [path: string, wrong: string, right: string]>> = {
  "shared-is-pure": ["shared/tax/x.ts", 'import { createHash } from "node:crypto";', 'import type { Context } from "hono";'],
  "shared-stays-shared": ["shared/tax/x.ts", 'import type { Env } from "../../workers/env.ts";', 'import * as z from "zod";'],
  "kernel-imports-nothing": ["shared/kernel/x.ts", 'import { add } from "../money/minor.ts";', 'import { ok } from "./result.ts";'],
  "money-on-kernel": ["shared/money/x.ts", 'import { tenantOf } from "../tenants/index.ts";', 'import { Decimal } from "decimal.js";'],
  "tenants-are-data": ["shared/tenants/x.ts", 'import { taxOf } from "../tax/tax.ts";', 'import type { Tax } from "../tax/tax.ts";'],
  "areas-keep-apart": ["shared/crash/x.ts", 'import { settle } from "../betting/settle.ts";', 'import { curve } from "./curve.ts";'],
  "protocol-describes": [
    "shared/protocol/x.ts",
    'import { settle } from "../betting/settle.ts";',
    'import { minor } from "../money/minor.ts";',
  ],
  "objects-keep-apart": [
    "durable-objects/wallet/x.ts",
    'import { Identity } from "../identity/identity.ts";',
    'import type { Identity } from "../identity/identity.ts";',
  ],
  "platform-has-no-domain": [
    "durable-objects/platform/x.ts",
    'import { tenantOf } from "../../shared/tenants/index.ts";',
    'import { ok } from "../../shared/kernel/result.ts";',
  ],
  "objects-do-not-import-workers": [
    "durable-objects/wallet/x.ts",
    'import { stkPush } from "../../workers/adapters/daraja/client.ts";',
    'import type { Env } from "../../workers/env.ts";',
  ],
  "payment-objects-use-clients-only": [
    "durable-objects/payment-intent/x.ts",
    'import { refuse } from "../../workers/services/context.ts";',
    'import { stkPush } from "../../workers/adapters/daraja/client.ts";',
  ],
  "http-calls-verbs": [
    "workers/http/routes/x.ts",
    'import { bets } from "../../adapters/d1/bets.ts";',
    'import { placeBet } from "../../services/bets/place-bet.ts";',
  ],
  "services-reach-objects-by-binding": [
    "workers/services/bets/x.ts",
    'const { Wallet } = await import("../../../durable-objects/wallet/wallet.ts");',
    'import { sha256Hex } from "../../../durable-objects/platform/hash.ts";',
  ],
  "services-know-no-door": [
    "workers/services/bets/x.ts",
    'export type { AppEnv } from "../../http/api.ts";',
    'import type { ServiceContext } from "../context.ts";',
  ],
  "adapters-are-leaves": ["workers/adapters/x.ts", 'import "../services/context.ts";', 'import type { Env } from "../env.ts";'],
  "page-uses-shared-parts": [
    "web/x.ts",
    'import { KENYA } from "../shared/tenants/ke.ts";',
    'import { toMajor } from "../shared/money/amount.ts";',
  ],
  "bridge-stands-apart": [
    "bridge/x.ts",
    'import { channelOf } from "../workers/adapters/objects.ts";',
    'import { log } from "../durable-objects/platform/log.ts";',
  ],
  "product-knows-no-test": [
    "workers/services/x.ts",
    'import { testSettings } from "../../test/support/settings.ts";',
    'import { log } from "../../durable-objects/platform/log.ts";',
  ],
};

it.each(IMPORT_RULES.map((rule) => [rule.name]))("%s catches what breaks it and lets the rest be", (name) => {
  const [path, wrong, right] = PLANTED[name] ?? ["", "", ""];
  const rulesBroken = (line: string) => importViolations([parseSourceFile(path, line)], () => true).map((violation) => violation.rule);
  expect(rulesBroken(wrong)).toContain(name);
  expect(rulesBroken(right)).not.toContain(name);
});

it("catches a circle of values and lets a circle of types be", () => {
  const files = (keyword: string) => [
    parseSourceFile("scripts/a.ts", 'import { b } from "./b.ts";'),
    parseSourceFile("scripts/b.ts", `${keyword} { a } from "./a.ts";`),
  ];
  expect(importViolations(files("import"), () => true)).toEqual([
    { rule: "no-circle", message: expect.stringContaining("scripts/a.ts -> scripts/b.ts -> scripts/a.ts") },
  ]);
  expect(importViolations(files("import type"), () => true)).toEqual([]);
});

it("catches an import that names no file", () => {
  const file = parseSourceFile("scripts/a.ts", 'import { b } from "./b";');
  expect(importViolations([file], (path) => path === "scripts/b.ts").map((violation) => violation.rule)).toEqual(["import-names-a-file"]);
});

it("finds no violation in the project", () => {
  const paths = sourcePaths(root);
  expect(paths.length).toBeGreaterThan(50);
  const files = paths.map((path) => readSourceFile(root, path));
  expect(importViolations(files, (path) => existsSync(join(root, path))).map((violation) => violation.message)).toEqual([]);
});
