/**
 * Safaricom's Daraja, simulated: STK prompts, payouts and their queries in the real wire format, with phones that behave as told.
 *
 * A phone that nobody gave a behaviour approves its prompts after a second and a half.
 */
import type { Simulator, SimulatorSettings } from "../simulator.ts";
import { DarajaApi } from "./api.ts";
import { DarajaControl } from "./control.ts";
import { type Network, realNetwork } from "./network.ts";
import { Phones } from "./phones.ts";
import { World } from "./world.ts";

const API = "/daraja";
const CONTROL = "/sim/daraja";

export function createDaraja(settings: SimulatorSettings, network: Network = realNetwork()): Simulator {
  const value = (name: string) => settings.environment[name] ?? "";
  const world = new World(() => network.now());
  const phones = new Phones(world, network);
  const control = new DarajaControl(world, phones);
  const app = {
    consumerKey: value("MPESA_CONSUMER_KEY"),
    consumerSecret: value("MPESA_CONSUMER_SECRET"),
    shortcode: value("MPESA_SHORTCODE"),
    passkey: value("MPESA_PASSKEY"),
    b2cShortcode: value("MPESA_B2C_SHORTCODE"),
    initiatorName: value("MPESA_INITIATOR_NAME"),
  };
  const api = new DarajaApi(app, world, phones, network);
  return {
    name: "daraja",
    handle: (request, url) =>
      url.pathname.startsWith(`${CONTROL}/`)
        ? control.handle(request, url.pathname.slice(CONTROL.length), url.searchParams)
        : api.handle(request, url.pathname.slice(API.length), url.searchParams),
    stop: () => network.stop(),
  };
}
