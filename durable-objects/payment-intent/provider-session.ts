import { DurableObject } from "cloudflare:workers";

export class ProviderSession extends DurableObject<Cloudflare.Env> {}
