import { digits } from "../tags.ts";

/** Which picture {@linkcode TwitchEmote.url} tells of. */
export interface TwitchEmoteUrlOptions {
  /** How large: 28, 56 or 112 pixels high. @default {1} */
  readonly scale?: 1 | 2 | 3;
  /** On which background it is shown. @default {"dark"} */
  readonly theme?: "dark" | "light";
  /** Whether it moves; by default where it can. @default {"default"} */
  readonly format?: "default" | "static" | "animated";
}

/** One emote in a text. */
export class TwitchEmote {
  /** Which emote. */
  readonly id: string;
  /** Where it begins in the text, so that `text.slice(start, end)` is its name. */
  readonly start: number;
  /** Where it ends in the text; the first character after it. */
  readonly end: number;
  /** Where it begins in code points, as Twitch counts. */
  readonly codePointStart: number;
  /** Where it ends in code points; the first one after it. */
  readonly codePointEnd: number;

  /**
   * Where its picture is. ([Twitch, emotes](https://dev.twitch.tv/docs/chat/send-receive-messages/))
   *
   * @example
   * ```ts
   * import { TwitchEmote } from "@parley/parley/twitch";
   *
   * new TwitchEmote("25", 0, 5, 0, 5).url({ scale: 3, theme: "light" });
   * // "https://static-cdn.jtvnw.net/emoticons/v2/25/default/light/3.0"
   * ```
   */
  url({ scale = 1, theme = "dark", format = "default" }: TwitchEmoteUrlOptions = {}): string {
    return `${EMOTES}/${encodeURIComponent(this.id)}/${format}/${theme}/${scale}.0`;
  }

  /** Takes the id and where it is, in UTF-16 and in code points. */
  constructor(id: string, start: number, end: number, codePointStart: number, codePointEnd: number) {
    this.id = id;
    this.start = start;
    this.end = end;
    this.codePointStart = codePointStart;
    this.codePointEnd = codePointEnd;
  }
}

const EMOTES = "https://static-cdn.jtvnw.net/emoticons/v2";
const SURROGATE = /[\ud800-\udfff]/;

/**
 * Tells of each range in `25:0-4,12-16/1902:6-10`, in code points, where Twitch's end is an emote's last one: `end` is the
 * first one after it. What is no range is left out.
 */
export function eachRange(
  emotes: string | undefined,
  take: (id: string, start: number, end: number) => void,
): void {
  if (emotes === undefined || emotes === "") return;
  for (let at = 0; at < emotes.length;) {
    const slash = emotes.indexOf("/", at);
    const stop = slash < 0 ? emotes.length : slash;
    const colon = emotes.indexOf(":", at);
    const id = colon > at && colon < stop ? emotes.slice(at, colon) : "";
    for (let from = id === "" ? stop : colon + 1; from < stop;) {
      const comma = emotes.indexOf(",", from);
      const to = comma < 0 || comma > stop ? stop : comma;
      const dash = emotes.indexOf("-", from);
      const start = digits(emotes, from, dash);
      const end = digits(emotes, dash + 1, to) + 1;
      if (start >= 0 && end > start) take(id, start, end);
      from = to + 1;
    }
    at = stop + 1;
  }
}

/** The emotes that ranges are in a text, in its order; ranges that are none, or lie outside of it, are left out. */
export function parseEmotes(emotes: string | undefined, text: string): readonly TwitchEmote[] {
  const found: TwitchEmote[] = [];
  if (emotes === undefined || emotes === "") return found;
  const offsets = SURROGATE.test(text) ? offsetsOf(text) : undefined;
  const length = offsets === undefined ? text.length : offsets.length - 1;
  let sorted = true;
  let last = 0;
  eachRange(emotes, (id, start, end) => {
    if (end > length) return;
    found.push(
      offsets === undefined
        ? new TwitchEmote(id, start, end, start, end)
        : new TwitchEmote(id, offsets[start] ?? 0, offsets[end] ?? 0, start, end),
    );
    if (start < last) sorted = false;
    last = start;
  });
  return sorted ? found : found.sort((a, b) => a.start - b.start);
}

/** Where in the text each code point begins, and where the last one ends. */
function offsetsOf(text: string): readonly number[] {
  const offsets = [0];
  let offset = 0;
  for (const character of text) offsets.push(offset += character.length);
  return offsets;
}
