/** What no terminal or log is to be given as it is: controls (C0, DEL, C1), line separators, what turns the direction of text. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Text from outside with what is not to be seen as it is spelt out: U+009B becomes `\u009b`. */
export function printable(text: string): string {
  return text.replace(UNSEEN, (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Text from outside as it stands in the message of an error: in quotes, printable, and no longer than a glance. */
export function quote(text: string, longest = 80): string {
  return printable(JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text));
}

/** How much of what a server says, for people, stands in the message of an error. */
export const LONGEST_SAID = 400;

/** A URL as it may be shown: without user and password. */
export function shownUrl(url: string): string {
  if (!url.includes("@")) return url;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // Of what is no URL with a host, nobody knows what stands before its "@".
  if (parsed === undefined || parsed.host === "") {
    return url.replace(/^([a-z][a-z0-9+.-]*:[/\\]+)?.*@/is, "$1");
  }
  if (parsed.username === "" && parsed.password === "") return url;
  parsed.username = "";
  parsed.password = "";
  return parsed.href;
}
