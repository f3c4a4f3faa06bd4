import { CommandError } from "../../../protocol/errors.ts";
import { LONGEST_SAID, quote } from "../../../protocol/data/quote.ts";
import type { IrcMessage } from "../messages/message.ts";
import { numericName } from "../events/numerics.ts";
import { withoutSecrets } from "../commands/secrecy.ts";

/**
 * The server has refused a command, and says by which numeric, or by FAIL.
 *
 * @example
 * ```ts
 * import { IrcRefusedError } from "@parley/parley/irc";
 *
 * const onError = (error: unknown) => {
 *   if (error instanceof IrcRefusedError && error.numeric === "482") console.log("we are no operator there");
 * };
 * ```
 */
export class IrcRefusedError extends CommandError {
  override name = "IrcRefusedError";
  /** The numeric, such as `482`, or `FAIL`. */
  readonly numeric: string;
  /** What it is called: `ERR_CHANOPRIVSNEEDED`; of a FAIL its code. Undefined: the numeric has no name. */
  readonly reply: string | undefined;
  /** Its parameters, of a numeric those behind our nick; the last is the text for people. */
  readonly params: readonly string[];

  /** Takes what could not be done, such as `Cannot join "#deno"`, what the server says, and what is secret in it. */
  constructor(what: string, message: IrcMessage, secrets: readonly string[] = []) {
    const isFail = message.command === "FAIL";
    const shown = message.params.slice(isFail ? 0 : 1).map((param, index, { length }) =>
      index === length - 1 ? withoutSecrets(param, ...secrets) : secrets.includes(param) ? "…" : param
    );
    super("refused", `${what}: ${quote(shown.at(-1) ?? "", LONGEST_SAID)} (${message.command})`);
    this.numeric = message.command;
    this.reply = isFail ? message.param(1) : numericName(message.command);
    this.params = shown;
  }
}
