import { type Clock, sleepUntil } from "../driver/clock.ts";
import type { Host } from "../driver/host.ts";
import type { Grant, Permits } from "../driver/permits.ts";
import { exchange } from "../http/exchange.ts";
import { httpHost } from "../http/http_host.ts";
import { ConnectionError, OptionError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import { HELD } from "./permit_server.ts";

/** What {@linkcode HttpPermits} takes. */
export interface HttpPermitsOptions {
  /** The secret of the one that grants. Never shown again. */
  readonly secret: string;
  /** Parts of the outside to replace: its `fetch`, `clock` and `crypto` count. */
  readonly runtime?: Partial<Host>;
}

/** That a permit was used is said again after a second, so often. */
const TRIES = 5;

/**
 * Permits that another process grants over HTTP: {@linkcode permitServer}, for bots whose processes have nothing else
 * in common. While that cannot be reached nothing is granted.
 *
 * @example Processes of one bot that keep to Discord's limit together
 * ```ts no-eval
 * import { DiscordGateway, Intents } from "@parley/parley/discord";
 * import { HttpPermits } from "@parley/parley/permits";
 *
 * function gatewayOf(token: string, ids: number[], secret: string): DiscordGateway {
 *   const permits = new HttpPermits("http://permits.internal:8080/", { secret });
 *   const shards = { count: 32, ids };
 *   return new DiscordGateway({ token, intents: Intents.Guilds, shards, runtime: { permits } });
 * }
 * ```
 */
export class HttpPermits implements Permits {
  readonly #url: string;
  readonly #secret: string;
  readonly #fetch: Host["fetch"];
  readonly #clock: Clock;
  readonly #crypto: Host["crypto"];

  /**
   * Takes where the one that grants is, and its secret.
   *
   * @throws {OptionError} if that is no `http:` or `https:` URL.
   */
  constructor(url: string, { secret, runtime }: HttpPermitsOptions) {
    const { fetch, clock, crypto } = httpHost(runtime);
    if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : "")) {
      throw new OptionError(`Cannot get permits from "${url}": give an http: or https: URL`);
    }
    this.#url = url;
    this.#secret = secret;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#crypto = crypto;
  }

  /**
   * Waits for a place within the limit.
   *
   * @throws {ConnectionError} `unreachable` if the one that grants cannot be reached or refuses.
   * @throws the signal's reason if it is aborted first.
   */
  async acquire(permit: Permit, signal?: AbortSignal): Promise<Grant> {
    const bytes = this.#crypto.getRandomValues(new Uint8Array(16));
    const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    try {
      while (await this.#ask({ id, permit }, signal) !== 200);
      signal?.throwIfAborted();
    } catch (error) {
      void this.#release(id, false);
      throw error;
    }
    return this.#grant(id);
  }

  #grant(id: string): Grant {
    const controller = new AbortController();
    // Who says nothing is taken for gone.
    const keep = async () => {
      for (;;) {
        await sleepUntil(this.#clock, this.#clock.now() + HELD, controller.signal);
        await this.#ask({ id }, controller.signal).catch(() => {});
      }
    };
    keep().catch(() => {});
    return {
      release: (used) => {
        if (controller.signal.aborted) return;
        controller.abort();
        void this.#release(id, used);
      },
    };
  }

  /** What is not said in the end, the one that grants notices by itself. */
  async #release(id: string, used: boolean): Promise<void> {
    for (let tried = 0; tried < TRIES; tried++) {
      try {
        return void await this.#ask({ id, used });
      } catch {
        await sleepUntil(this.#clock, this.#clock.now() + 1_000);
      }
    }
  }

  async #ask(body: object, signal?: AbortSignal): Promise<number> {
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${this.#secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const context = { fetch: this.#fetch, clock: this.#clock, timeout: 2 * HELD, signal };
    let status: number;
    try {
      status = (await exchange(this.#url, init, context)).status;
    } catch (error) {
      signal?.throwIfAborted();
      throw new ConnectionError("unreachable", `Cannot get permits from "${this.#url}": no answer came`, {
        cause: error,
      });
    }
    // 404: it was let go, for it was not heard of, or was never asked for.
    if (status === 404 || status >= 200 && status < 300) return status;
    throw new ConnectionError("unreachable", `Cannot get permits from "${this.#url}": it answers ${status}`);
  }
}
