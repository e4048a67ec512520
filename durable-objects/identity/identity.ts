import { DurableObject } from "cloudflare:workers";

export class Identity extends DurableObject<Cloudflare.Env> {}
