import { ParleyError } from "../../protocol/errors.ts";

/** A request that Twitch's limit does not let through. */
export function tooMany(endpoint: string, why: string): ParleyError {
  return new ParleyError("rate_limited", `Cannot ${endpoint}: ${why}`);
}
