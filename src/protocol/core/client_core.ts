import type { BackoffOptions } from "../connection/backoff.ts";
import { closeReason } from "../connection/close_reason.ts";
import type { ConnectFailure, LossCause } from "../connection/connect_error.ts";
import { Connector, ConnectorGroup } from "../connection/connector.ts";
import { Core } from "./core.ts";
import { Deadlines } from "./deadlines.ts";
import { Gap } from "../connection/gap.ts";
import type { Input } from "./inbox.ts";
import { PingBarrier, type PingTimes } from "../connection/ping_barrier.ts";
import type { Data, Instant, ShutdownMode } from "../protocol.ts";
import { shownUrl } from "../data/quote.ts";

/** The link is gone, or did not come about; another attempt follows. */
export interface CoreReconnectingEvent {
  readonly kind: "reconnecting";
  /** How long until the attempt, in milliseconds. */
  readonly after: number;
  /** How many attempts have failed in a row. */
  readonly attempt: number;
  /** Why, for programs. */
  readonly cause: LossCause;
  /** Why, for people. */
  readonly reason: string;
  /** What was dialled. */
  readonly url: string;
}

/** What every {@linkcode ClientCore} tells. */
export type ClientCoreEvent =
  /** A session stands, for the first time or again. */
  | { readonly kind: "ready" }
  | CoreReconnectingEvent
  /** We are back: what was said meanwhile is not known. A client tells both times by the wall clock. */
  | { readonly kind: "gap"; readonly from: Instant; readonly to: Instant }
  /** The peer sent what the protocol does not allow, and the link was dropped. */
  | { readonly kind: "malformed"; readonly text: string };

/** How a {@linkcode ClientCore} keeps its link. */
export interface ClientCoreOptions {
  /** Where to dial. */
  readonly url: string;
  /** Where randomness in [0, 1) comes from. */
  readonly random: () => number;
  /** How long to wait between attempts, and how many to make. */
  readonly backoff?: BackoffOptions | undefined;
  /** For how many milliseconds a first link is tried for; Infinity: for ever. @default {45_000} */
  readonly connectTimeout?: number | undefined;
  /**
   * When to ask whether the peer is there.
   *
   * @default {{ idle: 30_000, interval: 60_000, pong: 10_000 }}
   */
  readonly ping?: PingTimes;
  /** From the dial until the session must stand, and from the goodbye until the end, in milliseconds. @default {10_000} */
  readonly patience?: number;
}

/**
 * A client core with one link at a time: it dials, gives up what does not come to a session, asks whether the peer
 * is there, comes back with a growing pause, tells since when it was away, and ends politely. A protocol says how it
 * logs in, what its messages mean and how it asks for a PONG. One that holds two links at once, or resumes, is built
 * of the same parts: {@linkcode Connector}, {@linkcode PingBarrier}, {@linkcode Gap}, {@linkcode Deadlines}.
 *
 * **The protocol's obligation.** Call {@linkcode ClientCore.established} once the peer has let us in, and tell what
 * it says by {@linkcode ClientCore.tell}, which is silent once we are leaving.
 *
 * @typeParam Command What the user can want.
 * @typeParam Event What the user is told besides.
 *
 * @example Lines that are echoed
 * ```ts
 * import { ClientCore } from "@parley/parley/protocol";
 *
 * class Lines extends ClientCore<string, { kind: "line"; text: string }> {
 *   command(text: string, ticket: number, now: number): void {
 *     this.outputs.send(this.link, `${text}\n`);
 *     this.pings.request(now, { proven: () => this.outputs.done(ticket) });
 *   }
 *   protected login(): void {
 *     this.established();
 *   }
 *   protected ping(): void {
 *     this.outputs.send(this.link, "PING\n");
 *   }
 *   protected read(data: string | Uint8Array): void {
 *     this.tell({ kind: "line", text: String(data) });
 *   }
 *   protected reset(): void {}
 * }
 *
 * const core = new Lines({ url: "tcp://example.org:7", random: () => 0.5 });
 * core.start(0);
 * core.poll(); // { kind: "dial", link: 1, url: "tcp://example.org:7" }
 * ```
 */
