import {
  checkName,
  checkText,
  fail,
  isSecretCommand,
  type KnownCommand,
  type ParameterValue,
  writeParameters,
} from "./command_table.ts";
import { formatMessage, parseMessage } from "../messages/message.ts";
import type { TextLine } from "../texts/multiline.ts";

export { checkName };

/** Tags that a command may have. */
export interface CommandTags {
  /** Tags to send along, with unescaped values; the server must take them (`message-tags`). @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What any command may have beside its parameters. */
export interface CommandExtras extends CommandTags {
  /** Whether what is sent must not be recorded, such as a password said to a service. @default {false} */
  readonly secret?: boolean | undefined;
}

/** What a user can want of an IRC session. */
export type IrcCommand =
  /** `more`: another JOIN follows at once, to go in one line with this one. */
  | CommandTags & {
    readonly kind: "JOIN";
    readonly channel: string;
    readonly key?: string | undefined;
    readonly more?: boolean | undefined;
  }
  | CommandTags & { readonly kind: "PART"; readonly channel: string; readonly reason?: string | undefined }
  | CommandExtras & { readonly kind: "PRIVMSG" | "NOTICE"; readonly target: string; readonly text: string }
  /** A text of several lines, as one; the tags are those of the text, and `reference` is of letters, digits and hyphens. */
  | CommandExtras & {
    readonly kind: "multiline";
    readonly command: "PRIVMSG" | "NOTICE";
    readonly reference: string;
    readonly target: string;
    readonly lines: readonly TextLine[];
  }
  | CommandTags & { readonly kind: "NICK"; readonly nick: string }
  /** Ends the session; settles when the server has answered. */
  | { readonly kind: "QUIT"; readonly reason?: string | undefined }
  /** Any other command, with its parameters. `asks`: what answers it is wanted, as the messages it is done with. */
  | CommandExtras & {
    readonly kind: "send";
    readonly command: string;
    readonly params: readonly string[];
    readonly asks?: true;
  }
  /** A whole line, without its line ending. */
  | { readonly kind: "raw"; readonly line: string; readonly secret?: boolean | undefined };

/** "a maximum of 512 bytes", of which two are CR and LF (RFC 1459 section 2.3). */
export const LONGEST_MESSAGE = 510;
const CRLF = 2;
/** "4096 bytes for data sent by clients", with the `@` and the space (IRCv3 message-tags). */
const LONGEST_TAGS = 4_096;
/** "400 bytes" of AUTHENTICATE's parameter (IRCv3 sasl-3.1). */
const LONGEST_AUTHENTICATE = 400;

const encoder = new TextEncoder();

/**
 * The line for a command, without its line ending; of a text of several lines all of them, with CR LF between.
 *
 * @param lineLen How long the line may be with its ending and without its tags, in bytes, as the server has told by
 * LINELEN. @default {512}
 * @throws {CommandError} if it cannot be sent: a name that is none, CR, LF or NUL anywhere, more than 510
 * bytes beside the tags, or 4096 of tags.
 *
 * @example
 * ```ts
 * import { formatCommand } from "@parley/parley/irc";
 *
 * formatCommand({ kind: "PRIVMSG", target: "#deno", text: "hello there" }); // "PRIVMSG #deno :hello there"
 * ```
 */
export function formatCommand(command: IrcCommand, lineLen: number = LONGEST_MESSAGE + CRLF): string {
  const longest = lineLen - CRLF;
  switch (command.kind) {
    case "JOIN":
      return formatKnown("JOIN", [command.channel, command.key], command, longest);
    case "PART":
      return formatKnown("PART", [command.channel, command.reason], command, longest);
    case "PRIVMSG":
    case "NOTICE":
      return formatKnown(command.kind, [command.target, command.text], command, longest);
    case "multiline":
      return formatMultiline(command, longest).join("\r\n");
    case "NICK":
      return formatKnown("NICK", [command.nick], command, longest);
    case "QUIT":
      return formatKnown("QUIT", [command.reason], {}, longest);
    case "send":
      return formatLine(command.command, command.params, command, longest);
    case "raw":
      return checkRaw(command.line, longest);
  }
}

/** "Clients MUST NOT send tags other than draft/multiline-concat and batch on messages within the batch." */
function formatMultiline(
  { command, reference, target, lines, tags }: IrcCommand & { readonly kind: "multiline" },
  longest: number,
): readonly string[] {
  return [
    formatKnown("BATCH", [`+${reference}`, "draft/multiline", target], { tags }, longest),
    ...lines.map(({ text, concat }) => {
      const within = { batch: reference, ...(concat && { "draft/multiline-concat": "" }) };
      checkText(command, "text", text);
      return formatLine(command, [target, text], { tags: within }, longest);
    }),
    formatKnown("BATCH", [`-${reference}`], {}, longest),
  ];
}

/** The line for a command whose parameters are known, from what is given for each. */
function formatKnown(
  command: KnownCommand,
  values: readonly ParameterValue[],
  extras: CommandExtras,
  longest: number,
): string {
  return formatLine(command, writeParameters(command, values), extras, longest);
}

/**
 * What is to be sent for a command whose parameters are known: each is checked by what it is.
 *
 * @param lineLen As for {@linkcode formatCommand}.
 * @throws {CommandError} that names the first parameter that cannot stand where it is to stand.
 *
 * @example
 * ```ts
 * import { commandOf, formatCommand } from "@parley/parley/irc";
 *
 * formatCommand(commandOf("KICK", ["#deno", ["dan", "eve"], "too loud"])); // "KICK #deno dan,eve :too loud"
 * ```
 */
export function commandOf(
  command: KnownCommand,
  values: readonly ParameterValue[],
  { tags, secret }: CommandExtras = {},
  lineLen?: number,
): IrcCommand {
  const params = writeParameters(command, values);
  const [channels = "", second = ""] = params;
  if (command === "JOIN" && count(second) > count(channels)) {
    fail(command, "there are more keys than channels");
  }
  if (command === "KICK" && count(channels) !== 1 && count(channels) !== count(second)) {
    fail(command, "there must be one channel, or as many as nicks");
  }
  const sent = { kind: "send", command, params, tags, secret: secret || isSecretCommand(command) } as const;
  formatCommand(sent, lineLen);
  return sent;
}

/** Why a command cannot be sent, such as one that names what the server has named; undefined: it can be. */
export function whyUnsendable(command: IrcCommand): string | undefined {
  try {
    formatCommand(command);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function count(list: string): number {
  return list === "" ? 0 : list.split(",").length;
}

function formatLine(
  command: string,
  params: readonly string[],
  { tags }: CommandExtras,
  longest: number,
): string {
  const text = formatMessage({ command, params });
  checkLength(command, text, longest);
  if (command.toUpperCase() === "AUTHENTICATE" && encoder.encode(params[0]).length > LONGEST_AUTHENTICATE) {
    fail(command, `the data takes more than ${LONGEST_AUTHENTICATE} bytes`);
  }
  if (tags === undefined) return text;
  const tagged = formatMessage({ command, params, tags });
  checkTags(command, tagged.slice(0, tagged.length - text.length));
  return tagged;
}

function checkRaw(line: string, longest: number): string {
  if (/[\0\r\n]/.test(line)) fail("a raw line", "it contains CR, LF or NUL");
  let command: string;
  try {
    ({ command } = parseMessage(line));
  } catch {
    fail("a raw line", "it has no command");
  }
  const tagsEnd = line.startsWith("@") ? line.indexOf(" ") + 1 : 0;
  checkTags(command, line.slice(0, tagsEnd));
  checkLength(command, line.slice(tagsEnd), longest);
  return line;
}

/** Throws where a line without its tags is longer than a server takes. */
export function checkLength(command: string, text: string, longest: number = LONGEST_MESSAGE): void {
  const { length } = encoder.encode(text);
  if (length > longest) fail(command, `the line takes ${length} bytes of at most ${longest}`);
}

/** Whether a server takes as many tags, given with the `@` and the space. */
export function fitsTags(tags: string): boolean {
  return encoder.encode(tags).length <= LONGEST_TAGS;
}

function checkTags(command: string, tags: string): void {
  if (fitsTags(tags)) return;
  const { length } = encoder.encode(tags);
  fail(command, `the tags take ${length} bytes of at most ${LONGEST_TAGS}`);
}
