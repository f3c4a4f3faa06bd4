import type { TwitchEmote } from "./emotes.ts";

/** A part of a text, as it is to be shown; the parts' texts make the whole one. */
export type TwitchMessagePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "emote"; readonly text: string; readonly emote: TwitchEmote }
  | {
    /** Bits that were cheered, by the picture of `prefix`. */
    readonly kind: "cheermote";
    readonly text: string;
    /** As it was written; Twitch takes upper and lower case for the same. */
    readonly prefix: string;
    /** How many bits. */
    readonly bits: number;
  }
  | {
    /** Somebody is addressed. */
    readonly kind: "mention";
    readonly text: string;
    /** In lower case, without the `@`. It need not be the login of anybody. */
    readonly login: string;
  }
  | {
    /** Something that begins with `http://` or `https://`. */
    readonly kind: "link";
    readonly text: string;
  };

const CHEERMOTE = /^([A-Za-z0-9]*?[A-Za-z])([1-9]\d*)$/;
const MENTION = /^@([A-Za-z0-9_]{1,25})/;
const LINK = /^https?:\/\/[^\s]+/i;
// What ends a sentence is no part of a link in it.
const BEHIND = /[.,!?;:)\]}'"]+$/;

/**
 * Takes a text apart. What was cheered is known by its sum: words such as `Cheer100` are cheermotes where they make
 * `bits` together, for Twitch does not say which they are.
 */
export function partsOf(
  text: string,
  emotes: readonly TwitchEmote[],
  bits: number | undefined,
): readonly TwitchMessagePart[] {
  const parts: TwitchMessagePart[] = [];
  const cheers = cheersIn(text, bits);
  let end = 0;
  for (const emote of emotes) {
    // Ranges may overlap, by a fault of Twitch's.
    if (emote.start < end) continue;
    addWords(parts, text.slice(end, emote.start), cheers);
    parts.push({ kind: "emote", text: text.slice(emote.start, emote.end), emote });
    end = emote.end;
  }
  addWords(parts, text.slice(end), cheers);
  return parts;
}

function addWords(parts: TwitchMessagePart[], text: string, cheers: boolean): void {
  for (const word of text.split(/(\s+)/)) {
    const part = cheers ? cheermoteOf(word) : undefined;
    if (part !== undefined) {
      parts.push(part);
      continue;
    }
    const login = MENTION.exec(word)?.[1];
    const link = LINK.exec(word)?.[0].replace(BEHIND, "");
    const special = login !== undefined ? `@${login}` : link ?? "";
    if (login !== undefined) parts.push({ kind: "mention", text: special, login: login.toLowerCase() });
    else if (link !== undefined) parts.push({ kind: "link", text: link });
    addText(parts, word.slice(special.length));
  }
}

/** Adds to the text before, if that is what comes last. */
function addText(parts: TwitchMessagePart[], text: string): void {
  const last = parts.at(-1);
  if (text === "") return;
  if (last?.kind === "text") parts[parts.length - 1] = { kind: "text", text: last.text + text };
  else parts.push({ kind: "text", text });
}

function cheersIn(text: string, bits: number | undefined): boolean {
  if (bits === undefined || bits === 0) return false;
  const sum = text.split(/\s+/).reduce((sum, word) => sum + (cheermoteOf(word)?.bits ?? 0), 0);
  return sum === bits;
}

function cheermoteOf(word: string): Extract<TwitchMessagePart, { kind: "cheermote" }> | undefined {
  const [text, prefix, digits] = CHEERMOTE.exec(word) ?? [];
  if (text === undefined || prefix === undefined || digits === undefined) return undefined;
  return { kind: "cheermote", text, prefix, bits: Number(digits) };
}
