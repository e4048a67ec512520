import { DurableObject } from "cloudflare:workers";

export class OddsChannel extends DurableObject<Cloudflare.Env> {}
