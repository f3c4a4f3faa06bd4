import { CommandError } from "../../protocol/errors.ts";

/** What of a message is checked before it is sent; every body that carries a message has these. */
export interface MessageParts {
  /** At most 2000 characters, counted as Unicode code points, as Discord counts them. */
  readonly content?: string | null | undefined;
  /** At most 10. */
  readonly embeds?: readonly unknown[] | null | undefined;
  /** What makes a message even without content. */
  readonly components?: readonly unknown[] | null | undefined;
  /** What makes a message even without content. */
  readonly sticker_ids?: readonly unknown[] | null | undefined;
  /** What makes a message even without content. */
  readonly attachments?: readonly unknown[] | null | undefined;
  /** What makes a message even without content. */
  readonly poll?: unknown;
  /** What makes a message even without content. */
  readonly shared_client_theme?: unknown;
  /** A forward (type 1) needs nothing else. */
  readonly message_reference?: { readonly type?: number | undefined } | null | undefined;
  /** At most 25 characters. */
  readonly nonce?: number | string | undefined;
  /** A bit field; 32768 (`IS_COMPONENTS_V2`) allows components only. */
  readonly flags?: number | null | undefined;
}

/** What the message is checked as. */
export interface MessageUse {
  /** It changes a message, so that nothing of it is required. @default {false} */
  readonly isEdit?: boolean;
  /** How many files come with it, which make a message even without content. @default {0} */
  readonly files?: number | undefined;
}

const LONGEST_CONTENT = 2000;
const MOST_EMBEDS = 10;
const LONGEST_NONCE = 25;
const FORWARD = 1;
const IS_COMPONENTS_V2 = 1 << 15;

/**
 * Checks a message against Discord's limits, so that what Discord would refuse is never sent.
 *
 * Source: Discord, "Message", Create Message.
 *
 * @throws {CommandError} `invalid_command` if it is empty, too long, or mixes what excludes each other.
 */
export function checkMessage(action: string, message: MessageParts, use: MessageUse = {}): void {
  const refuse = (why: string): never => {
    throw new CommandError("invalid_command", `Cannot ${action}: ${why}`);
  };
  if (typeof message !== "object" || message === null) refuse("the message is not an object");
  const { content, embeds, flags, nonce } = message;
  if (content !== undefined && content !== null) {
    if (typeof content !== "string") refuse(`its content is a ${typeof content}; pass a string`);
    if (isLonger(content, LONGEST_CONTENT)) {
      refuse(`its content is longer than ${LONGEST_CONTENT} characters; split it, or shorten it`);
    }
  }
  if (embeds && embeds.length > MOST_EMBEDS) {
    refuse(`it has "${embeds.length}" embeds; Discord takes at most ${MOST_EMBEDS}`);
  }
  if (nonce !== undefined && isLonger(String(nonce), LONGEST_NONCE)) {
    refuse(`its nonce is longer than ${LONGEST_NONCE} characters`);
  }
  if (((flags ?? 0) & IS_COMPONENTS_V2) !== 0) {
    if (
      content || embeds?.length || message.sticker_ids?.length || message.poll || message.shared_client_theme
    ) {
      refuse("with the flag IS_COMPONENTS_V2 it can hold components only; put the text into a component");
    }
  }
  if (use.isEdit || use.files) return;
  if (isEmpty(message)) refuse("it is empty; give it content, embeds, components, stickers, a poll or files");
}

function isEmpty(message: MessageParts): boolean {
  const { content, embeds, components, sticker_ids, attachments, poll, shared_client_theme } = message;
  // Discord trims the content before it looks whether anything is left.
  if (content && content.trim() !== "") return false;
  if (embeds?.length || components?.length || sticker_ids?.length || attachments?.length) return false;
  return !poll && !shared_client_theme && message.message_reference?.type !== FORWARD;
}

/** Discord counts code points; a string's length counts a code point beyond U+FFFF twice. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  return [...text].length > limit;
}

/**
 * Checks that a text is a snowflake: an unsigned 64-bit integer, in decimal, other than 0.
 *
 * Source: Discord, "API Reference", Snowflakes.
 *
 * @throws {CommandError} `invalid_command` if it is not.
 */
export function checkSnowflake(action: string, what: string, id: string): void {
  if (typeof id === "string" && /^[1-9]\d{0,19}$/.test(id) && BigInt(id) < 2n ** 64n) return;
  const shown = typeof id === "string" ? `"${id.slice(0, 40)}"` : `a ${typeof id}`;
  throw new CommandError("invalid_command", `Cannot ${action}: the ${what} ID is ${shown}, not a snowflake`);
}

/**
 * Checks the token of a webhook or an interaction, and gives it as a path says it.
 *
 * @throws {CommandError} `invalid_command`, without showing it, if it cannot be one.
 */
export function checkPathToken(action: string, token: string): string {
  if (typeof token === "string" && /^[!-~]+$/.test(token) && !/^\.+$/.test(token)) {
    return encodeURIComponent(token);
  }
  const need = "it is empty, or holds white space, a line break or a non-ASCII character";
  throw new CommandError("invalid_command", `Cannot ${action}: the token cannot be one: ${need}`);
}

/** An emoji to react with: the character itself, `name:id`, or what Discord sends of one. */
export type ReactionEmoji = string | { readonly id?: string | null; readonly name?: string | null };

/**
 * Gives an emoji as a path says it.
 *
 * Source: Discord, "Message", Create Reaction: URL-encoded, a custom one as `name:id`.
 *
 * @throws {CommandError} `invalid_command` if it cannot be one.
 */
export function checkEmoji(action: string, emoji: ReactionEmoji): string {
  let text: unknown = emoji;
  if (typeof emoji === "object" && emoji !== null) {
    // The name of a custom emoji that was deleted is null; Discord looks at the ID only.
    text = emoji.id ? `${emoji.name ?? "_"}:${emoji.id}` : emoji.name;
  }
  if (typeof text === "string" && /^[^\s\p{Cc}<>/]{1,100}$/u.test(text) && text.isWellFormed()) {
    if (!/^\.+$/.test(text)) return encodeURIComponent(text);
  }
  const need = 'pass the character itself, or "name:id" for a custom one';
  throw new CommandError("invalid_command", `Cannot ${action}: the emoji is none; ${need}`);
}
