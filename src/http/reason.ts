/**
 * What a failed fetch says, down its chain of causes. The error itself is not passed on: runtimes put the
 * URL into it, and nobody knows what else an injected fetch does. Of the secrets given nothing is left.
 */
export function reasonOf(error: unknown, secrets: readonly (string | undefined)[]): string {
  const said: string[] = [];
  for (let at: unknown = error; at instanceof Error && said.length < 4; at = at.cause) {
    if (at.message !== "" && !said.includes(at.message)) said.push(at.message);
  }
  let text = said.length === 0 ? "the request failed" : said.join(": ");
  for (const secret of secrets) {
    if (secret === undefined || secret === "") continue;
    text = text.replaceAll(secret, ":token").replaceAll(unescaped(secret), ":token");
  }
  return text;
}

/** What was escaped for a URL; as it is where an escape is none. */
export function unescaped(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
