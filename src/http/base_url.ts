import { quote, shownUrl } from "../protocol/data/quote.ts";
import { OptionError } from "../protocol/errors.ts";

/**
 * Where an API is, without slashes at its end: paths are put behind it.
 *
 * @throws {OptionError} if it is no such address; it shows no password.
 */
export function checkedBase(service: string, baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new OptionError(
      `Cannot reach ${service} at ${quote(shownUrl(baseUrl))}: baseUrl must be an https: or http: URL`,
    );
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new OptionError("Cannot use this baseUrl: it must have no user, password, query or fragment");
  }
  let end = url.href.length;
  while (url.href[end - 1] === "/") end--;
  return url.href.slice(0, end);
}
