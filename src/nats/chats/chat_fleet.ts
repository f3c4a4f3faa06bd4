import type { Delivery } from "../../driver/client/client_options.ts";
import { sleepUntil } from "../../driver/clock/clock.ts";
import { type Host, hostWith } from "../../driver/host.ts";
import type { Instant } from "../../protocol/protocol.ts";
import { dialer } from "../../transport/dial.ts";
import type { EventStream } from "../events/event_stream.ts";
import { EventPublisher } from "../events/publisher.ts";
import { Fleet, type FleetOptions, type Seat, type Seated } from "../fleet.ts";
import { type NatsKv, reopenedBucket, untilLoaded } from "../kv.ts";
import { streamWorkers, type StreamWorkersOptions } from "../stream_workers.ts";
import { type ChatEvent, chatMessage, gapOf, readChat, type StreamedGap } from "./chat_message.ts";
import { HeardMark } from "./heard_mark.ts";

/** A client of a chat, by its structure: an `IrcClient` and a `TwitchClient` have it. */
export interface ChatClient {
  /** Connects; resolves once it is there. */
  connect(): Promise<unknown>;
  /** Closes politely. */
  close(): Promise<void>;
  /** Settles at its end. */
  readonly closed: Promise<unknown>;
  /** What it tells, to be said of when it is done with. */
  deliveries(): AsyncIterable<Delivery<{ readonly kind: string }>>;
  /** Up to when all that was said is told, in milliseconds since 1970 began, or in a `gap` that was; undefined: nothing is. */
  readonly heardUntil: number | undefined;
  /** Nobody has heard what was said since: once it is where it is to be, it tells that as a `gap`. */
  missedSince(at: number): void;
}

/** What {@linkcode chatFleet} takes. */
export interface ChatFleetOptions extends Omit<FleetOptions, "slots" | "what" | "run"> {
  /**
   * What makes the client of each account or network, the same in every process; `runtime` is to be given to it. Listen to
   * it there.
   */
  readonly clients: readonly ((runtime: Partial<Host>) => ChatClient)[];
  /** Where to publish the lines that they hear, for workers. @default nowhere */
  readonly stream?: EventStream;
  /** Told of times in which nobody heard an account or a network, for its process or its link was lost, or it was handed over. */
  readonly onGap?: (gap: StreamedGap) => void;
}

/** Up to when a slot was heard is kept so often, in milliseconds. */
const SAVE_EVERY = 2_000;
/** So long what was told last is published after a slot has stopped, in milliseconds. */
const LAST_EVENTS = 2_000;

/**
 * Accounts of Twitch, or networks of IRC, that are shared among processes by NATS: one of them holds each, whichever come
 * and go, and publishes what it hears. Messages, JOINs and logins keep to Twitch's limits whichever process sends them.
 * A chat repeats nothing: the time between two holders is told as a gap.
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example
 * ```ts no-eval
 * import { chatFleet, type NatsBuckets } from "@parley/parley/nats";
 * import { TwitchClient } from "@parley/parley/twitch";
 *
 * async function run(nats: NatsBuckets, accounts: { login: string; token: string }[]): Promise<void> {
 *   await using fleet = chatFleet({
 *     nats, // new Kvm(connection)
 *     name: "chats",
 *     clients: accounts.map((account) => (runtime) => new TwitchClient({ ...account, channels: ["#forsen"], runtime })),
 *     onGap: ({ slot, from, to }) => console.log(`Nobody has heard account ${slot} for ${to - from} ms`),
 *   });
 *   fleet.join();
 *   await fleet.left;
 * }
 * ```
 */
export function chatFleet(options: ChatFleetOptions): Fleet {
  const { clients, stream, onGap, ...fleet } = options;
  const host = hostWith(dialer(), options.runtime);
  const bucket = reopenedBucket(() => options.nats.create(`${options.name}-heard`, { history: 1 }));
  return new Fleet({
    ...fleet,
    slots: clients.length,
    what: "chats",
    run(slot, runtime, seat) {
      const client = clients[slot]?.(runtime);
      if (client === undefined) throw new RangeError(`There is no slot "${slot}"`);
      return new ChatSlot({ slot, client, host, seat, stream, bucket, tell: onGap ?? (() => {}) });
    },
  });
}

/** What {@linkcode chatWorkers} takes: what is said in a channel is in order. */
export type ChatWorkersOptions = StreamWorkersOptions<ChatEvent>;

/**
 * A process that handles what the processes of a {@linkcode chatFleet} publish, together with others like it, as
 * `discordWorkers` does.
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example
 * ```ts no-eval
 * import { chatWorkers, EventStream, type NatsBuckets, type NatsStreams } from "@parley/parley/nats";
 *
 * function run(nats: NatsBuckets, streams: NatsStreams): void { // await jetstreamManager(connection)
 *   const stream = new EventStream({ streams, application: "chats" });
 *   const handle = (event: { kind: string; text?: string }) => console.log(event.kind, event.text);
 *   chatWorkers({ nats, stream, name: "chat-workers", handle }).join();
 * }
 * ```
 */
