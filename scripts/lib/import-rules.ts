/**
 * Who may import whom (docs/architecture.md), as data and one interpreter. Each rule's reason is what a violation prints.
 */
import type { Import, SourceFile } from "./source-tree.ts";

export interface ImportRule {
  readonly name: string;
  readonly why: string;
  /** Files that the rule holds for; its first group is `$1` in the patterns below. */
  readonly from: string;
  /** What they must not import ... */
  readonly to: string;
  /** ... except this. */
  readonly except?: string;
  /** Types are erased and load nothing. */
  readonly typesToo: boolean;
}

/** Code, not its tests: a test may reach for whatever shows that the code is right. */
const CODE = "(?!.*\\.test\\.ts$)";

export const IMPORT_RULES: readonly ImportRule[] = [
  {
    name: "shared-is-pure",
    why: "shared/ has no I/O, clock, randomness or platform: its functions run anywhere and give the same answer.",
    from: `^shared/${CODE}`,
    to: "^(node:|cloudflare:|hono|@hono/|drizzle-orm|jose|miniflare|wrangler)",
    typesToo: false,
  },
  {
    name: "shared-stays-shared",
    why: "The domain knows nothing of objects, workers or the page.",
    from: `^shared/${CODE}`,
    to: "^(durable-objects|workers|web|simulators|scripts|bench|test)/",
    typesToo: true,
  },
  {
    name: "kernel-imports-nothing",
    why: "The kernel is the bottom.",
    from: `^shared/kernel/${CODE}`,
    to: "",
    except: "^shared/kernel/",
    typesToo: true,
  },
  {
    name: "money-on-kernel",
    why: "Money stands on the kernel alone; decimal.js parses and prints.",
    from: `^shared/money/${CODE}`,
    to: "",
    except: "^(shared/(kernel|money)/|decimal\\.js$)",
    typesToo: true,
  },
  {
    name: "tenants-are-data",
    why: "A tenant is data over kernel and money; the rules that read it depend on it, not it on them.",
    from: `^shared/tenants/${CODE}`,
    to: "^shared/",
    except: "^shared/(kernel|money|tenants)/",
    typesToo: false,
  },
  {
    name: "areas-keep-apart",
    why: "An area of the domain stands on kernel, money, tenants and the contracts; what joins areas is a service or an object.",
    from: `^shared/(?!kernel/|money/|tenants/|protocol/)([^/]+)/${CODE}`,
    to: "^shared/",
    except: "^shared/(kernel|money|tenants|protocol|$1)/",
    typesToo: false,
  },
  {
    name: "protocol-describes",
    why: "A contract says what crosses a boundary; of an area it uses types and units, never a rule.",
    from: `^shared/protocol/${CODE}`,
    to: "^shared/",
    except: "^shared/((kernel|money|protocol|tenants)/|[^/]+/(types|multiplier|selection-id)\\.ts$)",
    typesToo: false,
  },
  {
    name: "objects-keep-apart",
    why: "An object reaches another through its binding; its class may be imported as a type only.",
    from: "^durable-objects/(?!platform/)([^/]+)/",
    to: "^durable-objects/",
    except: "^durable-objects/($1|platform)/",
    typesToo: false,
  },
  {
    name: "platform-has-no-domain",
    why: "The spine is used by every object and knows none of them.",
    from: "^durable-objects/platform/",
    to: "^(durable-objects|workers|shared)/",
    except: "^(durable-objects/platform|shared/kernel)/",
    typesToo: false,
  },
  {
    name: "objects-do-not-import-workers",
    why: "Objects are hosted apart from the API; only the payment objects use a provider's client (docs/decisions).",
    from: "^durable-objects/(?!payment-intent/)",
    to: "^workers/",
    except: "^workers/env\\.ts$",
    typesToo: true,
  },
  {
    name: "payment-objects-use-clients-only",
    why: "Of workers/ a payment object may use its provider's client and the environment, nothing else.",
    from: "^durable-objects/payment-intent/",
    to: "^workers/",
    except: "^workers/(adapters/daraja/|env\\.ts$)",
    typesToo: true,
  },
  {
    name: "http-calls-verbs",
    why: "HTTP is a thin adapter: it calls services, never an adapter, an object or SQL.",
    from: "^workers/http/",
    to: "^(workers/(adapters|queues|scheduled)/|durable-objects/|drizzle-orm)",
    except: "^durable-objects/platform/log\\.ts$",
    typesToo: true,
  },
  {
    name: "services-reach-objects-by-binding",
    why: "Objects are called over RPC; of their code only the platform's parts (hash, log, ticket) are used.",
    from: "^workers/(?!index\\.ts$)",
    to: "^durable-objects/",
    except: "^durable-objects/platform/",
    typesToo: false,
  },
  {
    name: "services-know-no-door",
    why: "Verbs are called by HTTP, queues and cron alike; they know none of them.",
    from: "^workers/(services|adapters)/",
    to: "^workers/(http|queues|scheduled)/",
    typesToo: true,
  },
  {
    name: "adapters-are-leaves",
    why: "An adapter turns a verb's wish into another system's words; it calls no verb.",
    from: "^workers/adapters/",
    to: "^workers/services/",
    typesToo: false,
  },
  {
    name: "page-uses-shared-parts",
    why: "What the page imports is shipped to every phone.",
    from: "^web/(?!vite\\.config\\.ts$)",
    to: "^(durable-objects|workers|simulators|scripts|bench|test|shared)/",
    except: "^shared/(kernel|money|odds|crash|protocol)/",
    typesToo: true,
  },
  {
    name: "bridge-stands-apart",
    why: "The bridge runs beside the platform and reaches it over HTTP; it shares the contracts, the log and the reader of XML.",
    from: `^bridge/${CODE}`,
    to: "^(durable-objects|workers|web|scripts)/",
    except: "^(durable-objects/platform/log|workers/adapters/uof/xml)\\.ts$",
    typesToo: true,
  },
  {
    name: "product-knows-no-test",
    why: "What players use contains nothing that exists for development, tests or benches.",
    from: `^(durable-objects|workers|bridge)/${CODE}`,
    to: "^(simulators|scripts|bench|test)/",
    typesToo: true,
  },
];

