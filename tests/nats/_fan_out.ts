import {
  type DiscordFleet,
  discordFleet,
  type DiscordFleetOptions,
  discordWorkers,
  type DiscordWorkersOptions,
  EventStream,
  type Fleet,
  RemoteGateway,
  type RemoteGatewayOptions,
} from "../../src/nats/mod.ts";
import type { StreamedEvent, StreamedInfo } from "../../src/nats/mod.ts";
import { API, CHANNEL, GATEWAY, worldOf } from "../discord/gateway/_world.ts";
import { NatsModel } from "./_model.ts";

/** What a worker has handled. */
export interface Handled {
  readonly worker: string;
  readonly guild: string;
  readonly content: number;
  readonly repeated: boolean;
}

/** A bot of some shards whose gateways publish, and its workers. */
export class FanOut {
  readonly #world = worldOf({ shards: 2, maxConcurrency: 16 }, () => {}, { latency: 60, jitter: 60 });
  readonly world = this.#world.world;
  readonly core = this.#world.core;
  readonly server = this.#world.server;
  readonly nats = new NatsModel(this.world.clock);
  readonly handled: Handled[] = [];
  readonly others: StreamedEvent[] = [];
  readonly errors: string[] = [];
  /** For how long events are kept, in milliseconds. */
  keep = 3_600_000;
  /** Of each guild, what was said in it. */
  readonly said = new Map<string, number[]>();
  #next = 0;

  streamOf(name: string, partitions = 4): EventStream {
    const host = this.world.host(name);
    const streams = this.nats.streams(name, host);
    return new EventStream({ streams, application: "1", partitions, keep: this.keep, runtime: host });
  }

  gateway(name: string, more: Partial<DiscordFleetOptions> = {}): DiscordFleet {
    const host = this.world.host(name);
    const fleet = discordFleet({
      token: "parley.test.token",
      intents: 33_281,
      rest: { baseUrl: API },
      url: GATEWAY,
      shards: 2,
      nats: this.nats.client(name, host),
      stream: this.streamOf(name),
      name: "bot",
      label: name,
      lease: 6_000,
      runtime: host,
      commands: { connection: this.nats.connection(name, host), application: "1" },
      onEvent: (event) => void (event.kind === "error" && this.errors.push(String(event.error))),
      setup: (gateway) => void gateway.on("error", ({ error }) => void this.errors.push(String(error))),
      ...more,
    });
    fleet.join();
    return fleet;
  }

  worker(name: string, more: Partial<DiscordWorkersOptions> = {}): Fleet {
    const host = this.world.host(name);
    const workers = discordWorkers({
      nats: this.nats.client(name, host),
      stream: this.streamOf(name),
      name: "workers",
      label: name,
      lease: 6_000,
      runtime: host,
      handle: (event, info) => this.take(name, event, info),
      onEvent: (event) => void (event.kind === "error" && this.errors.push(String(event.error))),
      ...more,
    });
    workers.join();
    return workers;
  }

  /** What a process sends commands by that holds no shard. */
  remote(name: string, more: Partial<RemoteGatewayOptions> = {}): RemoteGateway {
    const host = this.world.host(name);
    const connection = this.nats.connection(name, host);
    return new RemoteGateway({ connection, application: "1", runtime: host, ...more });
  }

  /** What shards were sent with an opcode, in order. */
  received(op: number): unknown[] {
    return this.core.log.flatMap((entry) => entry.kind === "received" && entry.op === op ? [entry.d] : []);
  }

  take(worker: string, event: StreamedEvent, { repeated }: StreamedInfo): void {
    if (event.kind !== "MESSAGE_CREATE") return void this.others.push(event);
    const { guild_id: guild = "", content } = event.data;
    this.handled.push({ worker, guild, content: Number(content), repeated });
  }

  /** Says something in each of so many guilds, five times a second. */
  async speak(seconds: number, guilds = 4): Promise<void> {
    for (let times = 0; times < 5 * seconds; times++) {
      for (let guild = 0; guild < guilds; guild++) {
        const guild_id = String((BigInt(guild) << 22n) + 1n);
        const content = this.#next++;
        this.said.set(guild_id, [...this.said.get(guild_id) ?? [], content]);
        await this.server.command({
          kind: "dispatch",
          t: "MESSAGE_CREATE",
          d: { id: String(content + 1), channel_id: CHANNEL, guild_id, content: String(content) },
        });
      }
      await this.world.run(200);
    }
  }

  /** In which partitions it was told that events are gone. */
  get dropped(): number[] {
    return this.others.flatMap((event) => event.kind === "dropped" ? [event.partition] : []).toSorted();
  }

  /** What was said and not handled. */
  get missing(): number[] {
    const all = new Set(this.handled.map(({ content }) => content));
    return [...this.said.values()].flat().filter((content) => !all.has(content));
  }

  /** What was handled again and not marked, and what was handled before what was said before it. */
  get wrong(): Handled[] {
    const last = new Map<string, number>();
    const seen = new Set<number>();
    return this.handled.filter(({ guild, content, repeated }) => {
      const isNew = !seen.has(content);
      seen.add(content);
      const before = last.get(guild) ?? -1;
      last.set(guild, Math.max(before, content));
      return isNew ? content < before : !repeated;
    });
  }

  /** How many were handled more than once. */
  get repeats(): number {
    return this.handled.length - new Set(this.handled.map(({ content }) => content)).size;
  }
}
