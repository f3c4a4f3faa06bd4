import { CommandError } from "../protocol/errors.ts";
import { formatMessage } from "./message.ts";

/** What a user can want of an IRC session. */
export type IrcCommand =
  | { readonly kind: "JOIN"; readonly channel: string; readonly key?: string | undefined }
  | { readonly kind: "PART"; readonly channel: string; readonly reason?: string | undefined }
  | { readonly kind: "PRIVMSG" | "NOTICE"; readonly target: string; readonly text: string }
  | { readonly kind: "NICK"; readonly nick: string }
  /** Ends the session; settles when the server has answered. */
  | { readonly kind: "QUIT"; readonly reason?: string | undefined }
  /** Any other command, with its parameters. */
  | { readonly kind: "send"; readonly command: string; readonly params: readonly string[] };

/** "a maximum of 512 bytes", of which two are CR and LF (RFC 1459 section 2.3). */
export const LONGEST_MESSAGE = 510;

const encoder = new TextEncoder();

/**
 * The line for a command, without its line ending.
 *
 * @throws {CommandError} if it cannot be sent: a name that is none, CR, LF or NUL anywhere, more than 510
 * bytes.
 *
 * @example
 * ```ts
 * import { formatCommand } from "@parley/parley/irc";
 *
 * formatCommand({ kind: "PRIVMSG", target: "#deno", text: "hello there" }); // "PRIVMSG #deno :hello there"
 * ```
 */
export function formatCommand(command: IrcCommand): string {
  switch (command.kind) {
    case "JOIN":
      checkName("JOIN", "channel", command.channel);
      if (command.key !== undefined) checkName("JOIN", "key", command.key);
      return line("JOIN", [command.channel, ...(command.key === undefined ? [] : [command.key])]);
    case "PART":
      checkName("PART", "channel", command.channel);
      return line("PART", [command.channel, ...(command.reason === undefined ? [] : [command.reason])]);
    case "PRIVMSG":
    case "NOTICE":
      checkName(command.kind, "target", command.target);
      if (command.text === "") fail(command.kind, "the text is empty");
      return line(command.kind, [command.target, command.text]);
    case "NICK":
      checkName("NICK", "nick", command.nick);
      return line("NICK", [command.nick]);
    case "QUIT":
      return line("QUIT", command.reason === undefined ? [] : [command.reason]);
    case "send":
      return line(command.command, command.params);
  }
}

/** Checks a nick, a channel's name, or a key: what stands alone in a parameter and in lists. */
export function checkName(command: string, what: string, name: string): void {
  if (name === "") fail(command, `the ${what} is empty`);
  if (/[\0-\x20,\x7f]/.test(name)) {
    fail(command, `the ${what} ${JSON.stringify(name)} contains a space, a comma or a control character`);
  }
  if (name.startsWith(":")) fail(command, `the ${what} ${JSON.stringify(name)} begins with a colon`);
}

function line(command: string, params: readonly string[]): string {
  const text = formatMessage({ command, params });
  const { length } = encoder.encode(text);
  if (length > LONGEST_MESSAGE) fail(command, `the line takes ${length} bytes of at most ${LONGEST_MESSAGE}`);
  return text;
}

function fail(command: string, why: string): never {
  throw new CommandError("invalid_command", `Cannot send ${command}: ${why}`);
}