export abstract class ClientCore<Command, Event extends { readonly kind: string }>
  extends Core<Command, Event | ClientCoreEvent> {
  /** The one owner of PING. */
  protected readonly pings: PingBarrier;
  /** When the input came that is being worked through. */
  protected now: Instant = 0;
  readonly #url: string;
  readonly #patience: number;
  readonly #connector: Connector;
  readonly #deadlines = new Deadlines<"session" | "end">();
  readonly #gap = new Gap();
  #state: "away" | "opening" | "ready" | "leaving" | "ended" = "away";
  #link = 0;

  /** Takes where to dial, and how to keep the link. */
  constructor({ url, random, backoff, connectTimeout, ping, patience = 10_000 }: ClientCoreOptions) {
    super();
    this.#url = url;
    this.#patience = patience;
    this.#connector = new Connector({ random, backoff, group: new ConnectorGroup({ connectTimeout }) });
    const times = ping ?? { idle: 30_000, interval: 60_000, pong: 10_000 };
    this.pings = new PingBarrier(times, (token) => this.ping(token));
  }

  /** The link is open: logs in. */
  protected abstract login(): void;
  /** Takes in what came, for {@linkcode Core.next} to work through it, or works through it at once. */
  protected abstract read(data: Data): void;
  /** Sends a PING, which {@linkcode PingBarrier.answered} is told the answer of. */
  protected abstract ping(token: string): void;
  /** The link is gone: forgets what of a message had come. */
  protected abstract reset(): void;

  /** The number of the link; 0 while there is none. */
  protected get link(): number {
    return this.#link;
  }

  /** Whether a session stands, and is not being left. */
  protected get ready(): boolean {
    return this.#state === "ready";
  }

  /** Begins. */
  start(now: Instant): void {
    this.#connector.begin(now);
    this.#state = "opening";
    this.#link = this.outputs.dial({ url: this.#url });
    this.#deadlines.set("session", now + this.#patience);
  }

  /** The process stood still: what is read from here on may have come long before. */
  stalled(since: Instant, now: Instant): void {
    this.pings.stalled(since, now);
  }

  /** What was sent cannot be taken back: the command settles as it would have. */
  cancel(_ticket: number, _now: Instant): void {}

  /** Ends once the peer has handled all that was sent. */
  shutdown(_mode: ShutdownMode, now: Instant): void {
    if (this.#state !== "ready") return this.#end();
    this.#state = "leaving";
    this.#deadlines.set("end", now + this.#patience);
    this.pings.request(now, { proven: () => this.outputs.close(this.#link, 1000, "") });
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return Math.min(this.#deadlines.next, this.#connector.deadline, this.pings.deadline);
  }

  /** The peer has let us in. */
  protected established(): void {
    if (this.#state !== "opening") return;
    this.#state = "ready";
    this.#deadlines.clear("session");
    this.#connector.established(this.now);
    this.pings.start(this.now);
    this.tell({ kind: "ready" });
    const gap = this.#gap.end(this.now);
    if (gap !== undefined) this.tell({ kind: "gap", ...gap });
  }

  /** Tells an event, unless we are leaving. */
  protected tell(event: Event | ClientCoreEvent): void {
    if (this.#state !== "leaving" && this.#state !== "ended") this.outputs.tell(event);
  }

  /** Drops the link, on which the peer sent this, in place of what the protocol allows. */
  protected malformed(text: string): void {
    this.tell({ kind: "malformed", text: text.slice(0, 200) });
    this.#drop("corrupt", "the server broke the protocol");
  }

  /** Works through one input. */
  protected take(input: Input): void {
    this.now = input.now;
    if (input.kind === "tick") return this.#tick(input.now);
    if (input.kind === "answered" || input.link !== this.#link) return;
    if (input.kind === "opened") {
      this.#connector.hold(input.now);
      this.login();
    } else if (input.kind === "closed") {
      const { info } = input;
      this.#lose({ url: this.#url, cause: info.cause, reason: closeReason(info), info });
    } else {
      this.pings.heard(input.now);
      this.read(input.data);
    }
  }

  #tick(now: Instant): void {
    const due = this.#connector.due(now, this.#url);
    if (due === "attempt") this.start(now);
    else if (due !== undefined) return this.#end(due);
    if (this.#deadlines.due(now) !== undefined) this.#drop("timeout", "the server did not answer in time");
    else if (this.pings.due(now)) this.#drop("timeout", "the server does not answer");
  }

  #drop(cause: LossCause, reason: string): void {
    this.outputs.abort(this.#link);
    this.#lose({ url: this.#url, cause, reason });
  }

  #lose(failure: ConnectFailure): void {
    this.#link = 0;
    this.#deadlines.clearAll();
    this.reset();
    if (this.#state === "leaving") return this.#end();
    if (this.#state === "ready") this.#gap.begin(this.pings.lastHeardAt);
    this.#state = "away";
    this.pings.stop();
    const next = this.#connector.failed(this.now, failure);
    if (next instanceof Error) return this.#end(next);
    const { cause, reason, url } = failure;
    this.tell({ kind: "reconnecting", ...next, cause, reason, url: shownUrl(url) });
  }

  #end(error?: Error): void {
    if (this.#link !== 0) this.outputs.abort(this.#link);
    this.#link = 0;
    this.#state = "ended";
    this.reset();
    this.#connector.stop();
    this.#deadlines.clearAll();
    this.pings.stop();
    this.outputs.end(error);
  }
}
