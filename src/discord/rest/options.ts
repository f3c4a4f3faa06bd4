import type { Permits } from "../../driver/permits.ts";
import { type Clock, systemClock } from "../../driver/clock/clock.ts";
import type { Host } from "../../driver/host.ts";
import { isServer } from "../../is_server.ts";
import { OptionError } from "../../protocol/errors.ts";
import { checkedBase } from "../../http/base_url.ts";
import { proxiedFetch } from "./_proxied_fetch.ts";
import type { RestObservation } from "./observation.ts";
import { USER_AGENT } from "./_user_agent.ts";
import { checkNamesAndKinds, type OptionKind } from "../../protocol/option_checks.ts";

/** How Discord's REST API is reached, whoever asks. */
export interface RestSettings {
  /** Makes the requests; a `Host` has one. @default {globalThis.fetch} */
  readonly fetch?: Host["fetch"];
  /**
   * The URL of the HTTP proxy to go by, such as `http://user:password@host:port`, on Deno and Bun; not together with
   * `fetch`. What `HTTPS_PROXY` says is heeded without it, on Node with `NODE_USE_ENV_PROXY=1`. For a proxy that speaks
   * Discord's API itself, and heeds its limits for several processes, set `baseUrl`.
   *
   * @default {what the runtime's own `fetch` goes by}
   */
  readonly proxy?: string;
  /**
   * Where the API is, without the version: `https:`, or `http:` for a proxy or a test server.
   *
   * @default {"https://discord.com/api"}
   */
  readonly baseUrl?: string;
  /** The version of the API. @default {10} */
  readonly version?: 9 | 10;
  /** How the bot names itself: `DiscordBot ($url, $version)`, and more if wanted. @default {parley's own} */
  readonly userAgent?: string;
  /** How often a request is repeated after a 429, and after a failure where that is safe, at most. @default {3} */
  readonly retries?: number;
  /** How long a request may wait for one rate limit to pass, in milliseconds. @default {60_000} */
  readonly maxWait?: number;
  /** How long Discord may take to answer one request, in milliseconds. @default {15_000} */
  readonly timeout?: number;
  /**
   * Whether requests of one route go out one after the other, in the order they were asked for. Not where a client
   * is shared by requests or objects that may end in the middle: there each goes when the limits let it, so await
   * one before the next where their order matters.
   *
   * @default true on Deno, Bun and Node, and in a gateway client; false on edge workers and in browsers
   */
  readonly inOrder?: boolean;
  /** How many requests the bot may make in a second; Discord grants large bots more. @default {50} */
  readonly globalLimit?: number;
  /**
   * Grants what of `globalLimit` this process has, where several make requests as one bot: a `NatsPermits`, for instance,
   * that all of them use. @default {undefined}: this process has all of it
   */
  readonly permits?: Permits;
  /**
   * After how many invalid requests (401, 403, 429) in 10 minutes none is sent for a while. Discord blocks
   * the address, and all that share it, after 10,000. @default {5_000}
   */
  readonly invalidLimit?: number;
  /**
   * Sees each request, its answer, every 429 and every retry, without anything secret. Must be quick; what it throws is
   * ignored.
   *
   * @default {undefined}
   */
  readonly observe?: (observation: RestObservation) => void;
}

/** How {@linkcode DiscordRest} reaches Discord, and as whom. */
export interface DiscordRestOptions extends RestSettings {
  /**
   * The bot's token, with or without `Bot ` before it. It is never shown again. Interactions and webhooks can be
   * answered without it, by their own. @default {undefined}
   */
  readonly token?: string;
  /** Tells the time and waits; a `Host` has one. @default {systemClock} */
  readonly clock?: Clock;
  /** Randomness in [0, 1) for the waits between attempts. @default {Math.random} */
  readonly random?: () => number;
}

