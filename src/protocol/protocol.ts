import type { OptionError } from "./errors.ts";
import type { Permit } from "./permit.ts";

/**
 * A point in time in milliseconds: `performance.timeOrigin + performance.now()`, monotonic and near
 * Unix time. Cores never read a clock: every input brings the time along.
 */
export type Instant = number;

/** What a byte or message transport carries: text frames as strings, all else as bytes. */
export type Data = string | Uint8Array;

/** What ended a link, or kept it from opening; a closed set. */
export type CloseCause =
  /** The other side closed it. */
  | "peer"
  /** It broke without a goodbye. */
  | "lost"
  /** What came could not be decoded. */
  | "corrupt"
  /** The peer stopped reading. */
  | "stalled"
  /** The host's name has no address, or none can be asked for. */
  | "dns"
  /** No way leads to the host. */
  | "unreachable"
  /** Nothing listens at that host and port. */
  | "refused"
  /** Nobody answered in time. */
  | "timeout"
  /** The runtime does not let the program use the network there. */
  | "permission"
  /** The server does not speak TLS on this port. */
  | "plain"
  /** The server speaks nothing but TLS on this port. */
  | "secure"
  /** The certificate is for other names. */
  | "certificate_name"
  /** The certificate has expired. */
  | "certificate_expired"
  /** The certificate is not valid yet. */
  | "certificate_early"
  /** Who issued the certificate is not trusted. */
  | "certificate_issuer"
  /** The certificate has another fingerprint than those trusted. */
  | "certificate_fingerprint"
  /** The certificate is not acceptable for another reason. */
  | "certificate"
  /** The TLS handshake failed otherwise. */
  | "tls"
  /** The proxy refused, or could not be reached. */
  | "proxy"
  /** The server answered, but opened no WebSocket: by an HTTP status, or by what is no HTTP. */
  | "upgrade"
  /** The runtime does not tell. */
  | "unknown";

/** Why a link is gone. `clean` is true if both sides agreed to close it. */
export interface CloseInfo {
  /** The WebSocket close code, or 0 where the transport has none. */
  readonly code: number;
  /** What the peer or the runtime said, for people; never holds a secret. */
  readonly reason: string;
  /** True if the closing handshake (or the end of the stream) was completed. */
  readonly clean: boolean;
  /** What ended it, for programs. */
  readonly cause: CloseCause;
  /** What a `proxy` answered: an HTTP status, or a code of SOCKS5. */
  readonly status?: number;
  /** For what the caller got wrong it never opened, and never will: a driver ends its core with this, and tells it nothing. */
  readonly mistake?: OptionError;
}

/** Whether the `cause` of an error says how a link, or a request, ended. */
export function isCloseInfo(value: unknown): value is CloseInfo {
  return typeof value === "object" && value !== null && "cause" in value && typeof value.cause === "string" &&
    "clean" in value && "reason" in value && "code" in value;
}

/** What is known of a link once it is open. */
export interface OpenInfo {
  /** The URL that was dialled, or, for an accepted link, the one the client asked for. */
  readonly url: string;
  /** The WebSocket subprotocol agreed on, or an empty string. */
  readonly protocol: string;
}

/** How a command ended. `lost` means that its link died and nobody can know. */
export type Outcome =
  | { readonly kind: "done"; readonly value?: unknown }
  | { readonly kind: "failed"; readonly error: Error }
  | { readonly kind: "lost" }
  | { readonly kind: "cancelled" };

/** The ask every core may use: a share of a limit that is wider than one core. */
export interface PermitAsk {
  readonly kind: "permit";
  readonly permit: Permit;
}

/** The answer to a {@linkcode PermitAsk}: it is granted, and held until it is released. */
export interface PermitAnswer {
  readonly kind: "permit";
}

/** The answer to any ask that could not be met. */
export interface AskFailed {
  readonly kind: "error";
  readonly error: Error;
}

/** What a core wants done. `Ask` is what it may ask for besides permits. */
export type Action<Ask = never> =
  /**
   * Open a link; `opened` or `closed` answers. `link` is a number the core has not used before. `maxMessage`: the
   * largest message the core takes, in bytes; at a larger one the link ends as `corrupt`. A stream has no messages:
   * there the core itself bounds what it keeps.
   */
  | {
    readonly kind: "dial";
    readonly link: number;
    readonly url: string;
    readonly protocols?: readonly string[];
    readonly maxMessage?: number;
  }
  /** Send on an open link. `secret`: recorders leave the data out, or have `shown` in its place. */
  | {
    readonly kind: "send";
    readonly link: number;
    readonly data: Data;
    readonly secret?: true;
    readonly shown?: Data;
  }
  /** Close politely; `closed` answers. The core keeps the deadline after which it aborts. */
  | { readonly kind: "close"; readonly link: number; readonly code: number; readonly reason: string }
  /** Drop the link now; nothing more is heard of it, not even `closed`. */
  | { readonly kind: "abort"; readonly link: number }
  /** Ask the outside for what only the outside has; `answered` answers, unless it is released first. */
  | { readonly kind: "ask"; readonly id: number; readonly ask: Ask | PermitAsk }
  /**
   * For a permit: its effect is proven (`used`: the limit counts from now) or it is not needed after all.
   * For an ask that has no answer yet: the answer is no longer wanted, and will not come.
   */
  | { readonly kind: "release"; readonly id: number; readonly used: boolean }
  /** The end of a command, exactly once for each ticket. */
  | { readonly kind: "settle"; readonly ticket: number; readonly outcome: Outcome }
  /** Terminal: nothing more will come, no action and no event. */
  | { readonly kind: "end"; readonly error?: Error };

