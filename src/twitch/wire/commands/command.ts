import { CommandError } from "../../../protocol/errors.ts";
import { quote } from "../../../protocol/data/quote.ts";
import { LONGEST_TEXT, splitByCodePoints } from "../texts/split_by_code_points.ts";

/** What a user can want of a Twitch session. */
export type TwitchCommand =
  | { readonly kind: "join"; readonly channel: string }
  | { readonly kind: "part"; readonly channel: string }
  | TwitchSayCommand
  /** Settles with the milliseconds until the answer. */
  | { readonly kind: "ping" };

/** Says a text; one that is too long becomes several messages, each in its turn. */
export interface TwitchSayCommand {
  readonly kind: "say";
  readonly channel: string;
  readonly text: string;
  /** Whether it is said with `/me`. */
  readonly action?: boolean | undefined;
  /** The id of the message this answers. */
  readonly replyTo?: string | undefined;
  /** A mark of our own that Twitch gives back, in letters, digits and `-`. */
  readonly nonce?: string | undefined;
}

const ME = "/me ";
// "/me " is no part of what others see, but the frame that it becomes is.
const LONGEST_ACTION = LONGEST_TEXT - "\u0001ACTION \u0001".length;
// A chat command without a name: Twitch says what follows, whatever that begins with.
const LITERALLY = ". ";
const COMMAND = /^\s*[/.]/;

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
  if (typeof name !== "string" || !/^#?[A-Za-z0-9_]{1,25}$/.test(name)) {
    throw invalid(
      `Cannot use channel ${quote(String(name))}: a name is 1 to 25 letters, digits or underscores`,
    );
  }
  const login = name.startsWith("#") ? name.slice(1) : name;
  return `#${login.toLowerCase()}`;
}

/** The line that joins a channel, or leaves it; the name as {@linkcode channelName} gives it. */
export function membershipLine(command: "JOIN" | "PART", channel: string): string {
  return `${command} ${channel}`;
}

/**
 * The texts that a say becomes, in their order, each as it is sent. What begins with `/` or `.`, the whole text or a
 * part of it, would be a chat command to Twitch: it is sent so that it is said as it is.
 *
 * @throws {CommandError} if it cannot be sent: a channel's name that is none, CR, LF or NUL, a text that is
 * blank, an id or nonce that is none.
 */
export function sayTexts(command: TwitchSayCommand): string[] {
  const { channel, text, replyTo, nonce } = command;
  // Twitch drops a text of nothing but spaces in silence.
  if (text.trim() === "") throw invalid(`Cannot say to ${quote(channel)}: the text is blank`);
  if (/[\0\r\n]/.test(text)) throw invalid(`Cannot say to ${quote(channel)}: the text has CR, LF or NUL`);
  if (replyTo !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(replyTo)) {
    throw invalid(`Cannot reply in ${quote(channel)}: ${quote(replyTo)} is not the id of a message`);
  }
  if (nonce !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(nonce)) {
    throw invalid(
      `Cannot say to ${quote(channel)}: nonce ${quote(nonce)} is not 1 to 64 letters, digits or "-"`,
    );
  }
  if (command.action === true) return splitByCodePoints(text, LONGEST_ACTION).map((part) => ME + part);
  const parts = splitByCodePoints(text);
  if (!parts.some((part) => COMMAND.test(part))) return parts;
  return splitByCodePoints(text, LONGEST_TEXT - LITERALLY.length)
    .map((part) => COMMAND.test(part) ? LITERALLY + part : part);
}

/** How Twitch tells others of a text that was sent as {@linkcode sayTexts} says. */
export function toldText(sent: string): string {
  if (sent.startsWith(ME)) return `\u0001ACTION ${sent.slice(ME.length)}\u0001`;
  return sent.startsWith(LITERALLY) ? sent.slice(LITERALLY.length) : sent;
}

/** The line that says one text of {@linkcode sayTexts}, which has checked all that stands in it. */
export function sayLine(
  channel: string,
  text: string,
  { nonce, replyTo }: Pick<TwitchSayCommand, "nonce" | "replyTo"> = {},
): string {
  const tags = [
    ...(nonce === undefined ? [] : [`client-nonce=${nonce}`]),
    ...(replyTo === undefined ? [] : [`reply-parent-msg-id=${replyTo}`]),
  ];
  const written = tags.length === 0 ? "" : `@${tags.join(";")} `;
  return `${written}PRIVMSG ${channel} ${/^:| /.test(text) ? ":" : ""}${text}`;
}

function invalid(message: string): CommandError {
  return new CommandError("invalid_command", message);
}
