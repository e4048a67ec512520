import { DurableObject } from "cloudflare:workers";

export class CrashTable extends DurableObject<Cloudflare.Env> {}
