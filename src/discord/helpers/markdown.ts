/** What begins a heading, a list, a quote or small print where it stands first in a line, whatever may follow. */
const FIRST_IN_LINE = /^(\s*)(>>>|>|#{1,3}|-#|[-+])(?=\s|$)/;
const NUMBERED = /^(\s*\d+)\.(?=\s|$)/;
const ANYWHERE = /[\\*_~`|[\]<]/g;
/** A link, which a backslash would break; a mark at its end may be the text's. */
const LINK = /https?:\/\/[^\s<]*[^\s<.,:;"'\])*_~`|]/g;

/**
 * Escapes what Discord would read as markdown, a mention, an emoji or a timestamp, so that a text is shown as it is.
 * Links stay links. What a message may notify is for its `allowed_mentions` to say: a plain `@everyone` is no markup.
 *
 * Source: Discord, "Markdown Text 101".
 *
 * @example
 * ```ts
 * import { escapeMarkdown } from "@parley/parley/discord/helpers";
 *
 * escapeMarkdown("**bold** <@80351110224678912>"); // "\\*\\*bold\\*\\* \\<@80351110224678912>"
 * escapeMarkdown("https://example.com/a_b_c"); // the same
 * ```
 */
export function escapeMarkdown(text: string): string {
  return text.split("\n").map((line) => {
    const begun = line.replace(FIRST_IN_LINE, (_, space: string, mark: string) => `${space}\n${mark}`)
      .replace(NUMBERED, (_, number: string) => `${number}\n.`);
    // A line break, which a line has none of, stands for the backslash of its beginning.
    return outsideOfLinks(begun, (part) => part.replace(ANYWHERE, "\\$&")).replace("\n", "\\");
  }).join("\n");
}

function outsideOfLinks(text: string, change: (part: string) => string): string {
  let done = "";
  let from = 0;
  for (const { 0: link, index } of text.matchAll(LINK)) {
    done += change(text.slice(from, index)) + link;
    from = index + link.length;
  }
  return done + change(text.slice(from));
}
