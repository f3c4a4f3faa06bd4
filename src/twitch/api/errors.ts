import { isRecord } from "../../protocol/data/json_value.ts";
import { ParleyError } from "../../protocol/errors.ts";
import { printable } from "../../protocol/data/quote.ts";

/**
 * Twitch's API answered a request with a failure that repeating it would not mend.
 *
 * @example
 * ```ts
 * import { TwitchApiError } from "@parley/parley/twitch/api";
 *
 * const error = new TwitchApiError("POST /moderation/bans", 400, { message: "The user is already banned." });
 * error.status; // 400
 * error.says; // "The user is already banned."
 * ```
 */
export class TwitchApiError extends ParleyError {
  override name = "TwitchApiError";
  override readonly code = "http_status";
  /** Method and path, without the query. */
  readonly endpoint: string;
  /** The HTTP status, 300 to 599. */
  readonly status: number;
  /** What Twitch says why, if it does. */
  readonly says: string | undefined;

  /** Takes what was asked, the status, and the decoded body. */
  constructor(endpoint: string, status: number, body: unknown) {
    const message = isRecord(body) ? body.message : undefined;
    const says = typeof message === "string" && message !== "" ? message.slice(0, 500) : undefined;
    super(
      "http_status",
      `Cannot ${endpoint}: Twitch answered ${status}${says === undefined ? "" : `: "${printable(says)}"`}`,
    );
    this.endpoint = endpoint;
    this.status = status;
    this.says = says;
  }
}
