/**
 * A Discord bot that stays connected from a Durable Object of Cloudflare's: docs/durable-object.md says how, and what
 * it costs. A request wakes it for the first time, its alarm from then on.
 *
 * ```sh
 * npx wrangler deploy && npx wrangler secret put DISCORD_TOKEN && curl https://bot.example.workers.dev
 * ```
 *
 * @module
 */
import {
  DiscordGateway,
  type DiscordGatewayOptions,
  Intents,
  type SessionStore,
  type StoredShard,
} from "@parley/parley/discord";

/** What is used of an object's storage. */
export interface ObjectStorage {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  setAlarm(at: number): Promise<void>;
}

/** What is used of an object's state. */
export interface ObjectState {
  readonly storage: ObjectStorage;
}

/** What `wrangler.jsonc` binds. */
export interface Env {
  readonly BOT: {
    idFromName(name: string): unknown;
    get(id: unknown): { fetch(request: Request): Promise<Response> };
  };
  readonly DISCORD_TOKEN: string;
  /** Where Discord's API is. @default Discord's own */
  readonly DISCORD_API?: string;
  /** How often the alarm looks after the bot, in milliseconds. @default {"30000"} */
  readonly WATCH?: string;
}

/** Keeps the sessions in an object's storage, where the next instance of the object finds them. */
export function storageStore(storage: ObjectStorage): SessionStore {
  return {
    // Each save is a row written, and billed as one.
    saveEvery: 5_000,
    load: (shard) => storage.get<StoredShard>(`shard ${shard}`),
    save: (stored) => storage.put(`shard ${stored.shard[0]}`, stored),
  };
}

/** The object: one instance of it is there at a time, somewhere, and it may be moved whenever Cloudflare likes. */
export class Bot {
  readonly #storage: ObjectStorage;
  readonly #env: Omit<Env, "BOT">;
  readonly #options: Partial<DiscordGatewayOptions>;
  /** The bot, once it was woken. */
  gateway: DiscordGateway | undefined;

  /** Called by the platform, without options; a test has some. */
  constructor({ storage }: ObjectState, env: Omit<Env, "BOT">, options: Partial<DiscordGatewayOptions> = {}) {
    this.#storage = storage;
    this.#env = env;
    this.#options = options;
  }

  /** Wakes the bot, and tells how it is. */
  async fetch(_request: Request): Promise<Response> {
    await this.alarm();
    return Response.json(this.gateway?.shards.map(({ id, state, latency }) => ({ id, state, latency })));
  }

  /** Wakes the bot if it is gone: after a deployment, an eviction, a move to another machine. */
  async alarm(): Promise<void> {
    // First of all: whatever happens from here on, somebody looks again.
    await this.#storage.setAlarm(Date.now() + Number(this.#env.WATCH ?? 30_000));
    if (this.gateway !== undefined) return;
    const { DISCORD_TOKEN: token, DISCORD_API: baseUrl } = this.#env;
    const gateway = this.gateway = new DiscordGateway({
      token,
      intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
      store: storageStore(this.#storage),
      // There is one instance at a time: the one before has nothing left to hold.
      holder: "bot",
      ...(baseUrl !== undefined && { rest: { baseUrl } }),
      ...this.#options,
    });
    gateway.on("MESSAGE_CREATE", async ({ data }) => {
      if (data.content === "!ping") await gateway.rest.createMessage(data.channel_id, { content: "pong" });
    });
    gateway.on("error", ({ error }) => console.error(error));
    // The next alarm begins anew.
    const over = (error?: unknown) => {
      if (error !== undefined) console.error(error);
      this.gateway = undefined;
    };
    gateway.closed.then(() => over(), over);
    await gateway.connect().catch(() => {});
  }
}

export default {
  /** Passes every request on to the one object. */
  fetch(request: Request, { BOT }: Env): Promise<Response> {
    return BOT.get(BOT.idFromName("bot")).fetch(request);
  },
};
