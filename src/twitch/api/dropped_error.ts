import { CommandError } from "../../protocol/errors.ts";
import { printable } from "../../protocol/data/quote.ts";

/**
 * Twitch has taken a message and does not let others see it.
 *
 * @example
 * ```ts
 * import { TwitchDroppedError } from "@parley/parley/twitch/api";
 *
 * const error = new TwitchDroppedError("12826", { code: "msg_duplicate", message: "identical to the previous one" });
 * error.reason; // "msg_duplicate"
 * ```
 */
export class TwitchDroppedError extends CommandError {
  override name = "TwitchDroppedError";
  /** Why, as Twitch names it: `msg_duplicate`, `channel_settings`, …; undefined where it does not say. */
  readonly reason: string | undefined;

  /** Takes the channel's id, and what Twitch says why. */
  constructor(broadcasterId: string, why: { readonly code: string; readonly message: string } | undefined) {
    const said = why === undefined ? "without saying why" : `"${printable(why.message.slice(0, 500))}"`;
    super("refused", `Cannot say to "${broadcasterId}": Twitch dropped it: ${said}`);
    this.reason = why?.code;
  }
}
