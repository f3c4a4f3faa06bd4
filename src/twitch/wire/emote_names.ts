import { eachRange, parseEmotes, TwitchEmote } from "./texts/emotes.ts";
import { partsOf, type TwitchMessagePart } from "./texts/parts.ts";
import type { TwitchPrivmsgEvent } from "./events/privmsg.ts";

/** How many names are remembered, if nothing else is said. */
const MOST = 20_000;
// deno-lint-ignore no-control-regex -- all of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * The names of emotes, by which their places are put right. Where Twitch has marked parts of a message (the tag `flags`)
 * and its text is not ASCII, the ranges of emotes may be off, some beyond its end: an old fault of Twitch's
 * ([twitchdev/issues 104](https://github.com/twitchdev/issues/issues/104)). Fed with messages, it learns names from those
 * that cannot have the fault; one that knows more of them is told by {@linkcode TwitchEmoteNames.set}, from `GET
 * /chat/emotes` of the API, say.
 *
 * @example
 * ```ts
 * import { TwitchClient, TwitchEmoteNames } from "@parley/parley/twitch";
 *
 * const names = new TwitchEmoteNames();
 * const chat = new TwitchClient({ channels: ["#dallas"] });
 * chat.on("PRIVMSG", (event) => {
 *   names.take(event);
 *   console.log(names.partsOf(event));
 * });
 * ```
 */
export class TwitchEmoteNames {
  readonly #capacity: number;
  readonly #names = new Map<string, string>();

  /** Takes how many names it remembers, those that were seen last. */
  constructor({ capacity = MOST }: { readonly capacity?: number } = {}) {
    this.#capacity = capacity;
  }

  /** How many names it knows. */
  get size(): number {
    return this.#names.size;
  }

  /** The name of an emote, if it is known. */
  get(id: string): string | undefined {
    return this.#names.get(id);
  }

  /** Notes the name of an emote. */
  set(id: string, name: string): void {
    this.#names.delete(id);
    this.#names.set(id, name);
    if (this.#names.size <= this.#capacity) return;
    for (const oldest of this.#names.keys()) {
      this.#names.delete(oldest);
      return;
    }
  }

  /** Learns from a message the names of its emotes, if their places are to be trusted. */
  take(event: TwitchPrivmsgEvent): void {
    if (isDoubtful(event)) return;
    const { text } = event;
    for (const { id, start, end } of event.emotes) {
      if (isWord(text, start, end)) this.set(id, text.slice(start, end));
    }
  }

  /** The emotes of a message, in the order of its text; where they may be off, as near to where they are said to be as their names are words of it. */
  emotesOf(event: TwitchPrivmsgEvent): readonly TwitchEmote[] {
    return isDoubtful(event) ? this.#repaired(event.message.tag("emotes"), event.text) : event.emotes;
  }

  /** A message's `parts`, with its emotes as {@linkcode TwitchEmoteNames.emotesOf} gives them. */
  partsOf(event: TwitchPrivmsgEvent): readonly TwitchMessagePart[] {
    return isDoubtful(event) ? partsOf(event.text, this.emotesOf(event), event.bits) : event.parts;
  }

  #repaired(ranges: string | undefined, text: string): readonly TwitchEmote[] {
    const words = wordsOf(text);
    const taken = new Set<Word>();
    const found: TwitchEmote[] = [];
    eachRange(ranges, (id, start, end) => {
      const name = this.#names.get(id);
      const word = name === undefined ? undefined : nearest(words, name, start, taken);
      if (word !== undefined) {
        taken.add(word);
        const codePointEnd = word.codePoint + [...word.text].length;
        found.push(new TwitchEmote(id, word.at, word.at + word.text.length, word.codePoint, codePointEnd));
      } else found.push(...parseEmotes(`${id}:${start}-${end - 1}`, text));
    });
    return found.sort((a, b) => a.start - b.start);
  }
}

interface Word {
  readonly text: string;
  readonly at: number;
  readonly codePoint: number;
}

function isDoubtful(event: TwitchPrivmsgEvent): boolean {
  return Boolean(event.message.tag("flags")) && !ASCII.test(event.text);
}

/** Whether a range is a whole word. */
function isWord(text: string, start: number, end: number): boolean {
  return !/\s/.test(text.slice(start, end)) && (start === 0 || /\s/.test(text[start - 1] ?? "")) &&
    (end === text.length || /\s/.test(text[end] ?? ""));
}

function wordsOf(text: string): readonly Word[] {
  let codePoint = 0;
  let before = 0;
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
    codePoint += [...text.slice(before, index)].length;
    before = index;
    return { text: word, at: index, codePoint };
  });
}

/** The word of a text that is a name, nearest to a place in code points. */
function nearest(
  words: readonly Word[],
  name: string,
  place: number,
  taken: ReadonlySet<Word>,
): Word | undefined {
  let found: Word | undefined;
  for (const word of words) {
    if (word.text !== name || taken.has(word)) continue;
    if (found === undefined || Math.abs(word.codePoint - place) < Math.abs(found.codePoint - place)) {
      found = word;
    }
  }
  return found;
}
