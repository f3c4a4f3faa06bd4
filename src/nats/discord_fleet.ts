import { tokenOfEnvironment } from "../discord/gateway/_token.ts";
import { DiscordGateway } from "../discord/gateway/client.ts";
import type { DiscordGatewayOptions } from "../discord/gateway/options.ts";
import { applicationOf } from "../discord/gateway/shards/identity.ts";
import { CommandError, OptionError } from "../protocol/errors.ts";
import { dialer } from "../transport/dial.ts";
import { hostWith } from "../driver/host.ts";
import type { CommandOptions } from "./commands/remote_gateway.ts";
import type { EventStream } from "./events/event_stream.ts";
import { Fleet, type FleetOptions } from "./fleet.ts";
import { canShare, ShardSlots } from "./shard_slots.ts";

/** What {@linkcode discordFleet} takes. */
export interface DiscordFleetOptions
  extends
    Omit<DiscordGatewayOptions, "shards" | "store" | "holder" | "takeOverAfter" | "runtime">,
    Omit<FleetOptions, "slots" | "what" | "run"> {
  /**
   * How many shards the bot has in all, for every process alike: so many slots there are. Once it was resharded, each
   * slot has several shards.
   */
  readonly shards: number;
  /**
   * Called with the gateway of each slot that this process runs, and the first of its shards, before it connects: to
   * listen to it.
   */
  readonly setup?: (gateway: DiscordGateway, shard: number) => void;
  /** Where to publish what the shards tell, for workers. @default nowhere */
  readonly stream?: EventStream;
  /** Over what other processes send commands through the shards, by `RemoteGateway`. @default they cannot */
  readonly commands?: CommandOptions;
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
export function discordFleet(options: DiscordFleetOptions): DiscordFleet {
  return new DiscordFleet(options);
}

/** The processes of a bot, as {@linkcode discordFleet} makes them. */
export class DiscordFleet extends Fleet {
  readonly #slots: ShardSlots;
  readonly #least: number;

  /** Takes the options. @throws {OptionError} if one is not acceptable. */
  constructor(options: DiscordFleetOptions) {
    const { shards, setup, stream, commands, nats, name, capacity, lease, patience, onEvent, ...gateway } =
      options;
    const { label, runtime } = gateway;
    const token = gateway.token ?? tokenOfEnvironment();
    // What its gateways would not accept is told now, and not when the first slot is to run.
    if (Number.isSafeInteger(shards) && shards > 0) {
      new DiscordGateway({ ...gateway, shards: { count: shards, ids: [0] } });
    }
    const slots = new ShardSlots({
      slots: shards,
      gateway,
      host: hostWith(dialer(), runtime),
      open: () => nats.create(`${name}-sessions`, { history: 1 }),
      ...(setup && { setup }),
      ...(stream && { stream }),
      ...(commands && { commands }),
    });
    super({
      nats,
      name,
      slots: shards,
      what: `slots of bot ${applicationOf(token.replace(/^Bot /, ""))}`,
      run: (slot, runtime, seat) => slots.run(slot, runtime, seat),
      ...(capacity !== undefined && { capacity }),
      ...(lease !== undefined && { lease }),
      ...(patience !== undefined && { patience }),
      ...(label !== undefined && { label }),
      ...(onEvent !== undefined && { onEvent }),
      ...(runtime !== undefined && { runtime }),
    });
    this.#slots = slots;
    this.#least = shards;
  }

  /** How many shards the bot is to have in all, as far as is heard here. */
  get shardCount(): number {
    return this.#slots.count;
  }

  /**
   * Gives the bot another number of shards, in every process of the fleet: resolves once all are to go by it. Each then
   * takes its slots over to so many as `DiscordGateway.reshard` does, one event told once, none lost, the old shards
   * connected until the new ones lead; who joins later does so, too. It stays for fleets of this name that begin later.
   *
   * @throws {OptionError} if it is no multiple of the `shards` that the fleet was made with, for a guild stays in its slot,
   * or more than 1,024 times that.
   * @throws {CommandError} `superseded` if another process has changed it at the same time.
   * @throws what NATS answers with, or a {@linkcode TimeoutError} where it does not.
   *
   * @example
   * ```ts no-eval
   * import { discordFleet, type NatsBuckets } from "@parley/parley/nats";
   *
   * async function run(token: string, nats: NatsBuckets): Promise<void> {
   *   await using fleet = discordFleet({ token, events: ["MESSAGE_CREATE"], shards: 12, nats, name: "my-bot" });
   *   fleet.join();
   *   await fleet.reshard(24); // in one process, once
   *   await fleet.left;
   * }
   * ```
   */
  async reshard(count: number): Promise<void> {
    if (!canShare(count, this.#least)) {
      const why =
        `it must be a multiple of the "${this.#least}" that the fleet was made with, 1,024 times that at most`;
      throw new OptionError(`Cannot give a fleet "${count}" shards: ${why}`);
    }
    if (await this.agree(String(count))) return;
    const why = "another process has changed that at the same time";
    throw new CommandError("superseded", `Cannot give the fleet "${count}" shards: ${why}`);
  }

  /** All processes are to go by another number of shards. */
  protected override agreed(text: string): void {
    const count = Number(text);
    if (canShare(count, this.#least)) this.#slots.count = count;
  }
}
