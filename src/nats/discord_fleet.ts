import { DiscordGateway } from "../discord/gateway/client.ts";
import type { DiscordGatewayOptions } from "../discord/gateway/options.ts";
import type { SessionStore, StoredShard } from "../discord/gateway/shards/session_store.ts";
import { sleepUntil } from "../driver/clock.ts";
import { type Host, hostWith } from "../driver/host.ts";
import { dialer } from "../transport/dial.ts";
import type { EventStream } from "./events/event_stream.ts";
import { EventPublisher } from "./events/publisher.ts";
import { Fleet, type FleetOptions, type Seat, type Seated } from "./fleet.ts";
import { NatsSessionStore, SAVE_EVERY } from "./session_store.ts";

/** So long what was told last is published after a shard has stopped, in milliseconds; then it is left to the next. */
const LAST_EVENTS = 2_000;

/** What {@linkcode discordFleet} takes. */
export interface DiscordFleetOptions
  extends
    Omit<DiscordGatewayOptions, "shards" | "store" | "holder" | "takeOverAfter" | "runtime">,
    Omit<FleetOptions, "slots" | "run"> {
  /** How many shards the bot has in all, for every process alike. */
  readonly shards: number;
  /** Called with the gateway of each shard that this process runs, before it connects: to listen to it. */
  readonly setup?: (gateway: DiscordGateway, shard: number) => void;
  /** Where to publish what the shards tell, for workers. @default nowhere */
  readonly stream?: EventStream;
}

/**
 * A bot whose shards are shared among processes by NATS: each runs its share, takes over what another leaves or loses,
 * and resumes the session there from the last event that was consumed and saved. IDENTIFYs keep to Discord's limits
 * whichever process sends them.
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example
 * ```ts no-eval
 * import { Intents } from "@parley/parley/discord";
 * import { discordFleet, type NatsBuckets } from "@parley/parley/nats";
 *
 * async function run(token: string, nats: NatsBuckets): Promise<void> { // nats: new Kvm(connection)
 *   await using fleet = discordFleet({
 *     token,
 *     intents: Intents.Guilds | Intents.GuildMessages,
 *     shards: 12,
 *     nats,
 *     name: "my-bot",
 *     setup: (gateway) => gateway.on("MESSAGE_CREATE", ({ data }) => console.log(data.id)),
 *   });
 *   fleet.join();
 *   await fleet.left;
 * }
 * ```
 */
export function discordFleet(options: DiscordFleetOptions): Fleet {
  const { shards, setup, stream, nats, name, capacity, lease, patience, onEvent, runtime, ...gateway } =
    options;
  const store = new OpenedStore(async () =>
    new NatsSessionStore(await nats.create(`${name}-sessions`, { history: 1 }))
  );
  const host = hostWith(dialer(), runtime);
  const run = (shard: number, runtime: Partial<Host>, seat: Seat): Seated => {
    const client = new DiscordGateway({
      ...gateway,
      runtime,
      shards: { count: shards, ids: [shard] },
      store,
      // Who holds the lease waits for nobody.
      takeOverAfter: 0,
    });
    setup?.(client, shard);
    const { clock, random } = host;
    const publisher = stream && new EventPublisher({ ...seat, stream, clock, random });
    const published = publisher?.run(client.deliveries());
    published?.catch(() => {});
    // From then on another process can take its session up.
    const saved = store.saved(shard);
    return {
      ready: client.connect().then(() => client.ready(shard)).then(() => saved),
      // Published events end when the client does, or because they cannot go on.
      ended: Promise.all([client.closed, published]),
      async stop() {
        await client.close({ resumable: true });
        const limit = new AbortController();
        const late = sleepUntil(clock, clock.now() + LAST_EVENTS, limit.signal).catch(() => {});
        await Promise.race([published?.catch(() => {}), late]);
        limit.abort();
        publisher?.stop();
      },
    };
  };
  return new Fleet({
    nats,
    name,
    slots: shards,
    run,
    ...(capacity !== undefined && { capacity }),
    ...(lease !== undefined && { lease }),
    ...(patience !== undefined && { patience }),
    ...(gateway.label !== undefined && { label: gateway.label }),
    ...(onEvent !== undefined && { onEvent }),
    ...(runtime !== undefined && { runtime }),
  });
}

/** A store that is opened when it is first used, and again if that fails; and tells when a shard's session is saved. */
class OpenedStore implements SessionStore {
  readonly saveEvery: number = SAVE_EVERY;
  readonly #open: () => Promise<NatsSessionStore>;
  readonly #waiting = new Map<number, () => void>();
  #opening: Promise<NatsSessionStore> | undefined;

  constructor(open: () => Promise<NatsSessionStore>) {
    this.#open = open;
  }

  async load(shard: number): Promise<StoredShard | undefined> {
    return await (await this.#opened()).load(shard);
  }

  async save(stored: StoredShard): Promise<void> {
    await (await this.#opened()).save(stored);
    if (stored.session === null || stored.session.ended) return;
    const [shard] = stored.shard;
    this.#waiting.get(shard)?.();
    this.#waiting.delete(shard);
  }

  /** Resolves once a session of a shard is saved, from now on. */
  saved(shard: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(shard, resolve));
  }

  #opened(): Promise<NatsSessionStore> {
    this.#opening ??= this.#open();
    this.#opening.catch(() => this.#opening = undefined);
    return this.#opening;
  }
}
