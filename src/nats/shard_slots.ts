import { DiscordGateway } from "../discord/gateway/client.ts";
import type { DiscordGatewayOptions } from "../discord/gateway/options.ts";
import { sleepUntil } from "../driver/clock.ts";
import type { Host } from "../driver/host.ts";
import { withResolvers } from "../with_resolvers.ts";
import { CommandServer } from "./commands/command_server.ts";
import type { DiscordFleetOptions } from "./discord_fleet.ts";
import { discordMessage } from "./events/event_message.ts";
import { EventPublisher } from "./events/publisher.ts";
import type { Seat, Seated } from "./fleet.ts";
import type { NatsKv } from "./kv.ts";
import { OpenedStore } from "./opened_store.ts";

/** So long what was told last is published after a slot has stopped, in milliseconds; then it is left to the next. */
const LAST_EVENTS = 2_000;
/** What cannot be looked up is looked up again after so long, in milliseconds. */
const LOOK_AGAIN = 500;
/** A slot that could not be resharded is tried again after so long, in milliseconds. */
const RESHARD_AGAIN = 15_000;

/** What the slots of a bot are made of. */
export interface ShardSlotsParts extends Pick<DiscordFleetOptions, "setup" | "stream" | "commands"> {
  /** How many slots there are in all. */
  readonly slots: number;
  /** What the gateway of each takes. */
  readonly gateway: Omit<DiscordGatewayOptions, "shards" | "store" | "takeOverAfter" | "runtime">;
  /** Opens the bucket of the sessions. */
  readonly open: () => Promise<NatsKv>;
  readonly host: Host;
}

/** The slots of a bot that run in this process: the shards whose guilds stay in them, however many shards there are. */
export class ShardSlots {
  readonly #parts: ShardSlotsParts;
  readonly #store: OpenedStore;
  readonly #running = new Set<ShardSlot>();
  #count: number;

  constructor(parts: ShardSlotsParts) {
    this.#parts = parts;
    this.#count = parts.slots;
    this.#store = new OpenedStore(parts.open);
  }

  /** How many shards there are to be in all: a multiple of the slots. */
  get count(): number {
    return this.#count;
  }

  set count(count: number) {
    this.#count = count;
    for (const slot of this.#running) slot.follow();
  }

  /** Begins what runs in a slot. */
  run(slot: number, runtime: Partial<Host>, seat: Seat): Seated {
    const wanted = () => this.#count;
    const running = new ShardSlot({ ...this.#parts, store: this.#store, slot, runtime, seat, wanted });
    this.#running.add(running);
    const over = () => void this.#running.delete(running);
    running.ended.then(over, over);
    return running;
  }
}

interface ShardSlotParts extends ShardSlotsParts {
  readonly store: OpenedStore;
  readonly slot: number;
  /** What its links and permits are to be. */
  readonly runtime: Partial<Host>;
  readonly seat: Seat;
  /** How many shards there are to be in all. */
  readonly wanted: () => number;
}

/** What runs in one slot: its shards, what publishes their events, and what takes commands for them. */
class ShardSlot implements Seated {
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly #parts: ShardSlotParts;
  readonly #over = new AbortController();
  readonly #ended = withResolvers<void>();
  #client: DiscordGateway | undefined;
  #publisher: { stop(): void } | undefined;
  #published: Promise<void> | undefined;
  #commands: CommandServer | undefined;
  #isReady = false;
  #isResharding = false;

  constructor(parts: ShardSlotParts) {
    this.#parts = parts;
    this.ended = this.#ended.promise;
    this.ready = this.#begin();
  }

  /** Takes another number of shards, if it is to have another. */
  follow(): void {
    if (this.#isReady && !this.#isResharding) void this.#reshard();
  }

  async stop(): Promise<void> {
    this.#over.abort();
    const { clock } = this.#parts.host;
    this.#commands?.stop();
    await this.#client?.close({ resumable: true });
    const limit = new AbortController();
    const late = sleepUntil(clock, clock.now() + LAST_EVENTS, limit.signal).catch(() => {});
    await Promise.race([this.#published?.catch(() => {}), late]);
    limit.abort();
    this.#publisher?.stop();
    this.#ended.resolve();
  }

  async #begin(): Promise<void> {
    const { slots, gateway, setup, stream, commands, host: { clock, random }, store, slot, runtime, seat } =
      this.#parts;
    const count = await this.#storedCount();
    const ids = Array.from({ length: count / slots }, (_, index) => slot + index * slots);
    const client = this.#client = new DiscordGateway({
      ...gateway,
      runtime,
      shards: { count, ids },
      store,
      // Who holds the lease waits for nobody.
      takeOverAfter: 0,
    });
    setup?.(client, slot);
    const publisher = this.#publisher = stream &&
      new EventPublisher({ ...seat, stream, write: discordMessage, clock, random });
    const published = this.#published = publisher?.run(client.deliveries());
    // Published events end when the client does, or because they cannot go on.
    Promise.all([client.closed, published]).then(() => this.#ended.resolve(), this.#ended.reject);
    // From then on another process can take its sessions up.
    const saved = Promise.all(ids.map((id) => store.saved(id)));
    await client.connect();
    await Promise.all(ids.map((id) => client.ready(id)));
    await saved;
    if (commands !== undefined) {
      this.#commands = new CommandServer({ ...commands, ...seat, slot, slots, gateway: client, clock });
    }
    this.#isReady = true;
    this.follow();
  }

  /** How many shards there were when the slot was stored; if it never was, how many there are to be. */
  async #storedCount(): Promise<number> {
    const { slots, host: { clock }, store, slot, seat, wanted } = this.#parts;
    const { signal } = this.#over;
    for (;;) {
      try {
        const count = (await store.load(slot))?.shard[1] ?? 0;
        signal.throwIfAborted();
        return count > 0 && count % slots === 0 ? count : wanted();
      } catch (error) {
        signal.throwIfAborted();
        seat.failed(error);
      }
      await sleepUntil(clock, clock.now() + LOOK_AGAIN, signal);
    }
  }

  /** Takes the number of shards there are to be, again until that goes well. */
  async #reshard(): Promise<void> {
    const { host: { clock }, seat, wanted } = this.#parts;
    const { signal } = this.#over;
    this.#isResharding = true;
    while (!signal.aborted && this.#client !== undefined && this.#client.shardCount !== wanted()) {
      try {
        await this.#client.reshard(wanted(), { signal });
      } catch (error) {
        if (signal.aborted) break;
        seat.failed(error);
        await sleepUntil(clock, clock.now() + RESHARD_AGAIN, signal).catch(() => {});
      }
    }
    this.#isResharding = false;
  }
}
