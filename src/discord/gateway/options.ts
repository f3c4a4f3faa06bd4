import type { ClientOptions } from "../../driver/client/client.ts";
import { hostNames } from "../../driver/host.ts";
import { backoffNames } from "../../protocol/connection/backoff.ts";
import type { InnerNames, OptionKind } from "../../protocol/option_checks.ts";
import type { DiscordCalls } from "../rest/methods/calls.ts";
import type { RestSettings } from "../rest/options.ts";
import type { CompressionOptions } from "./compression/load.ts";
import type { GatewaySessionOptions, GatewayVersion, IdentifyProperties } from "./session/options.ts";
import type { KeepingOptions } from "./shards/store/keeping.ts";
import type { SessionStore } from "./shards/store/session_store.ts";
import type { Shards } from "./shards/shard_plan.ts";
import type { Presence } from "./wire/command.ts";
import type { GatewayEncoding } from "./wire/encoding.ts";
import type { WantedEvents } from "./wire/event_intents.ts";

/** What {@linkcode DiscordGateway} takes. */
export interface DiscordGatewayOptions extends ClientOptions, KeepingOptions, CompressionOptions {
  /**
   * The bot's token, with or without `Bot ` before it. Never shown again.
   *
   * @default {`DISCORD_TOKEN` of the process's environment}
   */
  readonly token?: string;
  /** The groups of events to receive, from `Intents`. @default those that bring `events` */
  readonly intents?: number;
  /**
   * The events to be told of; others are not even parsed. Those that the intents never bring are left out.
   *
   * @default all that the intents bring
   */
  readonly events?: WantedEvents;
  /** Which shards this process runs. @default {"recommended"} */
  readonly shards?: Shards;
  /** Where to connect: a `wss:` or `ws:` URL. @default what `GET /gateway/bot` says */
  readonly url?: string;
  /**
   * Hosts, each with its subdomains, at which a session may be resumed besides `discord.gg` and the host of `url`:
   * whoever is there gets the token. For a proxy that READY names by another host than `url` does.
   *
   * @default {[]}
   */
  readonly trustedHosts?: readonly string[] | undefined;
  /** The version of the gateway: 9 or 10. @default {10} */
  readonly version?: GatewayVersion;
  /** How payloads are written: as JSON, or in Erlang's external term format. @default {"json"} */
  readonly encoding?: GatewayEncoding;
  /**
   * How the REST API is reached, which needs no other token: retries, limits, time-outs, where it is, by what proxy, and
   * who watches; or another REST client to use. @default {Discord's, by the defaults of {@linkcode RestSettings}}
   */
  readonly rest?: DiscordCalls | RestSettings;
  /**
   * Keeps the sessions across restarts: what an earlier run has left there is taken up again, from the last
   * event that was consumed and saved. Handlers have consumed an event once they were called, a `for await` loop once
   * it asks for the next, and what did not fit into its mailbox once `lagged` has told it of that.
   *
   * @default nothing is kept
   */
  readonly store?: SessionStore;
  /**
   * How often, in milliseconds, to ask Discord how many shards it recommends: if they are more than there are,
   * `reshard_due` tells so, once for each number. @default {Infinity}: never
   */
  readonly checkShardsEvery?: number;
  /** The presence to begin with. @default {undefined} */
  readonly presence?: Presence;
  /** Above how many members a guild's offline ones are left out, 50 to 250. @default {50} */
  readonly largeThreshold?: number;
  /** What IDENTIFY says of the system and the library. @default {os "unknown", browser and device "parley"} */
  readonly properties?: IdentifyProperties;
  /** How long to wait between links. @default {base 1_000, cap 60_000} */
  readonly backoff?: GatewaySessionOptions["backoff"];
  /**
   * For how many milliseconds Discord, and then the first shard's link, are tried for before `connect` rejects with
   * what went wrong last; while a link is open they do not count. Infinity: for ever. @default {45_000}
   */
  readonly connectTimeout?: GatewaySessionOptions["connectTimeout"];
  /** How long each step may take, in milliseconds. */
  readonly timeouts?: GatewaySessionOptions["timeouts"];
  /**
   * The largest message to take, in bytes: at a larger one the link is broken. GUILD_CREATE of Discord's largest
   * guilds takes some 30 MB. @default {67_108_864}
   */
  readonly maxMessage?: GatewaySessionOptions["maxMessage"];
}

/** What each of them may be. */
export const optionKinds: Readonly<Record<keyof DiscordGatewayOptions, readonly OptionKind[]>> = {
  token: ["string", "undefined"],
  intents: ["number", "undefined"],
  events: ["array", "object", "undefined"],
  shards: ["number", "string", "array", "object", "undefined"],
  url: ["string", "undefined"],
  trustedHosts: ["array", "undefined"],
  version: ["number", "undefined"],
  encoding: ["string", "undefined"],
  compression: ["string", "undefined"],
  decompressor: ["function", "undefined"],
  rest: ["object", "undefined"],
  store: ["object", "undefined"],
  saveEvery: ["number", "undefined"],
  holder: ["string", "undefined"],
  takeOverAfter: ["number", "undefined"],
  checkShardsEvery: ["number", "undefined"],
  presence: ["object", "undefined"],
  largeThreshold: ["number", "undefined"],
  properties: ["object", "undefined"],
  backoff: ["object", "undefined"],
  connectTimeout: ["number", "undefined"],
  timeouts: ["object", "undefined"],
  maxMessage: ["number", "undefined"],
  runtime: ["object", "undefined"],
  mailbox: ["number", "undefined"],
  mailboxBytes: ["number", "undefined"],
  label: ["string", "undefined"],
  strict: ["boolean", "undefined"],
  signal: ["object", "undefined"],
};

/** The names within some. */
export const innerNames: InnerNames<DiscordGatewayOptions> = {
  timeouts: { dial: 1, hello: 1, ready: 1, resumed: 1, close: 1, answer: 1 },
  properties: { os: 1, browser: 1, device: 1 },
  backoff: backoffNames,
  runtime: hostNames,
};
