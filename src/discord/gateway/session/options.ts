import type { BackoffOptions } from "../../../protocol/connection/backoff.ts";
import { OptionError } from "../../../protocol/errors.ts";
import { ConnectorGroup } from "../../../protocol/connection/connector.ts";
import { byteLength } from "../../../protocol/data/byte_length.ts";
import { isCount } from "../../../protocol/data/json_value.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { quote, shownUrl } from "../../../protocol/data/quote.ts";
import { checkMaxMessage, checkTimeouts } from "../../../protocol/option_checks.ts";
import { MAX_BYTES, type Presence, presenceFault, wholePresence } from "../wire/command.ts";
import { checkWire, type GatewayCodec, type GatewayCompression, jsonCodec } from "../wire/encoding.ts";
import { deriveIntents, reachableEvents, type WantedEvents } from "../wire/event_intents.ts";
import { Opcode } from "../wire/opcodes.ts";
import { checkHost, readGatewayUrl, resumeUrlOf, whyNotTrusted } from "./resume_url.ts";
import type { GatewayState } from "./state.ts";

/** Where to take up a session that another process, or an earlier run, has left. */
export interface ResumePoint {
  /** The session's id. */
  readonly sessionId: string;
  /** The last sequence number that was received of it. */
  readonly sequence: number;
  /** The URL that READY gave for resuming, without user and password: those of `url` are for its server again. */
  readonly resumeUrl: string;
  /** When the server was last heard. @default when the session is started */
  readonly at?: Instant;
  /** The session is over: it is not resumed, and a `gap` tells what was missed of it. @default {false} */
  readonly ended?: boolean;
}

/** The versions of Discord's gateway that are spoken here. */
export type GatewayVersion = 9 | 10;

/** What a gateway session takes. */
export interface GatewaySessionOptions {
  /** The bot's token, with or without `Bot ` before it. Never shown again. */
  readonly token: string;
  /** The groups of events to receive, from `Intents`. @default those that bring `events` */
  readonly intents?: number;
  /**
   * The events to be told of; others are not even parsed. Those that the intents never bring are left out.
   *
   * @default all that the intents bring
   */
  readonly events?: WantedEvents;
  /** Randomness in [0, 1). */
  readonly random: () => number;
  /** The shard's id, from 0, and how many there are. @default {[0, 1]} */
  readonly shard?: readonly [id: number, count: number];
  /** Where to connect first: a `wss:` or `ws:` URL. @default {"wss://gateway.discord.gg"} */
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
  /** What payloads are read and written by; another than JSON's is loaded by `loadCodec`. @default JSON's */
  readonly codec?: GatewayCodec;
  /**
   * How Discord is asked to compress what it sends. Whoever dials inflates it: the session gets it as it was before.
   *
   * @default {"none"}
   */
  readonly compression?: GatewayCompression;
  /** Names the limit that this shard's IDENTIFY falls under: the application and the shard's bucket. @default {"bucket 0"} */
  readonly identifyKey?: string;
  /**
   * Whether to ask for a permit of the scope `discord.resume`, with the session as its key, before it is resumed: for
   * sessions that another process may have taken up.
   *
   * @default {false}
   */
  readonly asksToResume?: boolean;
  /** The presence to begin with. @default {undefined} */
  readonly presence?: Presence | undefined;
  /** Above how many members a guild's offline ones are left out, 50 to 250. @default {50} */
  readonly largeThreshold?: number;
  /**
   * Up to which sequence number of a session heartbeats acknowledge events: what is not acknowledged, the
   * server keeps for a resume. At most the last received.
   *
   * @default the last received
   */
  readonly acknowledged?: (session: string) => number;
  /** What IDENTIFY says of the system and the library. @default {os "unknown", browser and device "parley"} */
  readonly properties?: IdentifyProperties;
  /** The session to take up instead of beginning one. @default {undefined} */
  readonly resume?: ResumePoint | undefined;
  /** Told of every change of state, from within it: for tests and diagnostics. @default {undefined} */
  readonly transition?: (from: GatewayState, to: GatewayState) => void;
  /** How long to wait between links. @default {base 1_000, cap 60_000} */
  readonly backoff?: BackoffOptions | undefined;
  /**
   * For how many milliseconds a first link is tried for before the session ends with what went wrong last; while one is
   * open they do not count. Infinity: for ever. @default {45_000}
   */
  readonly connectTimeout?: number | undefined;
  /** How long each step may take, in milliseconds. */
  readonly timeouts?: Partial<GatewayTimeouts> | undefined;
  /**
   * The largest message to take, in bytes: at a larger one the link is broken. GUILD_CREATE of Discord's largest
   * guilds takes some 30 MB. @default {67_108_864}
   */
  readonly maxMessage?: number | undefined;
}

