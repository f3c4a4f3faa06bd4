import { AuthenticationError, type ConnectionError, OptionError } from "../../../protocol/errors.ts";
import type { ConnectFailure } from "../../../protocol/connection/connect_error.ts";
import { Connector, type ConnectorGroup, type NextAttempt } from "../../../protocol/connection/connector.ts";
import type { AskFailed, Instant, PermitAnswer } from "../../../protocol/protocol.ts";
import type { TwitchAnswer, TwitchOutputs } from "../outputs.ts";
import { bareToken, checkToken, TwitchLoginError } from "./login.ts";
import type { Setup, TwitchSessionOptions } from "../options.ts";

/** What comes of an answer to what an attempt asks for. */
export type LoginAttemptStep =
  | { readonly kind: "waiting" }
  | { readonly kind: "dial"; readonly permit: number; readonly token: string | undefined }
  | { readonly kind: "retry"; readonly reason: string }
  | { readonly kind: "failed"; readonly error: TwitchLoginError };

/** So many tokens in a row, each another, are refused before there is no hope. */
const MOST_REFUSALS = 3;

/**
 * Attempts to log in, up to the dial: the wait after a failure, then the token, then the permit. They come
 * before the dial so that no link is open while they take their time.
 */
export class LoginAttempts {
  readonly #outputs: TwitchOutputs;
  readonly #setup: Setup;
  readonly #connector: Connector;
  #token: string | undefined;
  /** The last token that Twitch has accepted. */
  #accepted: string | undefined;
  /** Why Twitch has refused the last one; undefined once it has accepted another. */
  #refused: TwitchLoginError | undefined;
  /** Which that was, and how many have been refused since one was accepted. */
  #refusedToken: string | undefined;
  #refusals = 0;
  #tokenAsk = 0;
  #permitAsk = 0;

  /** Takes where to put what it wants done, who we are, how long to wait, and where randomness comes from. */
  constructor(
    outputs: TwitchOutputs,
    setup: Setup,
    { backoff, random }: Pick<TwitchSessionOptions, "backoff" | "random">,
    group: ConnectorGroup,
  ) {
    this.#outputs = outputs;
    this.#setup = setup;
    this.#connector = new Connector({ backoff, random, group });
    this.#token = setup.token;
  }

  /** Whether one is under way that has not come to its dial, or waits. */
  get underWay(): boolean {
    return this.#tokenAsk > 0 || this.#permitAsk > 0 || this.retryAt < Infinity;
  }

  /** How many have failed in a row. */
  get count(): number {
    return this.#connector.attempt;
  }

  /** When the next one begins; Infinity: none waits. */
  get retryAt(): Instant {
    return this.#connector.retryAt;
  }

  /** When {@linkcode LoginAttempts.due} has something to say. */
  get deadline(): Instant {
    return this.#connector.deadline;
  }

  /** What is due: the next one, or to give up, which is an error. */
  due(now: Instant): "attempt" | ConnectionError | undefined {
    return this.#connector.due(now, this.#setup.url);
  }

  /** Begins one. */
  begin(now: Instant): void {
    this.#connector.begin(now);
    this.#connector.hold(now);
    if (!this.#setup.asksToken) return this.#askPermit();
    this.#tokenAsk = this.#outputs.ask({
      kind: "token",
      ...(this.#refused && { refused: this.#refused }),
      ...(this.#refused && this.#token !== undefined && { token: bareToken(this.#token) }),
    });
  }

  /** What one has led to is being dialled. */
  dialled(now: Instant): void {
    this.#connector.begin(now);
  }

  /** The link has opened. */
  opened(now: Instant): void {
    this.#connector.hold(now);
  }

  /** Twitch has accepted login and token. */
  accepted(now: Instant): void {
    this.#connector.established(now);
    this.#accepted = this.#token;
    this.#refused = this.#refusedToken = undefined;
    this.#refusals = 0;
  }

  /** Whether the last login has held for so long that the loss of its link is no failure. */
  lasted(now: Instant): boolean {
    return this.#connector.lasted(now);
  }

  /**
   * Twitch has refused login and token: begins an attempt with another one. If it has refused that already, or as many
   * as there may be (a token may expire on its way), or there is nobody to ask, returns the error that ends the session.
   */
  refused(error: TwitchLoginError, now: Instant): TwitchLoginError | undefined {
    const expired = this.#token !== undefined && this.#token === this.#accepted;
    const why = expired ? new TwitchLoginError("expired", error.message) : error;
    if (!this.#setup.asksToken || this.#token === this.#refusedToken || ++this.#refusals === MOST_REFUSALS) {
      return why;
    }
    this.#refused = why;
    this.#refusedToken = this.#token;
    this.begin(now);
    return undefined;
  }

  /** An ask was answered; undefined if it is none of these. */
  answered(id: number, answer: TwitchAnswer | PermitAnswer | AskFailed): LoginAttemptStep | undefined {
    if (id === this.#tokenAsk) {
      this.#tokenAsk = 0;
      return this.#tokenAnswered(answer);
    }
    if (id !== this.#permitAsk) return undefined;
    this.#permitAsk = 0;
    if (answer.kind !== "error") return { kind: "dial", permit: id, token: this.#token };
    return { kind: "retry", reason: `no permit to log in could be had (${answer.error.message})` };
  }

  /** One failed, or what it led to is lost: when the next one begins, or why none will. */
  failed(now: Instant, failure: ConnectFailure): NextAttempt | ConnectionError {
    return this.#connector.failed(now, failure);
  }

  /** Those that failed say nothing about the next. */
  reset(): void {
    this.#connector.reset();
  }

  /** There are to be no more. */
  end(): void {
    this.#connector.stop();
    for (const ask of [this.#tokenAsk, this.#permitAsk]) if (ask > 0) this.#outputs.release(ask, false);
    this.#tokenAsk = 0;
    this.#permitAsk = 0;
  }

  #askPermit(): void {
    this.#permitAsk = this.#outputs.ask({ kind: "permit", permit: this.#setup.auth });
  }

  #tokenAnswered(answer: TwitchAnswer | PermitAnswer | AskFailed): LoginAttemptStep {
    const name = `Cannot log in as "${this.#setup.login}"`;
    if (answer.kind === "error") {
      const { error } = answer;
      if (error instanceof AuthenticationError || error instanceof OptionError) {
        const message = `${name}: no token was provided`;
        return { kind: "failed", error: new TwitchLoginError("missing", message, { cause: error }) };
      }
      // The one that was good the last time may still be.
      if (this.#accepted === undefined || this.#refused !== undefined) {
        return { kind: "retry", reason: `no token was provided (${error.message})` };
      }
      this.#token = this.#accepted;
    } else {
      this.#token = answer.kind === "token" ? checkToken(answer.token) : undefined;
    }
    if (this.#token !== undefined) {
      this.#askPermit();
      return { kind: "waiting" };
    }
    const message = `${name}: the provider gave what is no token`;
    return { kind: "failed", error: new TwitchLoginError("malformed", message) };
  }
}
