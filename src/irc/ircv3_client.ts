import { unless } from "../unless.ts";
import { CommandError } from "../protocol/errors.ts";
import type { Instant } from "../protocol/protocol.ts";
import { quote } from "../protocol/data/quote.ts";
import { type CommandOptions, each, type OneOrMore } from "./command_client.ts";
import {
  checkHistoryLimit,
  historyOf,
  type HistoryOptions,
  type HistoryTarget,
  type HistoryTargetsOptions,
  type HistoryText,
} from "./history.ts";
import { IrcModeratingClient } from "./moderating_client.ts";
import { replyTags, type TypingState } from "./wire/texts/client_tags.ts";
import { commandOf } from "./wire/commands/command.ts";
import type { KnownCommand, ParameterValue } from "./wire/commands/command_table.ts";
import type { IrcBatchEvent } from "./wire/events/event.ts";

/** "any typing notification is not sent within 3 seconds of another one for a given target" */
const TYPING_EVERY = 3_000;

/** What became of an account that is being registered: it is there, or a code is to be given by `verify`. */
export type RegistrationStatus = "SUCCESS" | "VERIFICATION_REQUIRED";

/**
 * A client's methods for what [IRCv3](https://ircv3.net/irc/) adds to IRC. What the server must have for one is said
 * there; one that it does not have rejects at once, with a {@linkcode CommandError} that names it. What is a draft may
 * change; servers have it by the name that the draft says.
 */
export abstract class Ircv3Client extends IrcModeratingClient {
  /** The capabilities in force. */
  abstract get capabilities(): ReadonlySet<string>;

  /** When somebody was last told that we type, by target. */
  readonly #typed = new Map<string, Instant>();
  /** What asks for history, one after the other: an answer names nothing but the target. */
  #asking: Promise<unknown> = Promise.resolve();
  #asked = 0;

  /**
   * What was said in a channel, or with somebody, before we came or while we were away, in the order in which it was: the
   * latest `limit` of it, or with `after` the first. It is asked for page by page as the iteration goes on, and what a
   * page brings is told as `history` events, too; what is no text, such as a JOIN or a reaction, as `playback` only. What
   * the server says was taken back (REDACT) is left out.
   *
   * A draft (`draft/chathistory`), on ergo, and behind soju. ([IRCv3](https://ircv3.net/specs/extensions/chathistory))
   *
   * @throws {OptionError} if `limit` is no number of messages.
   * @throws {CommandError} in the iteration if the server has no history, refuses the target, or the link is lost.
   *
   * @example What was said since the last run
   * ```ts
   * import { IrcClient } from "@parley/parley/irc";
   *
   * const irc = new IrcClient({ host: "irc.ergo.chat", nick: "parley", channels: ["#chat"] });
   * irc.on("RPL_ENDOFNAMES", async ({ channel }) => {
   *   for await (const { nick, text } of irc.history(channel, { limit: 20 })) console.log(nick, text);
   * });
   * await irc.connect();
   * ```
   */
  history(target: string, options: HistoryOptions = {}): AsyncGenerator<HistoryText, void, undefined> {
    const { limit = 100, after, signal } = options;
    checkHistoryLimit(limit, after !== undefined);
    return historyOf(
      target,
      options,
      this.isupport,
      (params) => this.#chatHistory(params, "chathistory", signal, target),
    );
  }

