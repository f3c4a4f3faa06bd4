import { isRecord } from "../../../protocol/data/json_value.ts";
import type { Instant } from "../../../protocol/protocol.ts";
import { RateLog } from "../../../protocol/core/rate_log.ts";
import { DiscordInvalidRequestsError, type RateLimitScope } from "../errors.ts";
import type { Route } from "../routes/route.ts";

const TEN_MINUTES = 600_000;
const MOST_REFUSALS = 1_000;
const UNKNOWN_WEBHOOK = 10015;

/** How Discord refused a webhook, or an interaction's token, for good. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Keeps count of invalid requests, and stops well before Discord blocks the address.
 *
 * Source: Discord, "Rate Limits", Invalid Request Limit: 10,000 answers of 401, 403 or 429 (other than of
 * scope `shared`) in 10 minutes; a webhook that answered 404 should not be used again.
 */
export class InvalidRequests {
  readonly #log: RateLog;
  /** By the path up to the token; what was refused longest ago is forgotten first. */
  readonly #refusals = new Map<string, Refusal>();

  /** Takes how many are too many in 10 minutes. */
  constructor(limit: number) {
    this.#log = new RateLog(limit, TEN_MINUTES);
  }

  /** Throws if another request might be one too many. */
  check(route: Route, now: Instant): void {
    const at = this.#log.readyAt(now);
    if (at <= now) return;
    throw new DiscordInvalidRequestsError(route.method, route.label, this.#log.limit, at - now);
  }

  /** Takes in an answer; `scope` is that of a 429. */
  count(status: number, scope: RateLimitScope | undefined, now: Instant): void {
    if (status === 401 || status === 403 || (status === 429 && scope !== "shared")) this.#log.add(now);
  }

  /** How the path's webhook or interaction was refused before. */
  refusal(route: Route): Refusal | undefined {
    return route.token === undefined ? undefined : this.#refusals.get(route.major);
  }

  /** Remembers an answer that says that the path's token is good for nothing any more. */
  remember(route: Route, { status, body }: Refusal): void {
    if (route.token === undefined || route.auth) return;
    // About an interaction that says no more than that Discord has not taken the first answer yet.
    const isGone = status === 404 && route.domain !== "interactions" && isRecord(body) &&
      body.code === UNKNOWN_WEBHOOK;
    if (status !== 401 && !isGone) return;
    this.#refusals.set(route.major, { status, body });
    if (this.#refusals.size <= MOST_REFUSALS) return;
    for (const oldest of this.#refusals.keys()) {
      this.#refusals.delete(oldest);
      break;
    }
  }
}
