import { CommandError } from "../protocol/errors.ts";
import { quote } from "../protocol/data/quote.ts";
import { IrcAskingClient } from "./asking_client.ts";
import { type CommandOptions, each, type OneOrMore } from "./command_client.ts";
import type { IrcUsers } from "./wire/events/presence.ts";

/**
 * A client's methods for those who may set modes of a channel. Each goes as as many lines as the server's MODES demands,
 * and rejects before anything is sent if the server does not have the mode (PREFIX, CHANMODES).
 */
export abstract class IrcModeratingClient extends IrcAskingClient {
  /** Those whom we know. */
  abstract get users(): IrcUsers;

  /** Makes nicks operators of a channel. */
  op(channel: string, nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#status(channel, "+o", nicks, options);
  }

  /** Takes that from them. */
  deop(channel: string, nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#status(channel, "-o", nicks, options);
  }

  /** Lets nicks speak where a channel is moderated. */
  voice(channel: string, nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#status(channel, "+v", nicks, options);
  }

  /** Takes that from them. */
  devoice(channel: string, nicks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#status(channel, "-v", nicks, options);
  }

  /**
   * Bans masks from a channel; whoever is there stays. Of a nick its host, if that is known (`state`), else the nick.
   *
   * @example
   * ```ts
   * import { IrcClient } from "@parley/parley/irc";
   *
   * const irc = new IrcClient({ host: "irc.libera.chat", nick: "parley", channels: ["#deno"], state: "names" });
   * irc.on("PRIVMSG", async (event) => {
   *   if (event.text === "!ban spammer" && event.member?.isAtLeast("o")) await irc.ban("#deno", "spammer");
   * });
   * ```
   */
  ban(channel: string, masks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#listed(channel, "+b", masks, options);
  }

  /** Takes bans from a channel. */
  unban(channel: string, masks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#listed(channel, "-b", masks, options);
  }

  /** Bans somebody, as by {@linkcode IrcModeratingClient.ban}, and throws them out. */
  kickban(channel: string, nick: string, reason?: string, options: CommandOptions = {}): Promise<void> {
    return this.commanded({ command: "kickban", target: channel, signal: options.signal }, async () => {
      await Promise.all([this.ban(channel, nick, options), this.kick(channel, nick, reason, options)]);
    });
  }

  /** Lets masks speak in a channel no more, by a mode of its own (`+q`) or by a kind of ban, as the server has it. */
  quiet(channel: string, masks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#quieted(channel, "+", masks, options);
  }

  /** Lets them speak again. */
  unquiet(channel: string, masks: OneOrMore, options: CommandOptions = {}): Promise<void> {
    return this.#quieted(channel, "-", masks, options);
  }

  #status(channel: string, change: "+o" | "-o" | "+v" | "-v", nicks: OneOrMore, options: CommandOptions) {
    return this.#change(channel, change, named(nicks), options, () => {
      const letter = change.charAt(1);
      return this.isupport.prefix.some(({ mode }) => mode === letter);
    });
  }

  #listed(channel: string, change: "+b" | "-b", masks: OneOrMore, options: CommandOptions): Promise<void> {
    const list = named(masks).map((mask) => this.#maskOf(mask));
    return this.#change(channel, change, list, options, () => this.isupport.chanModes.list.includes("b"));
  }

  #quieted(channel: string, sign: "+" | "-", masks: OneOrMore, options: CommandOptions): Promise<void> {
    const list = named(masks).map((mask) => this.#maskOf(mask));
    const { chanModes, prefix } = this.isupport;
    const hasMode = chanModes.list.includes("q") && !prefix.some(({ mode }) => mode === "q");
    if (hasMode) return this.#change(channel, `${sign}q`, list, options, () => true);
    // "EXTBAN=~,qnj": what stands before the letter, and the letters; m mutes on InspIRCd and ergo, q on UnrealIRCd.
    const [before = "", letters = ""] = (this.isupport.get("EXTBAN") ?? ",").split(",");
    const letter = ["m", "q"].find((letter) => letters.includes(letter));
    const quiets = list.map((mask) => `${before}${letter}:${mask}`);
    return this.#change(channel, `${sign}b`, quiets, options, () => letter !== undefined);
  }

  #change(
    channel: string,
    change: string,
    args: readonly string[],
    options: CommandOptions,
    isThere: () => boolean,
  ): Promise<void> {
    if (args.length > 0 && isThere()) {
      return this.mode(channel, change.charAt(0) + change.charAt(1).repeat(args.length), args, options);
    }
    const why = args.length === 0 ? "nobody is named" : "the server has no such mode";
    return this.commanded({ command: "mode", target: channel, signal: options.signal }, () => {
      throw new CommandError("invalid_command", `Cannot set ${change} in ${quote(channel)}: ${why}`);
    });
  }

  /** What is banned of a nick; what is a mask already, or a kind of ban of the server's, stays as it is. */
  #maskOf(mask: string): string {
    // What is no string is refused where it is put into a line.
    if (typeof mask !== "string" || /[!@:*?]/.test(mask) || mask.startsWith("$")) return mask;
    const host = this.users.get(mask)?.host;
    return host === undefined ? `${mask}!*@*` : `*!*@${host}`;
  }
}

/** Who is named: nobody, where that is no list. */
function named(values: OneOrMore): readonly string[] {
  const list = each(values);
  return Array.isArray(list) ? list : [];
}
