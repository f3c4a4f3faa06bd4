import { DiscordGateway } from "../discord/gateway/client.ts";
import type { DiscordGatewayOptions } from "../discord/gateway/options.ts";
import { whyNotAsStored } from "../discord/gateway/shards/shard_plan.ts";
import type { WantedPresences } from "../discord/gateway/shards/wanted_presences.ts";
import type { Presence } from "../discord/gateway/wire/command.ts";
import { sleepUntil } from "../driver/clock/clock.ts";
import type { Host } from "../driver/host.ts";
import { isCount } from "../protocol/data/json_value.ts";
import { withResolvers } from "../with_resolvers.ts";
import { CommandServer } from "./commands/command_server.ts";
import type { DiscordFleetOptions } from "./discord_fleet.ts";
import { discordMessage } from "./events/event_message.ts";
import { EventPublisher } from "./events/publisher.ts";
import type { Seat, Seated } from "./fleet.ts";
import { KeptPresences } from "./kept_presences.ts";
import { type NatsKv, reopenedBucket, untilLoaded } from "./kv.ts";
import { OpenedStore } from "./opened_store.ts";

/** So long what was told and asked for last is stored after a slot has stopped, in milliseconds; then it is left to the next. */
const LAST_EVENTS = 2_000;
/** A slot that could not be resharded is tried again after so long, in milliseconds. */
const RESHARD_AGAIN = 15_000;

/** So many shards a slot has at most. */
const MOST_IN_SLOT = 1_024;

/** Whether so many shards can be shared out among so many slots, each with its guilds. */
export function canShare(count: number, slots: number): boolean {
  return isCount(count) && count > 0 && count % slots === 0 && count <= MOST_IN_SLOT * slots;
}

/** What the slots of a bot are made of. */
export interface ShardSlotsParts extends Pick<DiscordFleetOptions, "setup" | "stream" | "commands"> {
  /** How many slots there are in all. */
  readonly slots: number;
  /** What the gateway of each takes. */
  readonly gateway: Omit<DiscordGatewayOptions, "shards" | "store" | "takeOverAfter" | "runtime">;
  /** Opens the bucket of the sessions, and of what they are to show. */
  readonly open: () => Promise<NatsKv>;
  readonly host: Host;
}

/** The slots of a bot that run in this process: the shards whose guilds stay in them, however many shards there are. */
export class ShardSlots {
  readonly #parts: ShardSlotsParts;
  readonly #bucket: NatsKv;
  readonly #running = new Set<ShardSlot>();
  #count: number;

  constructor(parts: ShardSlotsParts) {
    this.#parts = parts;
    this.#count = parts.slots;
    this.#bucket = reopenedBucket(parts.open);
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
    const running = new ShardSlot({ ...this.#parts, bucket: this.#bucket, slot, runtime, seat, wanted });
    this.#running.add(running);
    const over = () => void this.#running.delete(running);
    running.ended.then(over, over);
    return running;
  }
}

interface ShardSlotParts extends ShardSlotsParts {
  readonly bucket: NatsKv;
  readonly slot: number;
  /** What its links and permits are to be. */
  readonly runtime: Partial<Host>;
  readonly seat: Seat;
  /** How many shards there are to be in all. */
  readonly wanted: () => number;
}

/** The gateway of a slot: what it is asked to show is kept. */
class SlotGateway extends DiscordGateway {
  readonly #kept: KeptPresences;

  constructor(options: DiscordGatewayOptions, { ofAll, ofOne }: WantedPresences, kept: KeptPresences) {
    super({ ...options, ...(ofAll && { presence: ofAll }) });
    this.#kept = kept;
    for (const [id, presence] of ofOne) super.presented(presence, id);
  }

  protected override presented(data: Presence, shard: number | undefined): void {
    super.presented(data, shard);
    this.#kept.set(data, shard);
  }
}

/** Whether a gateway could be made so. */
function isAcceptable(options: DiscordGatewayOptions): boolean {
  try {
    return new DiscordGateway(options) instanceof DiscordGateway;
  } catch {
    return false;
  }
}

/** What runs in one slot: its shards, what publishes their events, and what takes commands for them. */
class ShardSlot implements Seated {
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  readonly #parts: ShardSlotParts;
  readonly #over = new AbortController();
  readonly #ended = withResolvers<void>();
  readonly #store: OpenedStore;
  readonly #presences: KeptPresences;
  #client: DiscordGateway | undefined;
  #publisher: { stop(): void } | undefined;
  #published: Promise<void> | undefined;
  #commands: CommandServer | undefined;
  #isReady = false;
  #isResharding = false;

  constructor(parts: ShardSlotParts) {
    this.#parts = parts;
    const { slot, bucket, seat, host: { clock } } = parts;
    this.#store = new OpenedStore(bucket, seat.failed);
    this.#presences = new KeptPresences({ ...seat, slot, bucket, clock });
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
    const last = Promise.all([this.#published?.catch(() => {}), this.#presences.kept().catch(() => {})]);
    await Promise.race([last, late]);
    limit.abort();
    this.#presences.stop();
    this.#publisher?.stop();
    this.#ended.resolve();
  }

  async #begin(): Promise<void> {
    const { slots, gateway, setup, stream, commands, host: { clock, random }, slot, runtime, seat } =
      this.#parts;
    const count = await this.#loaded(() => this.#storedCount());
    const ids = Array.from({ length: count / slots }, (_, index) => slot + index * slots);
    const options = {
      ...gateway,
      runtime,
      shards: { count, ids },
      store: this.#store,
      // Who holds the lease waits for nobody.
      takeOverAfter: 0,
    };
    const wanted = await this.#loaded(() =>
      this.#presences.load(ids, (presence) => isAcceptable({ ...options, presence }))
    );
    // A gateway whose store fails begins without its sessions, and what was missed would be told to nobody.
    await this.#loaded(() => Promise.all(ids.map((id) => this.#store.lookUp(id))));
    const client = this.#client = new SlotGateway(options, wanted, this.#presences);
    setup?.(client, slot);
    const publisher = this.#publisher = stream &&
      new EventPublisher({ ...seat, stream, write: discordMessage, clock, random });
    const published = this.#published = publisher?.run(client.deliveries());
    // Published events end when the client does, or because they cannot go on.
    Promise.all([client.closed, published]).then(() => this.#ended.resolve(), this.#ended.reject);
    // From then on another process can take its sessions up.
    const saved = Promise.all(ids.map((id) => this.#store.saved(id)));
    await client.connect();
    await Promise.all(ids.map((id) => client.ready(id)));
    await saved;
    // Whoever has the slot now, this process again perhaps, takes its commands.
    this.#over.signal.throwIfAborted();
    if (commands !== undefined) {
      const kept = () => this.#presences.kept();
      this.#commands = new CommandServer({ ...commands, ...seat, slot, slots, gateway: client, kept, clock });
    }
    this.#isReady = true;
    this.follow();
  }

  /** How many shards there were when the slot was stored; if it never was, how many there are to be. */
  async #storedCount(): Promise<number> {
    const { slots, slot, wanted, seat } = this.#parts;
    const { shard } = await this.#store.load(slot) ?? {};
    if (shard === undefined || !canShare(shard[1], slots)) return wanted();
    const error = whyNotAsStored(shard, Math.max(slots, wanted()));
    if (error === undefined) return shard[1];
    seat.failed(error);
    return wanted();
  }

  /** Looks something up, again until that goes well. */
  #loaded<T>(load: () => Promise<T>): Promise<T> {
    const { host: { clock }, seat: { failed } } = this.#parts;
    return untilLoaded(load, { clock, failed, signal: this.#over.signal });
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
