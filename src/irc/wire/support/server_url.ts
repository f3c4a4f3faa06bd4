import { OptionError } from "../../../protocol/errors.ts";
import { quote, shownUrl } from "../../../protocol/data/quote.ts";

/**
 * Checks where to dial: `ircs:`, `irc:`, `wss:` or `ws:`. Any other would be dialled in vain for ever.
 *
 * @throws {OptionError} if it is no such URL.
 */
export function checkServerUrl(url: string): URL {
  if (!/^(?:ircs?|wss?):\/\/[^/]/i.test(url) || !URL.canParse(url)) {
    throw new OptionError(
      `Cannot dial ${quote(shownUrl(url))}: need an URL that begins with ircs:, irc:, wss: or ws:`,
    );
  }
  return new URL(url);
}
