import type { IrcCommand } from "./wire/commands/command.ts";
import type { SayOptions } from "./wire/events/event.ts";
import type { CommandOptions } from "./command_client.ts";
import { replyTags } from "./wire/texts/client_tags.ts";
import { checkText, fail } from "./wire/commands/command_table.ts";
import type { Isupport } from "./wire/support/isupport.ts";
import { linesOf, multilineBatches, type MultilineLimits } from "./wire/texts/multiline.ts";
import { isService } from "./wire/commands/secrecy.ts";
import { splitByBytes } from "./wire/texts/split_by_bytes.ts";

/** How something is said, and what takes it back. */
export interface TextOptions extends CommandOptions, SayOptions {}

/** What a text is said by, and what it is put into. */
export interface TextKind {
  readonly command: "PRIVMSG" | "NOTICE";
  /** Frames each piece, as an ACTION is; undefined: by nothing. */
  readonly frame?: (piece: string) => string;
}

/** What is agreed on with the server. */
export interface TextContext {
  readonly isupport: Isupport;
  readonly capabilities: ReadonlySet<string>;
  /** How many bytes a text may have in a line. */
  readonly room: number;
  /** How long a text of several lines may be; undefined: there are none. */
  readonly multiline: MultilineLimits | undefined;
  /** What another batch is called. */
  readonly nextReference: () => string;
}

/**
 * The commands that say a text: as many lines as it takes.
 *
 * @throws {CommandError} if the text cannot be sent.
 */
export function textCommands(
  { command, frame }: TextKind,
  target: string,
  text: string,
  options: TextOptions,
  context: TextContext,
): readonly IrcCommand[] {
  const { lines = false, replyTo, secret } = options;
  if (typeof text !== "string") fail(command, `the text is a ${typeof text}; give a string`);
  if (!lines && /[\r\n]/.test(text)) fail(command, "the text has several lines, which { lines: true } sends");
  checkText(command, "text", text.replaceAll(/[\r\n]/g, ""));
  const takesTags = replyTo !== undefined && context.capabilities.has("message-tags");
  const reply = takesTags ? replyTags(replyTo, context.isupport) : {};
  const all = { ...reply, ...options.tags };
  const tags = Object.keys(all).length === 0 ? undefined : all;
  const isOne = context.multiline !== undefined && frame === undefined && !isService(target);
  if (lines && isOne && linesOf(text).length > 1) {
    const batches = multilineBatches(text, context.room, context.multiline);
    if (batches.length === 0) fail(command, "the text has blank lines only");
    return batches.map((lines, index): IrcCommand => {
      // "all client-only tags associated with the message must be sent attached to the initial BATCH command"
      const shared = { target, tags: index === 0 ? tags : options.tags, secret };
      const [only] = lines;
      if (only !== undefined && lines.length === 1) return { kind: command, text: only.text, ...shared };
      return { kind: "multiline", command, reference: context.nextReference(), lines, ...shared };
    });
  }
  const room = context.room - (frame === undefined ? 0 : frame("x").length - 1);
  const pieces = linesOf(text).flatMap((line) => splitByBytes(line, room));
  if (pieces.length === 0) fail(command, "the text has blank lines only");
  return pieces.map((piece, index) => ({
    kind: command,
    target,
    text: frame?.(piece) ?? piece,
    tags: index === 0 ? tags : options.tags,
    secret,
  }));
}
