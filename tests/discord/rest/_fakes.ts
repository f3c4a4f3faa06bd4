import { DiscordRest, type DiscordRestOptions } from "../../../src/discord/rest/mod.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";

/** One request as the fake Discord saw it. */
export interface Seen {
  readonly at: number;
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  /** JSON, read; undefined if there was none. */
  readonly body: unknown;
  /** The body as `fetch` was given it. */
  readonly sent: BodyInit | null | undefined;
}

/** What the fake Discord does with a request: an answer, an error to reject with, or nothing at all. */
export type Reaction = Response | Error | "silence";

/** A fake Discord in virtual time, and a client of it. */
export class FakeDiscord {
  readonly clock: VirtualClock = new VirtualClock(1_000_000);
  readonly seen: Seen[] = [];
  readonly rest: DiscordRest;
  /** How long an answer takes, in milliseconds. */
  latency = 0;

  constructor(react: (seen: Seen, index: number) => Reaction, options: Partial<DiscordRestOptions> = {}) {
    const fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
      const seen: Seen = {
        at: this.clock.now() - 1_000_000,
        url,
        method: init.method ?? "GET",
        headers: new Headers(init.headers),
        body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
        sent: init.body,
      };
      this.seen.push(seen);
      const reaction = react(seen, this.seen.length - 1);
      if (this.latency > 0) {
        await new Promise<void>((wake) => this.clock.setTimer(this.clock.now() + this.latency, wake));
      }
      if (reaction === "silence") return new Promise(() => {});
      if (reaction instanceof Error) throw reaction;
      return reaction;
    };
    this.rest = new DiscordRest({
      token: "a.secret.token",
      fetch,
      clock: this.clock,
      random: () => 0.5,
      timeout: Infinity,
      ...options,
    });
  }

  /** When each request came, in milliseconds since the start. */
  get times(): number[] {
    return this.seen.map(({ at }) => at);
  }

  /** Lets virtual time pass until a promise settles. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    for (;;) {
      for (let count = 0; count < 10 && !settled; count++) await turn();
      if (settled) return promise;
      if (!this.clock.step()) throw new Error("nothing is left to wait for, and the promise has not settled");
    }
  }
}

/** Lets every promise that can settle do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A JSON answer. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** A 429 as Discord sends it. */
export function limited(retryAfter: number, scope: "user" | "shared" | "global" = "user"): Response {
  const headers: Record<string, string> = {
    "Retry-After": String(retryAfter),
    "X-RateLimit-Scope": scope,
    "X-RateLimit-Bucket": "abcd1234",
  };
  if (scope === "global") headers["X-RateLimit-Global"] = "true";
  const message = "You are being rate limited.";
  return answer(429, { message, retry_after: retryAfter, global: scope === "global" }, headers);
}

/** What a form is once it has been written to the wire and read again. */
export async function readForm({ url, method, headers, sent }: Seen): Promise<FormData> {
  const written = new Request(url, { method, headers, body: sent ?? null });
  const bytes = await written.arrayBuffer();
  const type = written.headers.get("content-type") ?? "";
  return await new Request(url, { method, headers: { "content-type": type }, body: bytes }).formData();
}
