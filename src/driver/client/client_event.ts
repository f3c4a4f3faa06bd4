/** A handler threw, what the client does on the side failed, or the client ended with an error. */
export interface ErrorEvent {
  readonly kind: "error";
  /** What was thrown. */
  readonly error: unknown;
  /** The kind of the event whose handler threw, if it was a handler. */
  readonly handling: string | undefined;
}

/** A command has failed whose promise nobody has taken, so that nobody else would know. */
export interface UndeliveredEvent {
  readonly kind: "undelivered";
  /** Which command: the name of the method, such as `privmsg`. */
  readonly command: string;
  /** What it was for, such as a channel, as far as it says so. */
  readonly target: string | undefined;
  /** What became of it: without effect, nobody can know, or taken back before it was sent. */
  readonly outcome: "failed" | "lost" | "cancelled";
  /** What its promise was rejected with. */
  readonly reason: unknown;
}

/** Which command a promise is of. */
export interface CommandName {
  /** The name of the method. */
  readonly command: string;
  /** What it is for, such as a channel; nothing secret. */
  readonly target?: string | undefined;
  /** What may take it back. */
  readonly signal?: AbortSignal | undefined;
  /** Whether it ends the client, which then waits for the others, and not for this one. @default {false} */
  readonly ends?: boolean;
}

/**
 * A consumer that iterates was slower than the wire, and some events were dropped here. It is told once for each burst:
 * to that consumer alone, in the place of the first of them, with how many there were. Handlers miss nothing.
 */
export interface LaggedEvent {
  readonly kind: "lagged";
  /** How many events were dropped. */
  readonly missed: number;
}

/** The client has ended: the last event there is. */
export interface ClosedEvent {
  readonly kind: "closed";
  /** Why, if it has not ended as it was told to. */
  readonly error: Error | undefined;
}

/** The events that every client has beside those of its protocol. */
export type ClientEvent = ErrorEvent | UndeliveredEvent | LaggedEvent | ClosedEvent;

/** The events of one kind. */
export type EventOf<Event, Kind extends string> = Extract<Event, { readonly kind: Kind }>;
