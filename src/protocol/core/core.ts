import { Inbox, type Input } from "./inbox.ts";
import { Outputs } from "./outputs.ts";
import type {
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  OpenInfo,
  Output,
  PermitAnswer,
  Protocol,
  ShutdownMode,
} from "../protocol.ts";

/**
 * What every core does alike: takes in what comes, works through it in order when it is polled, one message at a
 * time, and hands out what comes of one before it looks at the next. A protocol extends it and says what its
 * inputs mean.
 *
 * **The caller's obligation** is that of every {@linkcode Protocol}.
 *
 * @typeParam Command What the user can want.
 * @typeParam Event What the user is told, told apart by `kind`.
 * @typeParam Ask What the core asks for, besides permits.
 * @typeParam Answer What answers those asks.
 *
 * @example A core that echoes, driven by hand
 * ```ts
 * import { Core, type Data, type Input } from "@parley/parley/protocol";
 *
 * class Echo extends Core<never, { kind: "echoed"; data: Data }> {
 *   start(): void {}
 *   command(): void {}
 *   cancel(): void {}
 *   shutdown(): void {
 *     this.outputs.end();
 *   }
 *   deadline(): number {
 *     return Infinity;
 *   }
 *   protected take(input: Input): void {
 *     if (input.kind !== "received") return;
 *     this.outputs.tell({ kind: "echoed", data: input.data });
 *     this.outputs.send(input.link, input.data);
 *   }
 * }
 *
 * const echo = new Echo();
 * echo.receive(-1, "hello", 0);
 * echo.poll(); // { kind: "event", event: { kind: "echoed", data: "hello" } }
 * echo.poll(); // { kind: "send", link: -1, data: "hello" }
 * echo.poll(); // undefined
 * ```
 */
export abstract class Core<
  Command,
  Event extends { readonly kind: string },
  Ask = never,
  Answer = never,
> implements Protocol<Command, Event, Ask, Answer> {
  /** What is to be done and told. */
  protected readonly outputs: Outputs<Event, Ask>;
  readonly #inbox = new Inbox<Answer>();

  /** Takes where what is to be done and told goes. @default one of its own */
  constructor(outputs: Outputs<Event, Ask> = new Outputs()) {
    this.outputs = outputs;
  }

  /** Begins. */
  abstract start(now: Instant): void;
  /** The user wants something. */
  abstract command(command: Command, ticket: number, now: Instant): void;
  /** The user gave up on a command. */
  abstract cancel(ticket: number, now: Instant): void;
  /** Ends, politely. */
  abstract shutdown(mode: ShutdownMode, now: Instant): void;
  /** When `tick` is due at the latest. */
  abstract deadline(): Instant;

  /** Works through one input. */
  protected abstract take(input: Input<Answer>): void;

  /** Works through one message of what inputs before have brought; false if there is none. @default there is none */
  protected next(): boolean {
    return false;
  }

  /** A dial succeeded, or a client was accepted. */
  opened(link: number, info: OpenInfo, now: Instant): void {
    this.#inbox.opened(link, info, now);
  }

  /** Takes in what came. */
  receive(link: number, data: Data, now: Instant): void {
    this.#inbox.receive(link, data, now);
  }

  /** The link is gone, or never opened. */
  closed(link: number, info: CloseInfo, now: Instant): void {
    this.#inbox.closed(link, info, now);
  }

  /** An ask was answered. */
  answered(id: number, answer: Answer | PermitAnswer | AskFailed, now: Instant): void {
    this.#inbox.answered(id, answer, now);
  }

  /** Time has passed. */
  tick(now: Instant): void {
    if (now >= this.deadline()) this.#inbox.tick(now);
  }

  /** The next thing to do or to tell. */
  poll(): Output<Event, Ask> | undefined {
    for (;;) {
      const output = this.outputs.shift();
      if (output !== undefined) return output;
      if (this.next()) continue;
      const input = this.#inbox.shift();
      if (input === undefined) return undefined;
      this.take(input);
    }
  }
}
