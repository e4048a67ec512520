import { DurableObject } from "cloudflare:workers";

export class CrashGame extends DurableObject<Cloudflare.Env> {}
