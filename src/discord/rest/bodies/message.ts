import { CommandError } from "../../../protocol/errors.ts";
import { checkList, isLonger, type Refuse, typeOf } from "./_check.ts";
import { checkEmbeds } from "./_embeds.ts";
import { checkAllowedMentions, checkPoll, checkStickers } from "./_extras.ts";
import { checkMessageComponents } from "./components.ts";

/** What of a message is checked before it is sent; every body that carries a message has these. */
export interface MessageParts {
  /** At most 2000 characters, counted as Unicode code points, as Discord counts them. */
  readonly content?: string | null | undefined;
  /** At most 10, of 6000 characters in sum; each is checked, too. */
  readonly embeds?: readonly unknown[] | null | undefined;
  /** Action rows, or with the flag `IS_COMPONENTS_V2` at most 40 of all kinds; each is checked, too. */
  readonly components?: readonly unknown[] | null | undefined;
  /** At most 3. */
  readonly sticker_ids?: readonly unknown[] | null | undefined;
  /** At most 10. */
  readonly attachments?: readonly unknown[] | null | undefined;
  /** Up to 10 answers, up to 32 days. */
  readonly poll?: unknown;
  /** What it parses, it must not list. */
  readonly allowed_mentions?: unknown;
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
const MOST_ATTACHMENTS = 10;
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
  const refuse: Refuse = (why) => {
    throw new CommandError("invalid_command", `Cannot ${action}: ${why}`);
  };
  if (typeof message !== "object" || message === null) refuse("the message is not an object");
  const { content, embeds, components, attachments, sticker_ids, poll, allowed_mentions, flags, nonce } =
    message;
  if (content !== undefined && content !== null) {
    if (typeof content !== "string") refuse(`its content is a ${typeOf(content)}; pass a string`);
    if (isLonger(content, LONGEST_CONTENT)) {
      refuse(`its content is longer than ${LONGEST_CONTENT} characters; split it, or shorten it`);
    }
  }
  if (nonce !== undefined && isLonger(String(nonce), LONGEST_NONCE)) {
    refuse(`its nonce is longer than ${LONGEST_NONCE} characters`);
  }
  const isV2 = ((flags ?? 0) & IS_COMPONENTS_V2) !== 0;
  if (isV2 && (content || embeds?.length || sticker_ids?.length || poll || message.shared_client_theme)) {
    refuse("with the flag IS_COMPONENTS_V2 it can hold components only; put the text into a component");
  }
  if (embeds) checkEmbeds(refuse, embeds);
  if (components) {
    // A message that has the flag keeps it, so that an edit need not tell.
    const mayBeV2 = isV2 || (use.isEdit && !content && !embeds?.length);
    checkMessageComponents(refuse, components, { isV2: isV2 || (mayBeV2 ? undefined : false) });
  }
  if (attachments) checkList(refuse, "attachments", attachments, 0, MOST_ATTACHMENTS);
  if (sticker_ids) checkStickers(refuse, sticker_ids);
  if (poll) checkPoll(refuse, poll);
  if (allowed_mentions) checkAllowedMentions(refuse, allowed_mentions);
  if (Number(use.files ?? 0) > MOST_ATTACHMENTS) {
    refuse(`it has "${use.files}" files; Discord takes at most ${MOST_ATTACHMENTS}`);
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
