import { Backoff, type BackoffOptions } from "../../protocol/backoff.ts";
import type { AskFailed, Instant, PermitAnswer } from "../../protocol/protocol.ts";
import type { TwitchAnswer, TwitchOutputs } from "./outputs.ts";
import { checkToken, TwitchLoginError } from "./login.ts";
import type { Setup } from "./options.ts";

/** What comes of an answer to what an attempt asks for. */
export type AttemptStep =
  | { readonly kind: "waiting" }
  | { readonly kind: "dial"; readonly permit: number; readonly token: string | undefined }
  | { readonly kind: "retry"; readonly reason: string }
  | { readonly kind: "failed"; readonly error: TwitchLoginError };

/**
 * LoginAttempts to connect, up to the dial: the wait after a failure, then the token, then the permit to log
 * in. They come before the dial so that no link is open while they take their time.
 */
export class LoginAttempts {
  readonly #outputs: TwitchOutputs;
  readonly #setup: Setup;
  readonly #backoff: Backoff;
  #token: string | undefined;
  /** The last token that Twitch has accepted. */
  #accepted: string | undefined;
  /** Why Twitch has refused the last one; undefined once it has accepted another. */
  #refused: TwitchLoginError | undefined;
  #tokenAsk = 0;
  #permitAsk = 0;
  #retryAt: Instant = Infinity;

  /** Takes where to put what it wants done, who we are, how long to wait, and where randomness comes from. */
  constructor(outputs: TwitchOutputs, setup: Setup, backoff: BackoffOptions, random: () => number) {
    this.#outputs = outputs;
    this.#setup = setup;
    this.#backoff = new Backoff(backoff, random);
    this.#token = setup.token;
  }

  /** Whether one is under way that has not come to its dial, or waits. */
  get underWay(): boolean {
    return this.#tokenAsk > 0 || this.#permitAsk > 0 || this.#retryAt < Infinity;
  }

  /** How many have failed in a row. */
  get count(): number {
    return this.#backoff.count;
  }

  /** When the next one begins; Infinity: none waits. */
  get retryAt(): Instant {
    return this.#retryAt;
  }

  /** Begins one. */
  begin(): void {
    this.#retryAt = Infinity;
    if (!this.#setup.asksToken) return this.#askPermit();
    this.#tokenAsk = this.#outputs.ask({ kind: "token", ...(this.#refused && { refused: this.#refused }) });
  }

  /** Twitch has accepted login and token. */
  accepted(): void {
    this.#accepted = this.#token;
    this.#refused = undefined;
  }

  /**
   * Twitch has refused login and token: begins an attempt with another one, or, if it has refused that
   * already or there is nobody to ask, returns the error that ends the session.
   */
  refused(error: TwitchLoginError): TwitchLoginError | undefined {
    const expired = this.#token !== undefined && this.#token === this.#accepted;
    const why = expired ? new TwitchLoginError("expired", error.message) : error;
    if (!this.#setup.asksToken || this.#refused !== undefined) return why;
    this.#refused = why;
    this.begin();
    return undefined;
  }

  /** An ask was answered; undefined if it is none of these. */
  answered(id: number, answer: TwitchAnswer | PermitAnswer | AskFailed): AttemptStep | undefined {
    if (id === this.#tokenAsk) {
      this.#tokenAsk = 0;
      return this.#tokenAnswered(answer);
    }
    if (id !== this.#permitAsk) return undefined;
    this.#permitAsk = 0;
    if (answer.kind !== "error") return { kind: "dial", permit: id, token: this.#token };
    return { kind: "retry", reason: `no permit to log in could be had (${answer.error.message})` };
  }

  /** One failed, or what it led to is lost; returns how long the next one waits, or undefined: give up. */
  failed(now: Instant): number | undefined {
    const after = this.#backoff.next();
    if (after !== undefined) this.#retryAt = now + after;
    return after;
  }

  /** What the last one led to has lasted: the failures before it say nothing about the next. */
  reset(): void {
    this.#backoff.reset();
  }

  /** There are to be no more. */
  end(): void {
    this.#retryAt = Infinity;
    for (const ask of [this.#tokenAsk, this.#permitAsk]) if (ask > 0) this.#outputs.release(ask, false);
    this.#tokenAsk = 0;
    this.#permitAsk = 0;
  }

  #askPermit(): void {
    this.#permitAsk = this.#outputs.ask({ kind: "permit", permit: this.#setup.auth });
  }

  #tokenAnswered(answer: TwitchAnswer | PermitAnswer | AskFailed): AttemptStep {
    this.#token = answer.kind === "token" ? checkToken(answer.token) : undefined;
    if (this.#token !== undefined) {
      this.#askPermit();
      return { kind: "waiting" };
    }
    const name = `Cannot log in as "${this.#setup.login}"`;
    if (answer.kind !== "error") {
      const message = `${name}: the provider gave what is no token`;
      return { kind: "failed", error: new TwitchLoginError("malformed", message) };
    }
    const message = `${name}: no token was provided`;
    return { kind: "failed", error: new TwitchLoginError("missing", message, { cause: answer.error }) };
  }
}