export function chatWorkers(options: ChatWorkersOptions): Fleet {
  return streamWorkers(options, readChat);
}

interface ChatSlotParts {
  readonly slot: number;
  readonly client: ChatClient;
  readonly host: Host;
  readonly seat: Seat;
  readonly stream: EventStream | undefined;
  readonly bucket: NatsKv;
  readonly tell: (gap: StreamedGap) => void;
}

/** What runs for one account or network. */
class ChatSlot implements Seated {
  readonly ready: Promise<void>;
  readonly ended: Promise<unknown>;
  readonly #parts: ChatSlotParts;
  readonly #mark: HeardMark;
  readonly #publisher: EventPublisher<{ readonly kind: string }> | undefined;
  readonly #taken: Promise<void>;
  readonly #over = new AbortController();
  /** What is not published yet: since when what was said is lost with it. */
  readonly #open = new Set<{ readonly since: Instant }>();
  #saving: Promise<void> = Promise.resolve();

  constructor(parts: ChatSlotParts) {
    const { slot, client, host: { clock, random }, seat, stream, bucket } = this.#parts = parts;
    this.#mark = new HeardMark({ bucket, slot, clock, failed: seat.failed });
    const name = `${slot}:${Math.floor(random() * 2 ** 52).toString(36)}`;
    let count = 0;
    const write = (event: { readonly kind: string }) => {
      const message = chatMessage(slot, event, clock.wall());
      // What has no name gets one, so that it is not stored twice where an answer was lost.
      return message && { ...message, id: message.id ?? `${name}:${++count}` };
    };
    this.#publisher = stream && new EventPublisher({ ...seat, stream, write, clock, random });
    this.#taken = this.#take();
    this.ended = Promise.all([client.closed, this.#taken]);
    this.ready = this.#begin();
  }

  async stop(): Promise<void> {
    const { client, host: { clock } } = this.#parts;
    this.#over.abort();
    const { heardUntil } = client;
    await client.close();
    const limit = new AbortController();
    const late = sleepUntil(clock, clock.now() + LAST_EVENTS, limit.signal).catch(() => {});
    await Promise.race([this.#taken.catch(() => {}), late]);
    limit.abort();
    this.#publisher?.stop();
    await this.#saving;
    await this.#save(heardUntil);
  }

  async #begin(): Promise<void> {
    const { client, host: { clock }, seat: { failed } } = this.#parts;
    const before = await untilLoaded(() => this.#mark.load(), { clock, failed, signal: this.#over.signal });
    if (before !== undefined) client.missedSince(before);
    this.#over.signal.throwIfAborted();
    await client.connect();
    void this.#keep();
  }

  /** Takes what the client tells. */
  async #take(): Promise<void> {
    const publisher = this.#publisher;
    if (publisher !== undefined) return await publisher.run(this.#noted());
    for await (const { done } of this.#noted()) done();
  }

  async *#noted(): AsyncGenerator<Delivery<{ readonly kind: string }>> {
    const { client, host: { clock } } = this.#parts;
    for await (const { event, done } of client.deliveries()) {
      const gap = gapOf(event);
      if (gap !== undefined) this.#tell(gap);
      const one = { since: gap === undefined ? clock.now() : this.#instantOf(gap.from) };
      this.#open.add(one);
      yield {
        event,
        done: () => {
          this.#open.delete(one);
          done();
        },
      };
    }
  }

  #tell({ from, to }: Pick<StreamedGap, "from" | "to">): void {
    const { slot, seat, tell } = this.#parts;
    try {
      tell({ kind: "gap", slot, from, to });
    } catch (error) {
      seat.failed(error);
    }
  }

  /** Keeps up to when the slot is heard. */
  async #keep(): Promise<void> {
    const { client, host: { clock } } = this.#parts;
    const { signal } = this.#over;
    while (!signal.aborted) {
      await (this.#saving = this.#save(client.heardUntil));
      await sleepUntil(clock, clock.now() + SAVE_EVERY, signal).catch(() => {});
    }
  }

  /** A time by the clock on the wall, which may be set at any time, by the one that is waited by. */
  #instantOf(wall: number): Instant {
    const { host: { clock } } = this.#parts;
    return clock.now() + wall - clock.wall();
  }

  /** Saves up to when all was heard, as far as it is published, unless that is saved. */
  async #save(heardUntil: number | undefined): Promise<void> {
    const { seat } = this.#parts;
    if (heardUntil === undefined || !seat.isHeld()) return;
    const at = Math.min(this.#instantOf(heardUntil), ...[...this.#open].map(({ since }) => since));
    try {
      await this.#mark.save(at);
    } catch (error) {
      seat.failed(error);
      await this.#mark.look().catch(() => {});
    }
  }
}
