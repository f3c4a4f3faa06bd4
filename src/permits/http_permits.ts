import { type Clock, sleepUntil } from "../driver/clock/clock.ts";
import { stopwatch } from "../driver/clock/stopwatch.ts";
import type { Host } from "../driver/host.ts";
import type { Grant, Permits } from "../driver/permits.ts";
import { type Answer, exchange } from "../http/exchange.ts";
import { httpHost } from "../http/http_host.ts";
import { isRecord, jsonOf } from "../protocol/data/json_value.ts";
import { quote, shownUrl } from "../protocol/data/quote.ts";
import { ConnectionError, OptionError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import { checkSecret, GONE, HELD } from "./permit_server.ts";

/** What {@linkcode HttpPermits} takes. */
export interface HttpPermitsOptions {
  /** The secret of the one that grants. Never shown again. */
  readonly secret: string;
  /** Parts of the outside to replace: its `fetch`, `clock` and `crypto` count. */
  readonly runtime?: Partial<Host>;
}

/** What is answered to who asks for a permit. */
const GRANTED = 200;
const NOT_YET = 202;
/** What is answered to who has asked before: it was let go, too, for it was not heard of, or was never asked for. */
const KEPT = 204;
const LET_GO = 404;
const isTold = ({ status }: Answer): boolean => status === KEPT || status === LET_GO;
/** That a permit was used is said again after a second, so often. */
const TRIES = 5;
/** And may take so long, in milliseconds: a process that wants to end waits for it. */
const SAID_WITHIN = 2_000;

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
   * @throws {OptionError} if that is no `http:` or `https:` URL, or one with a user, or the secret is too short.
   */
  constructor(url: string, options: HttpPermitsOptions) {
    checkSecret(options);
    const { secret, runtime } = options;
    const { fetch, clock, crypto } = httpHost(runtime);
    const cannot = (why: string) =>
      new OptionError(`Cannot get permits from ${quote(shownUrl(url))}: ${why}`);
    const { protocol, username, password } = URL.canParse(url) ? new URL(url) : { protocol: "" };
    if (!/^https?:$/.test(protocol)) throw cannot("give an http: or https: URL");
    if (username || password) throw cannot("no request goes to an URL with a user, give the secret alone");
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
      for (;;) {
        const passed = stopwatch(this.#clock);
        const status = await this.#ask({ id, permit }, isAbout(id), signal);
        signal?.throwIfAborted();
        // Who stood still meanwhile may have been taken for gone.
        if (status === GRANTED && passed() < GONE) return this.#grant(id, passed);
      }
    } catch (error) {
      void this.#release(id, false);
      throw error;
    }
  }

  /** Holds what was granted; `passed` says how long ago it was asked for. */
  #grant(id: string, passed: () => number): Grant {
    const controller = new AbortController();
    let isKnown = true;
    // Who says nothing is taken for gone.
    const keep = async () => {
      while (isKnown) {
        await sleepUntil(this.#clock, this.#clock.now() + HELD, controller.signal);
        const asked = stopwatch(this.#clock);
        const status = await this.#ask({ id }, isTold, controller.signal).catch(() => undefined);
        if (status === KEPT) passed = asked;
        else isKnown = status !== LET_GO;
      }
    };
    keep().catch(() => {});
    return {
      isHeld: () => isKnown && !controller.signal.aborted && passed() < GONE,
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
        return void await this.#ask({ id, used }, isTold, undefined, SAID_WITHIN);
      } catch {
        await sleepUntil(this.#clock, this.#clock.now() + 1_000);
      }
    }
  }

  /** Asks for an answer that is as it is to be; returns its status. */
  async #ask(
    body: object,
    isExpected: (answer: Answer) => boolean,
    signal?: AbortSignal,
    timeout = 2 * HELD,
  ): Promise<number> {
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${this.#secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const context = { fetch: this.#fetch, clock: this.#clock, timeout, signal };
    let answer: Answer;
    try {
      answer = await exchange(this.#url, init, context);
    } catch (error) {
      signal?.throwIfAborted();
      throw new ConnectionError("unreachable", `Cannot get permits from "${this.#url}": no answer came`, {
        cause: error,
      });
    }
    const { status } = answer;
    if (isExpected(answer)) return status;
    const fix = status === 401
      ? "; give it and this process the same secret"
      : status === GRANTED || status === NOT_YET
      ? ", but not as `permitServer` does"
      : "";
    throw new ConnectionError(
      "unreachable",
      `Cannot get permits from "${this.#url}": it answers ${status}${fix}`,
    );
  }
}

/** Whether it is answered to who has asked for a permit: anything else that answers 200 grants nothing. */
function isAbout(id: string): (answer: Answer) => boolean {
  return ({ status, text = "" }) => {
    const body = jsonOf(text);
    if (!isRecord(body)) return false;
    return status === GRANTED ? body["granted"] === id : status === NOT_YET && body["waits"] === id;
  };
}
