import type { DiscordGateway } from "../../discord/gateway/client.ts";
import { type Host, hostWith } from "../../driver/host.ts";
import { Unheard } from "../../driver/client/_unheard.ts";
import { OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import { dialer } from "../../transport/dial.ts";
import { asToken } from "../kv.ts";
import { discordMessage } from "./event_message.ts";
import { EventPublisher } from "./publisher.ts";
import { isMadeOtherwise, type NatsJetStream, type NatsStreams } from "./streams.ts";

/** What {@linkcode EventStream} takes. */
export interface EventStreamOptions {
  /** What manages streams: `await jetstreamManager(connection)` of `@nats-io/jetstream`, of a connection that is yours. */
  readonly streams: NatsStreams;
  /** The bot's application id, or whatever else names it: the stream and its subjects are called by it. */
  readonly application: string;
  /**
   * Into how many partitions events go, by guild: so many workers can share them at most. Once the stream is made, it
   * stays.
   *
   * @default {64}
   */
  readonly partitions?: number;
  /**
   * For how long events are kept for workers, in milliseconds; what none has taken by then is gone. Says so when the
   * stream is made.
   *
   * @default {3_600_000}
   */
  readonly keep?: number;
  /** On how many servers of a cluster they are kept. Says so when the stream is made. @default {1} */
  readonly replicas?: number;
  /** What NATS carries in a message, in bytes: events that are larger go without their data. @default {1_000_000} */
  readonly maxPayload?: number;
  /** Parts of the outside to replace: its `clock`, `random` and `console` count. */
  readonly runtime?: Partial<Host>;
}

/** How events are published. */
export interface PublishOptions {
  /** Stops publishing: what is not published by then is not counted as consumed. */
  readonly signal?: AbortSignal;
  /** Told of what went wrong and is tried again. @default it is printed */
  readonly onError?: (error: unknown) => void;
}

const NANOSECONDS = 1_000_000;
/** Ids are remembered for as long as a session can be resumed, about, in milliseconds. */
const REMEMBERED = 300_000;

/**
 * The events of a bot in a stream of NATS JetStream, for workers that are other processes than its gateways: each under
 * `bot.<application>.<partition>.<event>`, the events of a guild in one partition, in order, and each event once as far
 * as its id (`session:sequence`) is remembered.
 *
 * An event counts as consumed once NATS has it: until then a gateway with a store begins again before it.
 *
 * @example A gateway whose events go to workers
 * ```ts no-eval
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 * import { EventStream, type NatsStreams } from "@parley/parley/nats";
 *
 * async function run(token: string, streams: NatsStreams): Promise<void> { // await jetstreamManager(connection)
 *   const gateway = new DiscordGateway({ token, intents: Intents.Guilds | Intents.GuildMessages });
 *   const published = new EventStream({ streams, application: "81384788765712384" }).publish(gateway);
 *   await gateway.connect();
 *   await published;
 * }
 * ```
 */
export class EventStream {
  /** What it is called in NATS. */
  readonly name: string;
  /** How many partitions it has. */
  readonly partitions: number;
  readonly #options: EventStreamOptions;
  readonly #host: Host;
  #opening: Promise<NatsJetStream> | undefined;

  /**
   * Takes the options.
   *
   * @throws {OptionError} if one is not acceptable.
   */
  constructor(options: EventStreamOptions) {
    const { application, partitions = 64, keep = 3_600_000, replicas = 1, maxPayload = 1_000_000 } = options;
    if (application === "") throw new OptionError("Cannot name a stream: `application` is empty");
    checkCount("partitions", partitions);
    checkCount("replicas", replicas);
    checkCount("maxPayload", maxPayload);
    if (!(keep >= 1_000 && keep < Infinity)) {
      throw new OptionError(
        `Cannot keep events for "${keep}" ms: \`keep\` must be 1,000 or more, and finite`,
      );
    }
    this.#options = options;
    this.#host = hostWith(dialer(), options.runtime);
    this.name = `bot-${asToken(application)}`;
    this.partitions = partitions;
  }

  /** The largest message that NATS carries, in bytes. */
  get maxPayload(): number {
    return this.#options.maxPayload ?? 1_000_000;
  }

  /** What manages NATS's streams. */
  get streams(): NatsStreams {
    return this.#options.streams;
  }

  /** The subject of an event in a partition; without a name, of all. */
  subjectOf(partition: number, name?: string): string {
    const event = name === undefined ? "*" : /^\w+$/.test(name) ? name : asToken(name);
    return `bot.${asToken(this.#options.application)}.${partition}.${event}`;
  }

  /**
   * Makes the stream, or finds the one there is.
   *
   * @throws {OptionError} if there is one with another number of partitions.
   * @throws what NATS answers with.
   */
  open(): Promise<NatsJetStream> {
    this.#opening ??= this.#open();
    this.#opening.catch(() => this.#opening = undefined);
    return this.#opening;
  }

  /** Something went wrong with it: whoever opens it next looks whether it is there. */
  openAnew(): void {
    this.#opening = undefined;
  }

  /**
   * Publishes what a gateway tells from now on, in order for each guild: call it before `connect()`. Resolves once the
   * gateway has ended and all is published. A gateway of which 8,192 events wait for NATS is closed so that its session
   * can be resumed from there.
   *
   * @throws {OptionError} if the stream has another number of partitions.
   * @throws {ParleyError} `lost` if NATS was too slow; the gateway's error if it ends with one.
   */
  async publish(gateway: DiscordGateway, { signal, onError }: PublishOptions = {}): Promise<void> {
    const { clock, random } = this.#host;
    const unheard = new Unheard(this.#host, this.name);
    const publisher = new EventPublisher({
      stream: this,
      write: discordMessage,
      clock,
      random,
      isHeld: () => true,
      failed: onError ?? ((error) => unheard.survived("Events are not published", error)),
    });
    const stop = () => publisher.stop();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    try {
      await publisher.run(gateway.deliveries());
    } catch (error) {
      await gateway.close({ resumable: true });
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      unheard.end();
    }
  }

  async #open(): Promise<NatsJetStream> {
    const { streams, keep = 3_600_000, replicas = 1 } = this.#options;
    const description = `The events of a bot in ${this.partitions} partitions`;
    try {
      await streams.streams.add({
        name: this.name,
        description,
        subjects: [`bot.${asToken(this.#options.application)}.*.*`],
        max_age: keep * NANOSECONDS,
        duplicate_window: Math.min(keep, REMEMBERED) * NANOSECONDS,
        num_replicas: replicas,
      });
    } catch (error) {
      if (!isMadeOtherwise(error)) throw error;
      const { config } = await streams.streams.info(this.name);
      const made = /^The events of a bot in (\d+) partitions$/.exec(config.description ?? "")?.[1];
      if (made !== undefined && Number(made) !== this.partitions) {
        const what = `the stream ${quote(this.name)} has "${made}" partitions, not "${this.partitions}"`;
        throw new OptionError(`Cannot share out events: ${what}; say the same everywhere, or delete it`);
      }
    }
    return streams.jetstream();
  }
}

function checkCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new OptionError(`Cannot use "${value}" as \`${option}\`: it must be a positive whole number`);
}
