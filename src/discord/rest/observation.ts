import type { Instant } from "../../protocol/protocol.ts";
import type { RateLimitScope } from "./errors.ts";
import type { HttpMethod } from "./routes/route.ts";

/**
 * What can be observed of a REST client at work: where logging and metrics start. No token, query, header or body is in
 * it.
 */
export type RestObservation =
  & {
    /** Which request: a number that all its attempts share. */
    readonly id: number;
    /** Its method. */
    readonly method: HttpMethod;
    /** Its path, without its query; a token in it is replaced by `:token`. */
    readonly route: string;
    /** Which attempt, from 1. */
    readonly attempt: number;
    /** When, by the client's clock, in milliseconds. */
    readonly at: Instant;
  }
  & (
    /** It is sent. */
    | { readonly kind: "request" }
    /** It was answered, whatever the status; `duration` is how long that took, in milliseconds. */
    | { readonly kind: "response"; readonly status: number; readonly duration: number }
    /** It was not answered; `reason` is what the connection's error says. */
    | { readonly kind: "failure"; readonly reason: string; readonly duration: number }
    /**
     * The answer was a 429: nothing that its limit covers is sent for `retryAfter` milliseconds. A sublimit covers only
     * what sets the same, such as a channel's name.
     */
    | {
      readonly kind: "rate_limited";
      readonly scope: RateLimitScope;
      readonly retryAfter: number;
      readonly isSublimit: boolean;
    }
    /** It will be sent again, in `wait` milliseconds; `because` is the status, or undefined where there was no answer. */
    | { readonly kind: "retry"; readonly wait: number; readonly because: number | undefined }
  );

/** What is told of one attempt, beyond whose it is and when. */
export type RestHappening = RestObservation extends infer Each
  ? Each extends RestObservation ? Omit<Each, "id" | "method" | "route" | "attempt" | "at"> : never
  : never;
