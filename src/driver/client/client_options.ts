import type { Dial } from "../../protocol/link.ts";
import type { Host } from "../host.ts";
import type { Permits } from "../permits.ts";

/** What every client takes. */
export interface ClientOptions {
  /**
   * Parts of the outside to replace: clock, randomness, dial, fetch, permits, crypto, observe.
   *
   * @default the runtime's own
   */
  readonly runtime?: Partial<Host>;
  /** How many events a consumer may be behind before some are dropped and told by `lagged`. @default {4096} */
  readonly mailbox?: number;
  /**
   * How many bytes of what came a consumer may be behind, where events hold it as it came: Discord's do until their
   * data is read. The newest event stays, however large it is. @default {134_217_728}
   */
  readonly mailboxBytes?: number;
  /** Names this client in observations, and in what is printed. @default the protocol's name */
  readonly label?: string;
  /**
   * Whether what the client survives (what a handler throws, a store, a provider, a command left alone) is an uncaught
   * error of the platform where nobody listens for `error` or `undelivered`. Otherwise it is printed there by
   * `console.error`: ten times a minute at most; how many more there were is told with the next, or at the end.
   *
   * @default {false}
   */
  readonly strict?: boolean;
  /** Gives up connecting; after that it has no effect. */
  readonly signal?: AbortSignal;
}

/** What limits a wait. */
export interface WaitOptions<Event> {
  /** Gives up waiting: the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Waits for an event of which this is true. @default any */
  readonly where?: (event: Event) => boolean;
}

/** How a client is closed. */
export interface CloseOptions {
  /** Whether to leave a session that can be taken up again. @default {false} */
  readonly resumable?: boolean;
  /**
   * For how long commands that are under way are waited for, in milliseconds; then they fail. 0: not at all.
   *
   * @default {3_000}
   */
  readonly within?: number;
}

/** An event, for a consumer that says when it is done with it. */
export interface Delivery<Event> {
  /** The event. */
  readonly event: Event;
  /** Says that it has been dealt with, from which on it counts as consumed. In any order; again: without effect. */
  done(): void;
}

/** For how long a handler is called. */
export interface HandlerOptions {
  /** Takes the handler away once it is aborted. */
  readonly signal?: AbortSignal;
}

/** How a core is attached to its client. */
export interface AttachOptions<Ask, Answer> {
  /** Answers what the core asks for besides permits. */
  readonly answer?: (ask: Ask, signal: AbortSignal) => Promise<Answer> | Answer;
  /** For how long that may take, in milliseconds: then the core goes on without. @default {10_000} */
  readonly answerWithin?: number;
  /** Grants its permits. @default the host's */
  readonly permits?: Permits;
  /** Opens its links. @default the host's */
  readonly dial?: Dial;
  /** Tells it from the client's other cores in observations, where it follows the client's label. @default none */
  readonly part?: string;
}