export interface Violation {
  readonly rule: string;
  readonly message: string;
}

/** Lists what breaks a rule, what names no file of the tree, and circles of value imports. */
export function importViolations(files: readonly SourceFile[], exists: (path: string) => boolean): readonly Violation[] {
  const violations: Violation[] = [];
  for (const file of files) {
    for (const one of file.imports) {
      if (one.specifier.startsWith(".") && !exists(one.target))
        violations.push({ rule: "import-names-a-file", message: `${at(file, one)}: write the path with its extension.` });
      for (const rule of IMPORT_RULES)
        if (breaks(rule, file.path, one)) violations.push({ rule: rule.name, message: `${at(file, one)}: ${rule.why}` });
    }
  }
  for (const circle of circles(files))
    violations.push({ rule: "no-circle", message: `${circle.join(" -> ")}: a circle has no first reader.` });
  return violations;
}

function at(file: SourceFile, one: Import): string {
  return `${file.path}:${one.line} imports ${one.specifier}`;
}

function breaks(rule: ImportRule, path: string, one: Import): boolean {
  const match = new RegExp(rule.from).exec(path);
  if (match === null || (one.typeOnly && !rule.typesToo)) return false;
  const own = (pattern: string) => new RegExp(pattern.replaceAll("$1", match[1] ?? ""));
  return own(rule.to).test(one.target) && !(rule.except !== undefined && own(rule.except).test(one.target));
}

/** Circles of imports that run, each once, by a depth-first walk. */
function circles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const edges = new Map(files.map((file) => [file.path, file.imports.filter((one) => !one.typeOnly).map((one) => one.target)]));
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) {
      found.push([...trail.slice(start), path]);
      return;
    }
    if (done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}
