import { CommandError, OptionError } from "../../protocol/errors.ts";
import type { Action, Data, Output } from "../../protocol/protocol.ts";
import { Queue } from "../../protocol/core/queue.ts";
import { type IrcMessage, parseMessage } from "../wire/messages/message.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Whether a line comes from the server or goes to it. */
export type LineDirection = "in" | "out";

/**
 * Sees a line before anything else does, and says what becomes of it by `next`: called as it is it passes the
 * line on, with another line or message that instead; not called it drops the line; called several times it
 * makes several of it. `next` has to be called before the handler returns, since lines stay in their order: a
 * call after that throws.
 */
export type LineHandler = (
  message: IrcMessage,
  next: (message?: IrcMessage | string) => void,
  direction: LineDirection,
) => unknown;

/**
 * A chain of handlers through which every line goes, in both directions: what comes before the session looks
 * at it, registration and PING included, and what goes after the session has decided on it. Lines that hold a
 * secret (a password, a login) go past it, unseen.
 *
 * A handler that throws changes nothing: its line goes on as it came.
 */
export class LineHandlers {
  readonly #failed: (error: unknown) => void;
  readonly #returned: (result: unknown) => void;
  /** Replaced, never changed: a handler may add and remove handlers. */
  #handlers: readonly LineHandler[];
  readonly #outgoing = new Queue<Action & { readonly kind: "send" }>();

  /** Takes the handlers, and whom to tell what one of them throws, and what it returns, which may be a promise. */
  constructor(
    handlers: readonly LineHandler[] = [],
    failed: (error: unknown) => void = () => {},
    returned: (result: unknown) => void = () => {},
  ) {
    for (const handler of handlers) checkHandler(handler);
    this.#handlers = [...handlers];
    this.#failed = failed;
    this.#returned = returned;
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#handlers.length === 0;
  }

  /** Adds a handler behind the others; returns what undoes it. */
  use(handler: LineHandler): () => void {
    checkHandler(handler);
    // A function of its own, so that one handler added twice is removed once.
    const added: LineHandler = (message, next, direction) => handler(message, next, direction);
    this.#handlers = [...this.#handlers, added];
    return () => {
      this.#handlers = this.#handlers.filter((other) => other !== added);
    };
  }

  /** What becomes of a message: the lines that are there instead, in order. */
  run(message: IrcMessage, direction: LineDirection): readonly IrcMessage[] {
    // What the server asks of a login, and what we answer, is nobody's business.
    if (message.command === "AUTHENTICATE") return [message];
    const messages: IrcMessage[] = [];
    this.#call(this.#handlers, 0, message, direction, messages);
    return messages;
  }

  /** The next of what `poll` hands out; what sends a line comes out as what becomes of the line. */
  next<Event, Ask>(poll: () => Output<Event, Ask> | undefined): Output<Event, Ask> | undefined {
    for (;;) {
      const waiting = this.#outgoing.shift();
      if (waiting !== undefined) return waiting;
      const action = poll();
      if (this.isEmpty || action?.kind !== "send" || action.secret) return action;
      const { data } = action;
      const message = messageOf(typeof data === "string" ? data : decoder.decode(data));
      if (message === undefined) return action;
      for (const other of this.run(message, "out")) {
        this.#outgoing.push({ ...action, data: framedAs(other.raw, data) });
      }
    }
  }

  #call(
    handlers: readonly LineHandler[],
    index: number,
    message: IrcMessage,
    direction: LineDirection,
    messages: IrcMessage[],
  ): void {
    const handler = handlers[index];
    if (handler === undefined) return void messages.push(message);
    let open = true;
    let passed = false;
    const next = (other: IrcMessage | string = message) => {
      if (!open) throw new CommandError("closed", "Cannot pass a line on: its handler has returned already");
      const passing = typeof other === "string" ? checked(other) : other;
      passed = true;
      this.#call(handlers, index + 1, passing, direction, messages);
    };
    const failed = (error: unknown) => {
      if (!passed) this.#call(handlers, index + 1, message, direction, messages);
      this.#failed(error);
    };
    try {
      const result = handler(message, next, direction);
      open = false;
      this.#returned(result);
    } catch (error) {
      open = false;
      failed(error);
    }
  }
}

/** What a line says; undefined if it is no message. */
export function messageOf(line: string): IrcMessage | undefined {
  try {
    return parseMessage(line);
  } catch {
    return undefined;
  }
}

/** A line in the frame that another one was in. */
function framedAs(line: string, data: Data): Data {
  if (typeof data !== "string") return encoder.encode(line);
  return data.endsWith("\r\n") ? `${line}\r\n` : line;
}

function checked(line: string): IrcMessage {
  if (/[\0\r\n]/.test(line)) {
    throw new CommandError("invalid_command", "Cannot pass a line on: it contains CR, LF or NUL");
  }
  return parseMessage(line);
}

function checkHandler(handler: LineHandler): void {
  if (typeof handler !== "function") {
    throw new OptionError("Cannot use a handler of lines that is no function");
  }
}