  /**
   * In which channels and with whom something was said between two times, those first where that was the longest ago.
   *
   * @throws {OptionError} if `limit` is no number of messages.
   * @throws {CommandError} if the server has no history, or the link is lost.
   */
  historyTargets(options: HistoryTargetsOptions): Promise<readonly HistoryTarget[]> {
    const { after, before, limit = 100, signal } = options;
    checkHistoryLimit(limit, false);
    return this.#needed("historyTargets", undefined, "draft/chathistory", options, async () => {
      const times = [after, before].map((time) => `timestamp=${new Date(time).toISOString()}`);
      const params = ["TARGETS", ...times, String(Math.min(limit, this.isupport.chatHistory))];
      const { events } = await this.#chatHistory(params, "draft/chathistory-targets", signal);
      return events.flatMap((event) =>
        event.kind === "CHATHISTORY" ? { target: event.target, time: event.time } : []
      );
    });
  }

  /** Asks for messages that were said before (CHATHISTORY), which come as a batch; {@linkcode Ircv3Client.history} collects them. */
  chathistory(
    subcommand: string,
    target: string,
    selectors: OneOrMore,
    options: CommandOptions = {},
  ): Promise<void> {
    return this.#send("chathistory", "CHATHISTORY", [subcommand, target, each(selectors)], options, target);
  }

  /**
   * Takes a message back that was said to a target (REDACT), by its id.
   *
   * A draft (`draft/message-redaction`). ([IRCv3](https://ircv3.net/specs/extensions/message-redaction))
   */
  redact(target: string, id: string, reason?: string, options: CommandOptions = {}): Promise<void> {
    return this.#needed("redact", target, "draft/message-redaction", options, () => {
      return this.#perform("REDACT", [target, id, reason], options);
    });
  }

  /**
   * Tells our other clients up to when we have read what was said to a target (MARKREAD): up to a message, or a time in
   * milliseconds of Unix time.
   *
   * A draft (`draft/read-marker`), to be asked for by the option `capabilities`.
   * ([IRCv3](https://ircv3.net/specs/extensions/read-marker))
   */
  markRead(
    target: string,
    read: Instant | { readonly time?: Instant | undefined },
    options: CommandOptions = {},
  ): Promise<void> {
    return this.#needed("markRead", target, "draft/read-marker", options, () => {
      const time = typeof read === "number" ? read : read.time;
      if (time === undefined || !Number.isFinite(time)) {
        throw new CommandError("invalid_command", "Cannot send MARKREAD: the message has no time");
      }
      return this.#perform("MARKREAD", [target, `timestamp=${new Date(time).toISOString()}`], options);
    });
  }

  /**
   * Asks up to when we have read what was said to a target, on any of our clients, in milliseconds of Unix time;
   * undefined: that is not known. Of channels it is told by a `MARKREAD` event when we join.
   */
  readMarker(target: string, options: CommandOptions = {}): Promise<Instant | undefined> {
    return this.#needed("readMarker", target, "draft/read-marker", options, async () => {
      let time: Instant | undefined;
      const undo = this.on("MARKREAD", (event) => {
        if (this.isupport.isSame(event.target, target)) time = event.time;
      });
      try {
        await this.#perform("MARKREAD", [target], options);
      } finally {
        undo();
      }
      return time;
    });
  }

  /**
   * Tells a channel or a nick that we are writing a text to it (`+typing`): to be called again and again while we do, and
   * sent once in 3 s at most. ([IRCv3](https://ircv3.net/specs/client-tags/typing))
   */
  typing(target: string, state: TypingState = "active", options: CommandOptions = {}): Promise<void> {
    return this.#needed("typing", target, "message-tags", options, async () => {
      const now = this.host.clock.now();
      const folded = this.isupport.fold(target);
      for (const [one, at] of this.#typed) if (at + TYPING_EVERY <= now) this.#typed.delete(one);
      this.#checkPassed("+typing");
      if (this.#typed.has(folded)) return;
      this.#typed.set(folded, now);
      await this.#perform("TAGMSG", [target], { ...options, tags: { ...options.tags, "+typing": state } });
    });
  }

  /**
   * Reacts to a message, by its id: with an emoji, or any text.
   *
   * A draft (`+draft/react`). ([IRCv3](https://ircv3.net/specs/client-tags/react))
   */
  react(target: string, id: string, reaction: string, options: CommandOptions = {}): Promise<void> {
    return this.#react("react", target, id, reaction, options);
  }

  /** Takes a reaction back (`+draft/unreact`). */
  unreact(target: string, id: string, reaction: string, options: CommandOptions = {}): Promise<void> {
    return this.#react("unreact", target, id, reaction, options);
  }

  /**
   * Gives a channel another name (RENAME); for its operators.
   *
   * A draft (`draft/channel-rename`). ([IRCv3](https://ircv3.net/specs/extensions/channel-rename))
   */
  rename(channel: string, name: string, reason?: string, options: CommandOptions = {}): Promise<void> {
    return this.#send("rename", "RENAME", [channel, name, reason], options, channel);
  }

  /**
   * Registers an account (REGISTER); `account`: `*` for one that is called as we are, `email`: `*` for none. Resolves to
   * what became of it. The password is recorded nowhere.
   *
   * A draft (`draft/account-registration`). ([IRCv3](https://ircv3.net/specs/extensions/account-registration))
   */
  register(
    account: string,
    email: string,
    password: string,
    options: CommandOptions = {},
  ): Promise<RegistrationStatus> {
    return this.#needed("register", undefined, "draft/account-registration", options, async () => {
      let status: RegistrationStatus = "SUCCESS";
      const undo = this.on("REGISTER", (event) => {
        if (event.status === "VERIFICATION_REQUIRED") status = event.status;
      });
      try {
        await this.#perform("REGISTER", [account, email, password], options);
      } finally {
        undo();
      }
      return status;
    });
  }

  /** Gives the code that registering an account has asked for (VERIFY). The code is recorded nowhere. */
  verify(account: string, code: string, options: CommandOptions = {}): Promise<void> {
    return this.#needed("verify", undefined, "draft/account-registration", options, () => {
      return this.#perform("VERIFY", [account, code], options);
    });
  }

  /** Asks again what the server supports (ISUPPORT), which it tells as when we came. ([IRCv3](https://ircv3.net/specs/extensions/extended-isupport), a draft) */
  askIsupport(options: CommandOptions = {}): Promise<void> {
    return this.#send("askIsupport", "ISUPPORT", [], options);
  }

  #react(
    kind: "react" | "unreact",
    target: string,
    id: string,
    reaction: string,
    options: CommandOptions,
  ): Promise<void> {
    return this.#needed(kind, target, "message-tags", options, () => {
      const tag = `+draft/${kind}`;
      this.#checkPassed(tag);
      const tags = { ...options.tags, ...replyTags(id, this.isupport), [tag]: reaction };
      return this.#perform("TAGMSG", [target], { ...options, tags });
    });
  }

  /** A page of history: one is asked for once the last is there. */
  #chatHistory(
    params: readonly string[],
    type: string,
    signal: AbortSignal | undefined,
    target?: string,
  ): Promise<IrcBatchEvent> {
    const asking = this.#asking.then(() => this.#askHistory(params, type, signal, target));
    // Whoever gives up goes; what was sent is answered all the same, and nobody else is asked before that.
    this.#asking = asking.catch(() => {});
    return unless(signal, asking);
  }

  async #askHistory(
    [subcommand = "", about = "", ...selectors]: readonly string[],
    type: string,
    signal: AbortSignal | undefined,
    target: string | undefined,
  ): Promise<IrcBatchEvent> {
    for (const needed of ["draft/chathistory", "batch"]) this.#checkHas("CHATHISTORY", needed);
    // Who is told more than was asked for, as by a bouncer, knows by the label what is the answer.
    const labels = ["labeled-response", "message-tags"].every((name) => this.capabilities.has(name));
    const label = labels ? `parley-h${++this.#asked}` : undefined;
    const options = { signal, ...(label !== undefined && { tags: { label } }) };
    let answer: IrcBatchEvent | undefined;
    const undo = this.on("batch", (batch) => {
      if (label !== undefined && batch.label !== label) return;
      // "The batch type MUST be one of: An existing type applicable to the entire response; labeled-response."
      answer ??= [batch, ...batch.events].find((event): event is IrcBatchEvent => {
        if (event.kind !== "batch" || event.type !== type) return false;
        return target === undefined || this.isupport.isSame(event.args[0] ?? "", target);
      });
    });
    try {
      await this.#perform("CHATHISTORY", [subcommand, about, selectors], options);
    } finally {
      undo();
    }
    if (answer !== undefined) return answer;
    throw new CommandError("unconfirmed", `The server answers CHATHISTORY by no batch ${quote(type)}`);
  }

  #send(
    method: string,
    command: KnownCommand,
    values: readonly ParameterValue[],
    options: CommandOptions,
    target?: string,
  ): Promise<void> {
    return this.commanded({ command: method, target, signal: options.signal }, () => {
      return this.#perform(command, values, options);
    });
  }

  /** Does something that the server must have a capability for. */
  #needed<Result>(
    method: string,
    target: string | undefined,
    capability: string,
    options: Pick<CommandOptions, "signal">,
    act: () => Promise<Result>,
  ): Promise<Result> {
    return this.commanded({ command: method, target, signal: options.signal }, async () => {
      this.#checkHas(method, capability);
      return await act();
    });
  }

  #perform(command: KnownCommand, values: readonly ParameterValue[], options: CommandOptions): Promise<void> {
    return this.perform(commandOf(command, values, options, this.isupport.lineLen), options);
  }

  #checkHas(what: string, capability: string): void {
    if (this.capabilities.has(capability)) return;
    const why = `the capability ${quote(capability)} is not in force`;
    throw new CommandError("invalid_command", `Cannot send ${what}: ${why}`);
  }

  #checkPassed(tag: string): void {
    if (this.isupport.passesTag(tag)) return;
    throw new CommandError(
      "invalid_command",
      `Cannot send the tag ${quote(tag)}: the server passes it on to nobody`,
    );
  }
}
