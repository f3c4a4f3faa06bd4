import { CommandError, OptionError } from "../../../protocol/errors.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { quote } from "../../../protocol/data/quote.ts";
import { RateLog } from "../../../protocol/core/rate_log.ts";
import { formatMessage, type IrcMessage } from "../messages/message.ts";

/** What clients say to each other within a PRIVMSG (a query, or an ACTION) or a NOTICE (a reply). */
export interface Ctcp {
  /** What it is, in upper case: `ACTION`, `VERSION`, `PING`, … */
  readonly command: string;
  /** What goes with it, or an empty string. */
  readonly params: string;
}

const DELIMITER = "\x01";

/**
 * Takes a CTCP message out of a text; undefined if it holds none. The last delimiter may be missing.
 * ([Modern IRC, CTCP](https://modern.ircdocs.horse/ctcp.html))
 *
 * @example
 * ```ts
 * import { parseCtcp } from "@parley/parley/irc";
 *
 * parseCtcp("\x01ACTION waves\x01"); // { command: "ACTION", params: "waves" }
 * parseCtcp("hello"); // undefined
 * ```
 */
export function parseCtcp(text: string): Ctcp | undefined {
  if (!text.startsWith(DELIMITER)) return undefined;
  const end = text.indexOf(DELIMITER, 1);
  const body = text.slice(1, end < 0 ? undefined : end);
  const space = body.indexOf(" ");
  const command = (space < 0 ? body : body.slice(0, space)).toUpperCase();
  return command === "" ? undefined : { command, params: space < 0 ? "" : body.slice(space + 1) };
}

/**
 * The text that holds a CTCP message.
 * ([Modern IRC, CTCP](https://modern.ircdocs.horse/ctcp.html))
 *
 * @throws {CommandError} if the command is empty or has a space in it, or either has a 0x01, CR, LF or NUL.
 *
 * @example
 * ```ts
 * import { formatCtcp } from "@parley/parley/irc";
 *
 * formatCtcp("ACTION", "waves"); // "\x01ACTION waves\x01"
 * ```
 */
export function formatCtcp(command: string, params = ""): string {
  // deno-lint-ignore no-control-regex
  if (typeof command !== "string" || !/^[^\0\x01\r\n ]+$/.test(command)) {
    throw new CommandError(
      "invalid_command",
      `Cannot send CTCP ${quote(String(command))}: that is no command`,
    );
  }
  // deno-lint-ignore no-control-regex
  if (/[\0\x01\r\n]/.test(params)) {
    throw new CommandError(
      "invalid_command",
      `Cannot send CTCP ${command}: the parameters contain 0x01, CR, LF or NUL`,
    );
  }
  return `${DELIMITER}${command.toUpperCase()}${params === "" ? "" : ` ${params}`}${DELIMITER}`;
}

/** What to answer to CTCP queries. */
export interface CtcpOptions {
  /** What to call ourselves to VERSION; an empty string: do not answer that. @default {"parley"} */
  readonly version?: string;
  /** Whether to answer TIME, with the time in UTC. @default {true} */
  readonly time?: boolean;
  /** How many queries are answered in `per`; more go without an answer. @default {3} */
  readonly limit?: number;
  /** In how many milliseconds. @default {10_000} */
  readonly per?: number;
}

/**
 * Answers CTCP queries: VERSION, PING, TIME and CLIENTINFO, to those who ask us alone, and not too many, as
 * otherwise strangers could make us flood.
 * ([Modern IRC, CTCP](https://modern.ircdocs.horse/ctcp.html))
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @example
 * ```ts
 * import { CtcpResponder, parseMessage } from "@parley/parley/irc";
 *
 * const responder = new CtcpResponder({ version: "mybot 1.0" });
 * responder.answer(parseMessage(":dan!d@h PRIVMSG bot :\x01VERSION\x01"), 0);
 * // "NOTICE dan :\x01VERSION mybot 1.0\x01"
 * ```
 */
export class CtcpResponder {
  readonly #answers: ReadonlyMap<string, (params: string, wall: number) => string>;
  readonly #log: RateLog;

  /** Takes what to answer. */
  constructor(options: CtcpOptions = {}) {
    const { version = "parley", time = true, limit = 3, per = 10_000 } = options;
    // deno-lint-ignore no-control-regex
    if (/[\0\x01\r\n]/.test(version) || version.length > 200) {
      throw new OptionError(
        "Cannot answer CTCP VERSION: the version contains 0x01, CR, LF or NUL, or has more than 200 characters",
      );
    }
    const answers = new Map<string, (params: string, wall: number) => string>();
    answers.set("PING", (params) => params);
    if (version !== "") answers.set("VERSION", () => version);
    if (time) answers.set("TIME", (_, wall) => new Date(wall).toUTCString());
    // "CLIENTINFO: a list of the CTCP messages this client supports"; ACTION needs no answer.
    const known = ["ACTION", ...answers.keys(), "CLIENTINFO"].sort().join(" ");
    answers.set("CLIENTINFO", () => known);
    this.#answers = answers;
    this.#log = new RateLog(limit, per);
  }

  /**
   * The line that answers a PRIVMSG to us alone; undefined if it is no query that we answer, or one too many. `wall`: what
   * to say that time it is, in milliseconds since 1970 began.
   */
  answer(message: IrcMessage, now: Instant, wall: number = now): string | undefined {
    const nick = message.source?.nick;
    const query = nick === undefined ? undefined : parseCtcp(message.text);
    if (nick === undefined || query === undefined) return undefined;
    const reply = this.#answers.get(query.command)?.(query.params, wall);
    if (reply === undefined || this.#log.readyAt(now) > now) return undefined;
    this.#log.add(now);
    try {
      return formatMessage({ command: "NOTICE", params: [nick, formatCtcp(query.command, reply)] });
    } catch {
      // What came may hold what we would never send.
      return undefined;
    }
  }
}
