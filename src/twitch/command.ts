import { formatMessage } from "../irc/message.ts";
import { CommandError } from "../protocol/errors.ts";

/** What a user can want of a Twitch session. */
export type TwitchCommand =
  | { readonly kind: "join"; readonly channel: string }
  | { readonly kind: "part"; readonly channel: string }
  /** `replyTo` is the id of the message this answers. */
  | {
    readonly kind: "say";
    readonly channel: string;
    readonly text: string;
    readonly replyTo?: string | undefined;
  };

/** How long a text may be, in code points. ([Twitch IRC](https://dev.twitch.tv/docs/chat/irc/)) */
export const LONGEST_TEXT = 500;

/**
 * The name of a channel as Twitch writes it: a `#` and the login of its account in lower case.
 *
 * @throws {CommandError} if it cannot be one.
 *
 * @example
 * ```ts
 * import { channelName } from "@parley/parley/twitch";
 *
 * channelName("Dallas"); // "#dallas"
 * ```
 */
export function channelName(name: string): string {
  if (!/^#?[A-Za-z0-9_]{1,25}$/.test(name)) {
    throw invalid(`Cannot use channel ${quote(name)}: a name is 1 to 25 letters, digits or underscores`);
  }
  const login = name.startsWith("#") ? name.slice(1) : name;
  return `#${login.toLowerCase()}`;
}

/**
 * The line for a command, without its line ending. A text that begins with `/` or `.` is a chat command to
 * Twitch, of which it knows `/me` here: relay no such text of strangers.
 *
 * @throws {CommandError} if it cannot be sent: a channel's name that is none, CR, LF or NUL anywhere, a text
 * that is blank or longer than 500 code points.
 *
 * @example
 * ```ts
 * import { formatTwitchCommand } from "@parley/parley/twitch";
 *
 * formatTwitchCommand({ kind: "say", channel: "#dallas", text: "hello" }); // "PRIVMSG #dallas hello"
 * ```
 */
export function formatTwitchCommand(command: TwitchCommand): string {
  const channel = channelName(command.channel);
  switch (command.kind) {
    case "join":
      return formatMessage({ command: "JOIN", params: [channel] });
    case "part":
      return formatMessage({ command: "PART", params: [channel] });
    case "say": {
      const { text, replyTo } = command;
      // Twitch drops a text of nothing but spaces in silence.
      if (text.trim() === "") throw invalid(`Cannot say to ${quote(channel)}: the text is blank`);
      const length = [...text].length;
      if (length > LONGEST_TEXT) {
        throw invalid(
          `Cannot say to ${quote(channel)}: the text has ${length} characters of at most ${LONGEST_TEXT}`,
        );
      }
      if (replyTo !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(replyTo)) {
        throw invalid(`Cannot reply in ${quote(channel)}: ${quote(replyTo)} is not the id of a message`);
      }
      return formatMessage({
        ...(replyTo !== undefined && { tags: { "reply-parent-msg-id": replyTo } }),
        command: "PRIVMSG",
        params: [channel, text],
      });
    }
  }
}

function invalid(message: string): CommandError {
  return new CommandError("invalid_command", message);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
