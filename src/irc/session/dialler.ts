import type { ConnectFailure } from "../../protocol/connection/connect_error.ts";
import { Connector, ConnectorGroup, type NextAttempt } from "../../protocol/connection/connector.ts";
import type { ConnectionError } from "../../protocol/errors.ts";
import type { Outputs } from "../../protocol/core/outputs.ts";
import type { AskFailed, CloseInfo, Instant, PermitAnswer } from "../../protocol/protocol.ts";
import type { IrcEvent } from "../wire/events/event.ts";
import type { IrcAnswer, IrcAsk } from "./ask.ts";
import type { IrcSessionOptions } from "./options.ts";
import { type Dialled, knownOf, type KnownPolicy, Route } from "./links/route.ts";

/**
 * When to dial, and what: it waits between attempts, goes from server to server, and asks what is known of one by
 * STS before it is dialled without TLS, and to remember what one says of that.
 */
export class Dialler {
  readonly #outputs: Outputs<IrcEvent, IrcAsk>;
  readonly #connector: Connector;
  readonly #route: Route;
  #loading: number | undefined = undefined;
  /** What the store has said of hosts, or was told: what holds while it cannot be asked. */
  readonly #known = new Map<string, KnownPolicy | undefined>();
  /** The ask that saves what the present link has told of STS, and whether it has told more since. */
  #saving: number | undefined = undefined;
  #saveAgain = false;

  /** Takes the servers, how to come back, and where asks go. */
  constructor(options: IrcSessionOptions, outputs: Outputs<IrcEvent, IrcAsk>) {
    this.#outputs = outputs;
    this.#route = new Route(options.url);
    this.#connector = new Connector({
      backoff: options.backoff,
      random: options.random,
      group: new ConnectorGroup({ connectTimeout: options.connectTimeout }),
      servers: this.#route.servers,
    });
  }

  /** When {@linkcode Dialler.due} has something to say. */
  get deadline(): Instant {
    return this.#connector.deadline;
  }

  /** What was dialled last. */
  get url(): string {
    return this.#route.url;
  }

  /** An attempt begins: what to dial; undefined: {@linkcode Dialler.askAnswered} will tell. */
  begin(now: Instant): Dialled | undefined {
    this.#connector.begin(now);
    if (!this.#route.needsPolicy) return this.#route.dial(now, undefined);
    this.#loading = this.#outputs.ask({ kind: "sts_load", host: this.#route.host });
    return undefined;
  }

  /** An ask was answered: what to dial now, or why nothing may be yet; undefined: it was not about that. */
  askAnswered(
    id: number,
    answer: IrcAnswer | PermitAnswer | AskFailed,
    now: Instant,
  ): Dialled | Error | undefined {
    if (id === this.#loading) {
      this.#loading = undefined;
      const { host } = this.#route;
      if (answer.kind === "sts_policy") this.#known.set(host, knownOf(answer.policy, now));
      // Without knowing whether it is forbidden nobody may connect in the clear.
      else if (answer.kind === "error" && !this.#known.has(host)) return answer.error;
      return this.#route.dial(now, this.#known.get(host));
    }
    if (id === this.#saving) {
      this.#saving = undefined;
      if (this.#saveAgain) this.#save(now);
    }
    return undefined;
  }

  /** The server is to be reached by TLS, on this port, and by nothing else: what to dial, at once. */
  upgrade(port: number, now: Instant): Dialled {
    this.#connector.begin(now);
    this.#route.upgrade(port);
    return this.#route.dial(now, undefined);
  }

  /**
   * For how many seconds the server is to be reached by TLS only; 0: no more. "Clients MUST reset the STS policy
   * expiry time […] every time a valid persistence policy […] is received."
   */
  promised(duration: number, now: Instant): void {
    this.#route.promise(duration);
    this.#saveAgain = this.#saving !== undefined;
    if (!this.#saveAgain) this.#save(now);
  }

  /** The link has opened. */
  opened(now: Instant): void {
    this.#connector.hold(now);
  }

  /** What is due: the next attempt, or to give up, which is an error. */
  due(now: Instant): "attempt" | ConnectionError | undefined {
    return this.#connector.due(now, this.#route.url);
  }

  /** The session stands. */
  established(now: Instant): void {
    this.#connector.established(now);
  }

  /** The link has ended. "clients MUST reschedule the expiry time when closing connections." */
  linkLeft(now: Instant): void {
    this.#remember(now, true);
    // Only what a link tells on the way waits for the store.
    this.#saving = undefined;
    this.#saveAgain = false;
  }

  /** A dial has failed; true if it may be for the subprotocols, so that another without is worth it at once. */
  withoutSubprotocols(info: CloseInfo): boolean {
    return this.#route.withoutSubprotocols(info);
  }

  /** There was no way in: the next server's turn. `opened`: the link had opened all the same. */
  nextServer(opened: boolean): void {
    this.#route.next(opened);
  }

  /** Whether the session has stood long enough for its loss to be no failure of the server. */
  lasted(now: Instant): boolean {
    return this.#connector.lasted(now);
  }

  /** The server will not have us back; true if no other is left. */
  bannedHere(): boolean {
    return this.#route.bannedHere();
  }

  /** The attempt, or what it led to, has failed: when the next begins, or why none will. */
  failed(now: Instant, failure: ConnectFailure): NextAttempt | ConnectionError {
    return this.#connector.failed(now, failure);
  }

  /** Nothing more is to be dialled. */
  stop(): void {
    this.#connector.stop();
    this.#loading = undefined;
  }

  #save(now: Instant): void {
    this.#saveAgain = false;
    this.#saving = this.#remember(now, false);
  }

  #remember(now: Instant, left: boolean): number | undefined {
    const ask = this.#route.remember(left);
    if (ask === undefined) return undefined;
    this.#known.set(ask.host, knownOf(ask.policy, now));
    return this.#outputs.ask(ask);
  }
}