/** What IDENTIFY says of the system and the library. */
export interface IdentifyProperties {
  /** The operating system. @default {"unknown"} */
  readonly os?: string;
  /** The library. @default {"parley"} */
  readonly browser?: string;
  /** The library, too. @default {"parley"} */
  readonly device?: string;
}

/** How long each step may take, in milliseconds. */
export interface GatewayTimeouts {
  /** From dialling to an open link. @default {30_000} */
  readonly dial: number;
  /** From an open link to HELLO. @default {20_000} */
  readonly hello: number;
  /**
   * From IDENTIFY to READY. Long, since "the Gateway will eventually respond and issue a session once it's
   * able to", and each IDENTIFY counts. @default {120_000}
   */
  readonly ready: number;
  /** From RESUME, or what was last replayed, to RESUMED. @default {60_000} */
  readonly resumed: number;
  /** From our close to the server's, before the link is dropped. @default {5_000} */
  readonly close: number;
  /** From asking the store until it counts as failed; `close()` waits no longer for it. @default {5_000} */
  readonly answer: number;
}

const defaultTimeouts: GatewayTimeouts = {
  dial: 30_000,
  hello: 20_000,
  ready: 120_000,
  resumed: 60_000,
  close: 5_000,
  answer: 5_000,
};

const DEFAULT_MAX_MESSAGE = 67_108_864;

// What the system is, a core does not know, and Discord does not need to.
const defaultProperties: IdentifyProperties = { os: "unknown", browser: "parley", device: "parley" };
const allReceived = (): number => Infinity;

/** What is the same for every shard of a bot, checked, with defaults in place. */
export interface BotOptions {
  readonly token: string;
  readonly intents: number;
  /** The names of the events to tell of; undefined: all. */
  readonly wanted: ReadonlySet<string> | undefined;
  readonly random: () => number;
  /** With the query parameters. */
  readonly url: string;
  /** Each with its subdomains. */
  readonly trustedHosts: readonly string[];
  readonly largeThreshold: number;
  readonly properties: IdentifyProperties;
  readonly transition: ((from: GatewayState, to: GatewayState) => void) | undefined;
  readonly backoff: BackoffOptions;
  /** When to dial, and whether to give up, is for all shards together. */
  readonly connectors: ConnectorGroup;
  readonly timeouts: GatewayTimeouts;
  readonly maxMessage: number;
  readonly codec: GatewayCodec;
  /** Whether IDENTIFY asks for payloads to be compressed, each by itself. */
  readonly compress: true | undefined;
}

/** What is one shard's, checked, with defaults in place. */
export interface ShardOptions {
  readonly id: number;
  /** How many shards there are. */
  readonly count: number;
  readonly identifyKey: string;
  readonly asksToResume: boolean;
  readonly acknowledged: (session: string) => number;
  readonly presence: Presence | undefined;
  readonly resume: ResumePoint | undefined;
}

/**
 * Checks what is the same for every shard.
 *
 * @throws {OptionError} naming what is not acceptable, never the token.
 */
export function checkBotOptions(options: Omit<GatewaySessionOptions, "shard">, spacing?: number): BotOptions {
  const { events, largeThreshold = 50, version = 10, trustedHosts = [] } = options;
  const intents = options.intents ?? (events && deriveIntents(events));
  if (intents === undefined) {
    throw new OptionError("Cannot begin a session: give intents, or the events wanted");
  }
  if (!isCount(intents)) {
    throw new OptionError(`Cannot use intents "${intents}": combine values of \`Intents\``);
  }
  if (!(isCount(largeThreshold) && largeThreshold >= 50 && largeThreshold <= 250)) {
    throw new OptionError(`Cannot use the large threshold "${largeThreshold}": it must be from 50 to 250`);
  }
  if (version !== 9 && version !== 10) {
    throw new OptionError(`Cannot speak version "${String(version)}" of the gateway: it must be 9 or 10`);
  }
  const { codec = jsonCodec, compression = "none" } = options;
  checkWire(codec.name, compression);
  const { url: given = "wss://gateway.discord.gg" } = options;
  const url = gatewayUrl(given, {
    v: String(version),
    encoding: codec.name,
    compress: compression === "none" || compression === "payload" ? undefined : compression,
  });
  if (url === undefined) {
    throw new OptionError(
      `Cannot connect to ${quote(shownUrl(given))}: it must be a URL of scheme wss or ws`,
    );
  }
  const timeouts = checkTimeouts({ ...defaultTimeouts, ...options.timeouts });
  return {
    token: checkToken(options.token),
    intents,
    wanted: events && reachableEvents(events, intents),
    random: options.random,
    url,
    trustedHosts: trustedHosts.map(checkHost),
    largeThreshold,
    properties: { ...defaultProperties, ...options.properties },
    transition: options.transition,
    backoff: options.backoff ?? {},
    connectors: new ConnectorGroup({ connectTimeout: options.connectTimeout, spacing }),
    timeouts,
    maxMessage: checkMaxMessage(options.maxMessage ?? DEFAULT_MAX_MESSAGE),
    codec,
    compress: compression === "payload" ? true : undefined,
  };
}