/** What comes out of a core: something to do, or an event to tell. */
export type Output<Event, Ask = never> = Action<Ask> | { readonly kind: "event"; readonly event: Event };

/**
 * A protocol that does no I/O: it is handed what came in and what time it is, and is asked what to do.
 * Clients and servers implement the same contract; a server is a core whose links open without a dial.
 *
 * **The caller's obligation.** After every input (any method but the last two) call `poll()` until it has
 * nothing left, doing and telling what it hands out before the next call. Then call `tick` no later than
 * `deadline()`; if it is late all the same, since the process stood still, first hand in what has arrived meanwhile.
 * Inputs may come between any two calls, also while an event is being told, but never from two places at once. Time
 * never goes backwards.
 *
 * ```
 * input ──▶ poll()* ──▶ deadline() ──▶ input ──▶ …
 * ```
 *
 * What links bring, answers and ticks count in the order in which they came: a tick never overtakes what was
 * received before it. `poll()` works through them one message at a time, and hands out what comes of one before
 * it looks at the next, so that whoever is told an event sees the core as of its message. `command`, `cancel`
 * and `shutdown` act at once. What came before a `shutdown`, or comes while the link is being closed, is still told;
 * the last output is the end.
 *
 * What peers send never throws. What the caller gets wrong throws at once.
 *
 * Links are told apart by number. A core numbers the links it dials from 1 up; who accepts links for a
 * server core numbers them from −1 down, so that one core can do both.
 *
 * @typeParam Command What the user can want.
 * @typeParam Event What the user is told, told apart by `kind`.
 * @typeParam Ask What the core asks for, besides permits.
 * @typeParam Answer What answers those asks.
 *
 * @example A core that echoes, driven by hand
 * ```ts
 * import { type Data, Outputs, type Output, type Protocol } from "@parley/parley/protocol";
 *
 * type Echoed = { kind: "echoed"; data: Data };
 *
 * class Echo implements Protocol<never, Echoed> {
 *   #inbox: { link: number; data: Data }[] = [];
 *   #outputs = new Outputs<Echoed>();
 *   start(): void {}
 *   opened(): void {}
 *   receive(link: number, data: Data): void {
 *     this.#inbox.push({ link, data });
 *   }
 *   closed(): void {}
 *   answered(): void {}
 *   tick(): void {}
 *   command(): void {}
 *   cancel(): void {}
 *   shutdown(): void {
 *     this.#outputs.end();
 *   }
 *   poll(): Output<Echoed> | undefined {
 *     const received = this.#outputs.length === 0 ? this.#inbox.shift() : undefined;
 *     if (received !== undefined) {
 *       this.#outputs.tell({ kind: "echoed", data: received.data });
 *       this.#outputs.send(received.link, received.data);
 *     }
 *     return this.#outputs.shift();
 *   }
 *   deadline(): number {
 *     return Infinity;
 *   }
 * }
 *
 * const echo = new Echo();
 * echo.receive(-1, "hello");
 * echo.poll(); // { kind: "event", event: { kind: "echoed", data: "hello" } }
 * echo.poll(); // { kind: "send", link: -1, data: "hello" }
 * echo.poll(); // undefined
 * ```
 */
export interface Protocol<
  Command,
  Event extends { readonly kind: string },
  Ask = never,
  Answer = never,
> {
  /** Begins; the first input, exactly once. */
  start(now: Instant): void;
  /** A dial succeeded, or a client was accepted. */
  opened(link: number, info: OpenInfo, now: Instant): void;
  /** Takes in what came; never throws, whatever came. */
  receive(link: number, data: Data, now: Instant): void;
  /**
   * What observers may see of what a link brings, for whom it is asked of everything, in order, before `receive` is
   * given it: undefined, or the data without what is secret. A core without it has no secrets to receive.
   */
  shown?(link: number, data: Data): Data | undefined;
  /** The link is gone, or never opened. What was received before still comes out first. */
  closed(link: number, info: CloseInfo, now: Instant): void;
  /** An ask was answered. An answer nobody waits for any more has no effect. */
  answered(id: number, answer: Answer | PermitAnswer | AskFailed, now: Instant): void;
  /** Time has passed. Early or spurious calls have no effect. */
  tick(now: Instant): void;
  /**
   * The process stood still some time between `since` and `now`: what it reads from here on may have come long before.
   * Its clock may have stood meanwhile for as many milliseconds as `stood` says, or else that on the wall was set forward:
   * nobody can tell which. Acts at once. A core that tells no times away needs none.
   */
  stalled?(since: Instant, now: Instant, stood?: number): void;

  /**
   * The user wants something; `settle` with this ticket will tell how it ended, perhaps at once. The
   * caller numbers the tickets and never uses one twice.
   *
   * @throws {CommandError} on misuse, before anything is sent; the ticket is then not used.
   */
  command(command: Command, ticket: number, now: Instant): void;
  /** The user gave up on a command: it settles as `cancelled` if it has not been sent, else as it would have. */
  cancel(ticket: number, now: Instant): void;
  /** Ends, politely. `resumable`: leave the session so that another process can take it up. `end` follows. */
  shutdown(mode: ShutdownMode, now: Instant): void;

  /** The next thing to do or to tell, in order; undefined once all that was taken in is worked through. */
  poll(): Output<Event, Ask> | undefined;
  /** When `tick` is due at the latest. Infinity: not at all. */
  deadline(): Instant;
}

/** How to shut down: for good, or so that the session can be resumed. */
export type ShutdownMode = "end" | "resumable";
