import type { RestResponse } from "../../testing/discord/rest/_answers.ts";
import { json } from "../../testing/discord/rest/_answers.ts";
import { RestLimits } from "../../testing/discord/rest/_limits.ts";
import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { type HttpArrival, KNOWN_WITHIN } from "./_http_calls.ts";

/** A 429 that comes whatever the limits are. */
export interface Refusal {
  readonly scope: "user" | "shared" | "global";
  /** Whether its body is JSON, as Discord's are and Cloudflare's are not. */
  readonly isJson: boolean;
  /** In whole seconds. */
  readonly retryAfter: number;
}

/** How often a channel's name may be set, whatever else its bucket lets pass, and in which time in milliseconds. */
const NAMES = { limit: 2, window: 30_000 };

/** A request that has come. */
export interface Arrival extends HttpArrival {
  /** The method and the channel. */
  readonly line: string;
  /** Whether it was done. */
  readonly done: boolean;
}

/** Discord's channels over HTTP: what they are asked, what they did, and what they held back until when. */
export class RestService {
  readonly arrivals: Arrival[] = [];
  readonly #clock: Pick<Clock, "now">;
  readonly #limits = new RestLimits({
    routes: {
      "POST /channels/:id/messages": { limit: 5, window: 5_000 },
      "PATCH /channels/:id": { limit: 5, window: 10_000 },
      "GET /channels/:id/messages/:id": { limit: 4, window: 4_000 },
      "DELETE /channels/:id/messages/:id": { limit: 3, window: 1_000, scope: "shared" },
    },
    global: 30,
  });
  readonly #names = new Map<string, Instant[]>();
  /** Until when each line, and of all "", is held back, and since when. */
  readonly #held = new Map<string, { readonly since: Instant; readonly until: Instant }>();
  #refusals: Refusal[] = [];

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Refuses so many requests from now on. */
  refuse(refusal: Refusal, count: number): void {
    this.#refusals.push(...Array<Refusal>(count).fill(refusal));
  }

  /** Until when those who were told so cannot send this. */
  heldUntil(line: string): Instant {
    return Math.max(...[line, ""].map((what) => this.#held.get(what)?.until ?? -Infinity));
  }

  /** Answers a request. */
  answer(input: string, init: RequestInit = {}): Response {
    const method = init.method ?? "GET";
    const path = new URL(input).pathname.replace(/^\/api\/v10/, "");
    const channel = path.split("/")[2] ?? "";
    const text = typeof init.body === "string" ? init.body : "";
    const mark = /"(?:content|name|topic)":"([^"]+)"/.exec(text)?.[1] ?? path.split("/")[4] ?? "";
    const at = this.#clock.now();
    const setsName = method === "PATCH" && text.includes('"name"');
    const line = `${method} ${channel}`;
    const foretold = [line, ""].some((what) => {
      const held = this.#held.get(what);
      return held !== undefined && held.since < at - KNOWN_WITHIN && at < held.until;
    });
    const refusal = this.#refusals.shift();
    let done = false;
    const response = refusal === undefined
      ? this.#limits.admit(method, path, at, () => {
        if (setsName && !this.#takesName(channel, at)) return this.#tooManyNames(channel, at);
        done = true;
        return method === "DELETE"
          ? { status: 204, headers: {}, body: "" }
          : json(200, { id: "1", channel_id: channel });
      })
      : refused(refusal);
    this.arrivals.push({ at, line: setsName ? `${line} name` : line, mark, done, foretold });
    this.#note(line, response, at, setsName);
    const { status, headers, body } = response;
    return new Response(status === 204 ? null : body, { status, headers });
  }

  #takesName(channel: string, at: Instant): boolean {
    const times = (this.#names.get(channel) ?? []).filter((time) => time > at - NAMES.window);
    if (times.length >= NAMES.limit) return false;
    this.#names.set(channel, [...times, at]);
    return true;
  }

  /** "Its bucket is not empty": the headers are the bucket's. */
  #tooManyNames(channel: string, at: Instant): RestResponse {
    const ms = (this.#names.get(channel)?.[0] ?? at) + NAMES.window - at;
    const told = json(429, {
      message: "You are being rate limited.",
      retry_after: ms / 1_000,
      global: false,
    });
    return {
      ...told,
      headers: { ...told.headers, "retry-after": String(Math.ceil(ms / 1_000)), "x-ratelimit-scope": "user" },
    };
  }

  /** Notes until when whoever reads this answer is held back. */
  #note(line: string, { status, headers }: RestResponse, at: Instant, setsName: boolean): void {
    const isEmpty = headers["x-ratelimit-remaining"] === "0";
    const hold = (what: string, seconds: string | undefined) => {
      const until = at + 1_000 * Number(seconds ?? 0);
      const known = this.#held.get(what);
      if (known === undefined || known.until <= at) this.#held.set(what, { since: at, until });
      else if (known.until < until) this.#held.set(what, { since: known.since, until });
    };
    if (isEmpty) hold(line, headers["x-ratelimit-reset-after"]);
    if (status !== 429) return;
    const isGlobal = headers["x-ratelimit-scope"] === "global" || headers["x-ratelimit-scope"] === undefined;
    const isSublimit = setsName && !isEmpty && headers["x-ratelimit-bucket"] !== undefined;
    hold(isGlobal ? "" : isSublimit ? `${line} name` : line, headers["retry-after"]);
  }
}

function refused({ scope, isJson, retryAfter }: Refusal): RestResponse {
  const headers = { "retry-after": String(retryAfter) };
  // Who stands before Discord knows nothing of its scopes.
  if (!isJson) {
    return { status: 429, headers: { ...headers, "content-type": "text/plain" }, body: "error code: 1015" };
  }
  const told = json(429, {
    message: "You are being rate limited.",
    retry_after: retryAfter,
    global: scope === "global",
  });
  return {
    ...told,
    headers: {
      ...told.headers,
      ...headers,
      "x-ratelimit-scope": scope,
      ...(scope === "global" && { "x-ratelimit-global": "true" }),
    },
  };
}
