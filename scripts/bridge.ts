/**
 * `npm run bridge`: the process between the provider's message broker and the platform (docs/feeds.md, bridge/README.md).
 *
 * Settings come from the environment. With `--development` those that are missing are of this machine: the platform and the simulators
 * of `npm start`, and a broker on 127.0.0.1 without TLS.
 */
import { join } from "node:path";
import { main } from "../bridge/main.ts";
import { developmentSecrets } from "./lib/development-secrets.ts";

const root = join(import.meta.dirname, "..");

function developmentEnvironment(): Record<string, string> {
  return {
    ...{ PLATFORM_URL: "http://127.0.0.1:8787", FEED_SECRET: developmentSecrets(root).FEED_SECRET ?? "" },
    ...{ UOF_API_URL: "http://127.0.0.1:8788/uof/v1", UOF_ACCESS_TOKEN: "guest", UOF_NODE_ID: "1" },
    ...{ UOF_AMQP_HOST: "127.0.0.1", UOF_AMQP_PORT: "5672", UOF_AMQP_TLS: "off", UOF_AMQP_PASSWORD: "guest" },
    BRIDGE_STATE_DIR: join(root, ".wrangler", "bridge"),
  };
}

try {
  await main(process.argv.includes("--development") ? { ...developmentEnvironment(), ...process.env } : process.env);
} catch (error) {
  console.error(`bridge: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
