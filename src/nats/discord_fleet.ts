import { DiscordGateway } from "../discord/gateway/client.ts";
import type { DiscordGatewayOptions } from "../discord/gateway/options.ts";
import type { SessionStore } from "../discord/gateway/shards/session_store.ts";
import type { Host } from "../driver/host.ts";
import { Fleet, type FleetOptions, type Seated } from "./fleet.ts";
import { NatsSessionStore } from "./session_store.ts";

/** What {@linkcode discordFleet} takes. */
export interface DiscordFleetOptions
  extends
    Omit<DiscordGatewayOptions, "shards" | "store" | "holder" | "takeOverAfter" | "runtime">,
    Omit<FleetOptions, "slots" | "run"> {
  /** How many shards the bot has in all, for every process alike. */
  readonly shards: number;
  /** Called with the gateway of each shard that this process runs, before it connects: to listen to it. */
  readonly setup: (gateway: DiscordGateway, shard: number) => void;
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
  const { shards, setup, nats, name, capacity, lease, patience, onEvent, runtime, ...gateway } = options;
  const store = lazyStore(() =>
    nats.create(`${name}-sessions`, { history: 1 }).then((kv) => new NatsSessionStore(kv))
  );
  const run = (shard: number, runtime: Partial<Host>): Seated => {
    const client = new DiscordGateway({
      ...gateway,
      runtime,
      shards: { count: shards, ids: [shard] },
      store,
      // Who holds the lease waits for nobody.
      takeOverAfter: 0,
    });
    setup(client, shard);
    return {
      ready: client.connect().then(() => client.ready(shard)),
      ended: client.closed,
      stop: () => client.close({ resumable: true }),
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

/** A store that is opened when it is first used, and again if that fails. */
function lazyStore(open: () => Promise<NatsSessionStore>): SessionStore {
  let opening: Promise<NatsSessionStore> | undefined;
  const opened = () => {
    opening ??= open();
    opening.catch(() => opening = undefined);
    return opening;
  };
  return {
    saveEvery: 2_000,
    load: async (shard) => await (await opened()).load(shard),
    save: async (stored) => await (await opened()).save(stored),
  };
}