/**
 * Checks what is one shard's.
 *
 * @throws {OptionError} naming what is not acceptable.
 */
export function checkShardOptions(
  options: GatewaySessionOptions,
  bot: BotOptions,
): ShardOptions {
  const {
    shard = [0, 1],
    identifyKey = "bucket 0",
    asksToResume = false,
    acknowledged = allReceived,
    presence,
    resume,
  } = options;
  const [id, count] = shard;
  if (!(isCount(id) && isCount(count) && id < count)) {
    throw new OptionError(`Cannot be shard "${id}" of "${count}": the id must be below the count, from 0`);
  }
  if (resume !== undefined && !(resume.sessionId !== "" && isCount(resume.sequence))) {
    throw new OptionError(`Cannot resume ${quote(resume.sessionId)} at "${resume.sequence}": not a session`);
  }
  const resumeUrl = resume && (resumeUrlOf(resume.resumeUrl, bot) ?? (resume.ended ? bot.url : undefined));
  if (resume !== undefined && resumeUrl === undefined) {
    throw new OptionError(`Cannot resume the session: ${whyNotTrusted(resume.resumeUrl)}`);
  }
  const fault = presence && presenceFault(presence);
  if (fault !== undefined) throw new OptionError(`Cannot begin with this presence: ${fault}`);
  if (!fitsIdentify(bot, shard, presence)) {
    throw new OptionError(
      "Cannot begin with this presence and these properties: Discord accepts 4096 bytes in all",
    );
  }
  return {
    id,
    count,
    identifyKey,
    asksToResume,
    acknowledged,
    presence,
    resume: resume && { ...resume, resumeUrl: resumeUrl ?? bot.url },
  };
}

/**
 * Checks a bot token, and takes off the `Bot ` before it if there is one.
 *
 * @throws {OptionError} if it cannot be a token; the message does not show it.
 */
export function checkToken(token: string): string {
  const bare = typeof token === "string" ? token.replace(/^Bot /, "") : "";
  if (bare === "") {
    throw new OptionError("Cannot use the token: it is empty; set DISCORD_TOKEN to it, or pass `token`");
  }
  if (!/^[\x21-\x7e]+$/.test(bare)) {
    throw new OptionError("Cannot use the token: it holds a space, or a character that no token has");
  }
  return bare;
}

/** Sets the query parameters, or takes them out; undefined if it is no URL of a gateway. */
function gatewayUrl(base: string, parameters: Record<string, string | undefined>): string | undefined {
  const url = readGatewayUrl(base);
  if (url === undefined) return undefined;
  // "When connecting to the URL, it's a good idea to explicitly pass the API version and encoding as query
  // parameters."
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** The text of IDENTIFY. */
export function identifyText(
  bot: BotOptions,
  shard: readonly [id: number, count: number],
  presence: Presence | undefined,
): string {
  return JSON.stringify({
    op: Opcode.Identify,
    d: {
      token: bot.token,
      intents: bot.intents,
      shard,
      compress: bot.compress,
      large_threshold: bot.largeThreshold,
      properties: bot.properties,
      presence: presence && wholePresence(presence),
    },
  });
}

/** Whether IDENTIFY can carry a presence: "Payloads are limited to 4096 bytes". */
export function fitsIdentify(
  bot: BotOptions,
  shard: readonly [id: number, count: number],
  presence: Presence | undefined,
): boolean {
  return byteLength(bot.codec.write(identifyText(bot, shard, presence))) <= MAX_BYTES;
}

/** The text of RESUME. */
export function resumeText(token: string, sessionId: string, sequence: number): string {
  return JSON.stringify({ op: Opcode.Resume, d: { token, session_id: sessionId, seq: sequence } });
}