/** What each option may be. */
const optionKinds: Readonly<Record<keyof DiscordRestOptions, readonly OptionKind[]>> = {
  token: ["string", "undefined"],
  fetch: ["function", "undefined"],
  proxy: ["string", "undefined"],
  baseUrl: ["string", "undefined"],
  version: ["number", "undefined"],
  userAgent: ["string", "undefined"],
  retries: ["number", "undefined"],
  maxWait: ["number", "undefined"],
  timeout: ["number", "undefined"],
  inOrder: ["boolean", "undefined"],
  globalLimit: ["number", "undefined"],
  permits: ["object", "undefined"],
  invalidLimit: ["number", "undefined"],
  observe: ["function", "undefined"],
  clock: ["object", "undefined"],
  random: ["function", "undefined"],
};

const MOST_INVALID = 10_000;

/** The options with their defaults, each found acceptable. */
export interface CheckedOptions
  extends
    Required<Omit<DiscordRestOptions, "token" | "baseUrl" | "version" | "proxy" | "observe" | "permits">> {
  /** What goes into the header; undefined where there is no token. */
  readonly authorization: string | undefined;
  /** Where the API is, with its version. */
  readonly base: string;
  readonly observe: RestSettings["observe"] | undefined;
}

/**
 * Checks the options, and fills in what is left out.
 *
 * @throws {OptionError} if one is not acceptable.
 */
export function checkOptions(options: DiscordRestOptions): CheckedOptions {
  checkNamesAndKinds("make a DiscordRest", options, optionKinds);
  const { version = 10, baseUrl = "https://discord.com/api", userAgent = USER_AGENT } = options;
  const { retries = 3, maxWait = 60_000, timeout = 15_000 } = options;
  const { inOrder = isServer(), globalLimit = 50, invalidLimit = 5_000 } = options;
  // Left out is meant; undefined is an environment variable that is not set.
  const authorization = "token" in options ? `Bot ${bareToken(options.token)}` : undefined;
  if (version !== 9 && version !== 10) {
    throw new OptionError(`Cannot use version "${version}" of Discord's API: choose 9 or 10`);
  }
  const base = `${checkedBase("Discord", baseUrl)}/v${version}`;
  if (!/^DiscordBot \([^\s(),]+, [^\s(),]+\)( [ -~]+)?$/.test(userAgent)) {
    throw new OptionError(
      `Cannot call ourselves "${userAgent}": Discord wants "DiscordBot (url, version)" in front`,
    );
  }
  if (!(Number.isSafeInteger(retries) && retries >= 0)) {
    throw new OptionError(`Cannot retry "${retries}" times: retries must be an integer from 0`);
  }
  if (!(maxWait >= 0)) throw new OptionError(`Cannot wait "${maxWait}" ms: maxWait must be 0 or more`);
  if (!(timeout > 0)) {
    throw new OptionError(`Cannot time out after "${timeout}" ms: timeout must be above 0`);
  }
  if (!isPositiveInteger(globalLimit)) {
    throw new OptionError(
      `Cannot send "${globalLimit}" requests a second: globalLimit must be a positive integer`,
    );
  }
  if (!(isPositiveInteger(invalidLimit) && invalidLimit < MOST_INVALID)) {
    throw new OptionError(
      `Cannot allow "${invalidLimit}" invalid requests: invalidLimit must be an integer from 1 to ${
        MOST_INVALID - 1
      }`,
    );
  }
  if (options.proxy !== undefined && options.fetch !== undefined) {
    throw new OptionError(
      "Cannot use both proxy and fetch: give a fetch that goes by the proxy, or the proxy alone",
    );
  }
  return {
    authorization,
    base,
    userAgent,
    retries,
    maxWait,
    timeout,
    inOrder,
    globalLimit,
    invalidLimit,
    fetch: options.proxy === undefined
      ? options.fetch ?? ((input, init) => globalThis.fetch(input, init))
      : proxiedFetch(options.proxy),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    observe: options.observe,
  };
}

function isPositiveInteger(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function bareToken(token: string | undefined): string {
  const bare = typeof token === "string" ? token.replace(/^Bot /, "") : "";
  if (bare === "") {
    throw new OptionError("Cannot use the token: it is empty; copy it from the Developer Portal");
  }
  if (!/^[!-~]+$/.test(bare)) {
    throw new OptionError(
      "Cannot use the token: it holds white space, a line break or a non-ASCII character",
    );
  }
  return bare;
}
