import type { Delivery } from "../../driver/client_options.ts";
import { sleepUntil } from "../../driver/clock.ts";
import { type Host, hostWith } from "../../driver/host.ts";
import { dialer } from "../../transport/dial.ts";
import type { EventStream } from "../events/event_stream.ts";
import { EventPublisher } from "../events/publisher.ts";
import { Fleet, type FleetOptions, type Seat, type Seated } from "../fleet.ts";
import type { NatsKv } from "../kv.ts";
import { streamWorkers, type StreamWorkersOptions } from "../stream_workers.ts";
import { type ChatEvent, chatMessage, readChat, type StreamedGap } from "./chat_message.ts";
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
}

/** What {@linkcode chatFleet} takes. */
export interface ChatFleetOptions extends Omit<FleetOptions, "slots" | "run"> {
  /**
   * What makes the client of each account or network, the same in every process; `runtime` is to be given to it. Listen to
   * it there.
   */
  readonly clients: readonly ((runtime: Partial<Host>) => ChatClient)[];
  /** Where to publish the lines that they hear, for workers. @default nowhere */
  readonly stream?: EventStream;
  /** Told of times in which no process heard an account or a network, as one was lost or handed over. */
  readonly onGap?: (gap: StreamedGap) => void;
}

/** Up to when a slot was heard is kept so often, in milliseconds. */
const SAVE_EVERY = 2_000;
/** If no channel was joined for so long, in milliseconds, all are. */
const JOINED_WITHIN = 3_000;
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
  const open = () => options.nats.create(`${options.name}-heard`, { history: 1 });
  return new Fleet({
    ...fleet,
    slots: clients.length,
    run(slot, runtime, seat) {
      const client = clients[slot]?.(runtime);
      if (client === undefined) throw new RangeError(`There is no slot "${slot}"`);
      return new ChatSlot({ slot, client, host, seat, stream, open, tell: onGap ?? (() => {}) });
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
  readonly open: () => Promise<NatsKv>;
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
  /** When what is not published yet has come. */
  readonly #open = new Set<{ readonly at: number }>();
  /** When the client told something last: what was said then is here. */
  #heardAt = -Infinity;
  /** When it came into the last channel. */
  #joinedAt = -Infinity;
  /** Whether all that was missed before is told. */
  #isKept = false;
  /** Since when there is no link. */
  #awaySince: number | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(parts: ChatSlotParts) {
    const { slot, client, host: { clock, random }, seat, stream, open } = this.#parts = parts;
    this.#mark = new HeardMark(open, slot);
    const write = (event: { readonly kind: string }) => chatMessage(slot, event, clock.wall());
    this.#publisher = stream && new EventPublisher({ ...seat, stream, write, clock, random });
    this.#taken = this.#take();
    this.ended = Promise.all([client.closed, this.#taken]);
    this.ready = this.#begin();
  }

  async stop(): Promise<void> {
    const { client, host: { clock } } = this.#parts;
    this.#over.abort();
    // Until then it was heard.
    const heardUntil = this.#heardUntil();
    await client.close();
    const limit = new AbortController();
    const late = sleepUntil(clock, clock.now() + LAST_EVENTS, limit.signal).catch(() => {});
    await Promise.race([this.#taken.catch(() => {}), late]);
    limit.abort();
    this.#publisher?.stop();
    await this.#saving;
    if (this.#isKept && this.#parts.seat.isHeld()) await this.#save(heardUntil);
  }

  async #begin(): Promise<void> {
    const { client, host: { clock } } = this.#parts;
    const before = await this.#mark.load();
    this.#over.signal.throwIfAborted();
    await client.connect();
    this.#joinedAt = this.#heardAt = clock.wall();
    void this.#keep(before);
  }

  /** Tells, once all channels are joined, in which time nobody heard them. */
  async #tellGap(from: number): Promise<void> {
    const { host: { clock }, slot, tell } = this.#parts;
    const { signal } = this.#over;
    let to: number;
    do {
      to = this.#joinedAt;
      await sleepUntil(clock, clock.now() + JOINED_WITHIN, signal);
    } while (to !== this.#joinedAt);
    const gap: StreamedGap = { kind: "gap", slot, from: Math.min(from, to), to };
    tell(gap);
    await this.#published(gap);
  }

  /** Publishes that nobody heard what was said, before that is forgotten. */
  async #published(gap: StreamedGap): Promise<void> {
    const publisher = this.#publisher;
    if (publisher === undefined) return;
    await new Promise<void>((done) => publisher.take({ event: gap, done }));
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
      const one = { at: clock.wall() };
      this.#heardAt = one.at;
      if (event.kind === "RPL_ENDOFNAMES") this.#joinedAt = one.at;
      this.#open.add(one);
      if (event.kind === "reconnecting") this.#awaySince ??= one.at;
      yield {
        event,
        done: () => {
          this.#open.delete(one);
          if (event.kind === "gap" || event.kind === "ready") this.#awaySince = undefined;
          done();
        },
      };
    }
  }

  /** Up to when all that was heard is published. */
  #heardUntil(): number {
    const [oldest] = this.#open;
    return Math.min(this.#heardAt, oldest?.at ?? Infinity, this.#awaySince ?? Infinity);
  }

  /** Keeps up to when the slot is heard, which it was before until then. */
  async #keep(before: number | undefined): Promise<void> {
    const { clock } = this.#parts.host;
    const { signal } = this.#over;
    // Whoever comes next tells of it, if this one cannot.
    if (before !== undefined) await this.#tellGap(before).catch(() => {});
    this.#isKept = !signal.aborted;
    let saved = -Infinity;
    while (!signal.aborted) {
      const at = this.#heardUntil();
      if (at !== saved && this.#parts.seat.isHeld()) await (this.#saving = this.#save(at));
      saved = at;
      await sleepUntil(clock, clock.now() + SAVE_EVERY, signal).catch(() => {});
    }
  }

  async #save(at: number): Promise<void> {
    try {
      await this.#mark.save(at);
    } catch (error) {
      this.#parts.seat.failed(error);
      await this.#mark.load().catch(() => {});
    }
  }
}
