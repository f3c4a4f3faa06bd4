/**
 * What a failed fetch says, down its chain of causes. The error itself is not passed on: runtimes put the
 * URL into it, and nobody knows what else an injected fetch does. Of the secrets given nothing is left.
 */
export function reasonOf(error: unknown, secrets: readonly (string | undefined)[]): string {
  const said: string[] = [];
  for (let at: unknown = error; at instanceof Error && said.length < 4; at = at.cause) {
    if (at.message !== "" && !said.includes(at.message)) said.push(at.message);
  }
  return withoutSecrets(said.length === 0 ? "the request failed" : said.join(": "), secrets);
}

/** A text in which nothing of secrets is left: whoever stands in between may repeat what was asked. */
export function withoutSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  let shown = text;
  for (const secret of secrets) {
    if (secret === undefined || secret === "") continue;
    shown = shown.replaceAll(secret, ":token").replaceAll(unescaped(secret), ":token");
  }
  return shown;
}

/** What was escaped for a URL; as it is where an escape is none. */
export function unescaped(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}
