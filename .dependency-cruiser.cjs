/** Who may import whom (docs/architecture.md). Each rule's comment is what a violation prints. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: "error",
  comment,
  from: { path: from },
  to: { pathNot: [...allowed, "^node_modules", "^node:", "^cloudflare:"], dependencyTypesNot: ["core", "npm", "npm-dev"] },
});

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      comment: "A circle has no first reader.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "shared-is-pure",
      severity: "error",
      comment: "shared/ has no I/O, clock, randomness or platform: its functions run anywhere and give the same answer.",
      from: { path: "^shared/", pathNot: "\\.test\\.ts$" },
      to: { path: ["^node:", "^cloudflare:", "node_modules/(hono|drizzle-orm|jose)/"], dependencyTypesNot: ["type-only"] },
    },
    only("kernel-imports-nothing", "^shared/kernel/(?!.*\\.test\\.ts$)", ["^shared/kernel/"], "The kernel is the bottom."),
    only("money-on-kernel", "^shared/money/(?!.*\\.test\\.ts$)", ["^shared/(kernel|money)/"], "Money stands on the kernel alone."),
    {
      name: "shared-stays-shared",
      severity: "error",
      comment: "The domain knows nothing of objects, workers or the page.",
      from: { path: "^shared/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(durable-objects|workers|web|simulators|scripts|test)/" },
    },
    {
      name: "objects-keep-apart",
      severity: "error",
      comment: "An object reaches another through its binding; its class may be imported as a type only.",
      from: { path: "^durable-objects/([^/]+)/", pathNot: "^durable-objects/platform/" },
      to: { path: "^durable-objects/", pathNot: ["^durable-objects/$1/", "^durable-objects/platform/"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "platform-has-no-domain",
      severity: "error",
      comment: "The spine is used by every object and knows none of them.",
      from: { path: "^durable-objects/platform/" },
      to: { path: "^(durable-objects/(?!platform/)|workers/|shared/(?!kernel/))", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "objects-do-not-import-workers",
      severity: "error",
      comment: "Objects are hosted apart from the API; only the payment objects use a provider's client (docs/decisions/0003).",
      from: { path: "^durable-objects/", pathNot: "^durable-objects/payment-intent/" },
      to: { path: "^workers/", pathNot: "^workers/env\\.ts$" },
    },
    {
      name: "payment-objects-use-clients-only",
      severity: "error",
      comment: "Of workers/ a payment object may use its provider's client and the environment, nothing else.",
      from: { path: "^durable-objects/payment-intent/" },
      to: { path: "^workers/", pathNot: "^workers/(adapters/daraja/|env\\.ts$)" },
    },
    {
      name: "http-calls-verbs",
      severity: "error",
      comment: "HTTP is a thin adapter: it calls services, never an adapter, an object or SQL.",
      from: { path: "^workers/http/" },
      to: { path: "^(workers/(adapters|queues|scheduled)/|durable-objects/(?!platform/log\\.ts))" },
    },
    {
      name: "services-reach-objects-by-binding",
      severity: "error",
      comment: "Objects are called over RPC; of their code only the platform's hash and log are used.",
      from: { path: "^workers/(services|queues|scheduled|adapters)/" },
      to: { path: "^durable-objects/", pathNot: "^durable-objects/platform/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-the-entry-hosts-objects",
      severity: "error",
      comment: "workers/index.ts is the only value import of object classes, so that splitting the script stays configuration.",
      from: { path: "^workers/", pathNot: "^workers/index\\.ts$" },
      to: { path: "^durable-objects/(?!platform/)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "page-uses-shared-parts",
      severity: "error",
      comment: "What the page imports is shipped to every phone.",
      from: { path: "^web/" },
      to: { path: "^(durable-objects|workers|simulators|scripts|test|shared/(?!kernel/|money/|odds/|crash/|protocol/))" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    parser: "acorn",
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".mjs"] },
  },
};
