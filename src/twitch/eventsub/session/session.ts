import type { BackoffOptions } from "../../../protocol/connection/backoff.ts";
import { closeReason } from "../../../protocol/connection/close_reason.ts";
import type { ConnectFailure, LossCause } from "../../../protocol/connection/connect_error.ts";
import { Connector, ConnectorGroup } from "../../../protocol/connection/connector.ts";
import { Core } from "../../../protocol/core/core.ts";
import { type Numbers, Outputs } from "../../../protocol/core/outputs.ts";
import { Deadlines } from "../../../protocol/core/deadlines.ts";
import { CommandError, OptionError } from "../../../protocol/errors.ts";
import type { Input } from "../../../protocol/core/inbox.ts";
import { LastHeard } from "../../../protocol/connection/last_heard.ts";
import type {
  AskFailed,
  CloseInfo,
  Data,
  Instant,
  PermitAnswer,
  ShutdownMode,
} from "../../../protocol/protocol.ts";
import { quote, shownUrl } from "../../../protocol/data/quote.ts";
import { type EventSubMessage, readMessage } from "../wire/message.ts";
import type { EventSubWanted } from "../wire/subscription.ts";
import type {
  EventSubAnswer,
  EventSubAsk,
  EventSubCommand,
  EventSubEvent,
  EventSubShard,
} from "./outputs.ts";
import { Lateness } from "./lateness.ts";
import { Repeats } from "./repeats.ts";
import { MOST_SUBSCRIPTIONS, Subscriptions } from "./subscriptions.ts";

/** Where Twitch's EventSub is. */
export const EVENTSUB_URL = "wss://eventsub.wss.twitch.tv/ws";

/** How long a link may take to be welcomed, and a goodbye to be answered, in milliseconds. */
const PATIENCE = 10_000;
/** How much longer than Twitch says it may be silent, in milliseconds. */
const LATE = 3_000;
/** How long until the next attempt of a link that is to take over, or until the next may, in milliseconds. */
const AGAIN = 1_000;
/** How many messages wait for what was taken over from to end, before it is dropped. */
const MOST_LATER = 10_000;
/** No message of Twitch's is longer, in bytes. */
const MAX_MESSAGE = 1_048_576;

/** How an EventSub session is set up. */
export interface EventSubSessionOptions {
  /** Where to dial. @default {"wss://eventsub.wss.twitch.tv/ws"} */
  readonly url?: string;
  /** What is to be told of, from the beginning. @default nothing */
  readonly subscriptions?: readonly EventSubWanted[];
  /** The shard of a conduit to be, in place of having subscriptions: the conduit has them. @default none */
  readonly shard?: EventSubShard | undefined;
  /**
   * How long Twitch is asked to be silent at most, in milliseconds: whole seconds, 10 s to 600 s. What it says itself
   * then counts, and 3 s more: a link that is silent for longer is lost.
   *
   * @default {10_000}
   */
  readonly keepalive?: number;
  /** How long to wait between attempts, and how many to make. */
  readonly backoff?: BackoffOptions | undefined;
  /** For how many milliseconds a first link is tried for; Infinity: for ever. @default {45_000} */
  readonly connectTimeout?: number | undefined;
  /** Where randomness in [0, 1) comes from. */
  readonly random: () => number;
  /** Which of several connections this is, from 0 on; its events say so. @default {0} */
  readonly connection?: number;
}

/** A link, and the session on it once Twitch has welcomed us. */
interface Link {
  readonly id: number;
  readonly url: string;
  session: string | undefined;
}

/**
 * EventSub over a WebSocket, as a core: it dials, is welcomed, asks for its subscriptions to be made, notices silence,
 * takes over to where Twitch sends it without losing or doubling anything, and comes back when a link is lost, with a
 * `gap` for what was missed. It dials nothing while nothing is wanted, for Twitch closes what nobody uses.
 *
 * **The caller's obligation** is that of every {@linkcode Protocol}, and to answer its asks: to make and to end
 * subscriptions with Twitch's API.
 * ([Handling WebSocket events](https://dev.twitch.tv/docs/eventsub/handling-websocket-events/))
 *
 * @example
 * ```ts
 * import { EventSubSession } from "@parley/parley/twitch/eventsub";
 *
 * const wanted = { type: "stream.online", condition: { broadcaster_user_id: "12826" } };
 * const session = new EventSubSession({ subscriptions: [wanted], random: () => 0.5 });
 * session.start(0);
 * session.poll(); // { kind: "dial", link: 1, url: "wss://eventsub.wss.twitch.tv/ws?…", … }
 * ```
 */
export class EventSubSession extends Core<EventSubCommand, EventSubEvent, EventSubAsk, EventSubAnswer> {
  readonly #url: string;
  /** How long Twitch may be silent: what was asked for, until it says something else. */
  #keepalive: number;
  readonly #connection: number;
  readonly #connector: Connector;
  readonly #deadlines = new Deadlines<"welcome" | "silence" | "takeover" | "again" | "old" | "end">();
  readonly #heard = new LastHeard();
  readonly #lateness = new Lateness();
  readonly #repeats = new Repeats();
  readonly #shard: EventSubShard | undefined;
  readonly #subscriptions: Subscriptions;
  #state: "new" | "idle" | "away" | "linked" | "leaving" | "ended" = "new";
  #link: Link | undefined;
  /** What is to take over from it, and where. */
  #next: Link | undefined;
  #takeover: string | undefined;
  /** What was taken over from, until it is closed. */
  #old: Link | undefined;
  /** When that was last heard of, and when its successor took over. */
  #moved: { readonly from: Instant; readonly to: Instant } | undefined;
  /** When a link took over last. */
  #movedAt: Instant = -Infinity;
  /** What its successor has brought meanwhile, which happened later. */
  #later: EventSubMessage[] = [];

  /**
   * Takes how it is set up; and, if others share them, whence the numbers are of links and asks, and when to dial.
   *
   * @throws {OptionError} if an option is not acceptable.
   * @throws {CommandError} `invalid_command` if a subscription is none.
   */
  constructor(
    options: EventSubSessionOptions,
    numbers?: Numbers,
    group: ConnectorGroup = new ConnectorGroup(options),
  ) {
    super(new Outputs(numbers));
    const { url = EVENTSUB_URL, subscriptions = [], shard, keepalive = 10_000, backoff, random } = options;
    if (keepalive !== within(keepalive) || keepalive % 1_000 !== 0) {
      throw new OptionError(
        `Cannot wait "${keepalive}" ms for a sign: keepalive must be whole seconds, 10 s to 600 s`,
      );
    }
    if (shard !== undefined && subscriptions.length > 0) {
      throw new OptionError(
        "Cannot subscribe as a shard: its conduit has the subscriptions, make them by the API",
      );
    }
    this.#url = withKeepalive(url, keepalive);
    this.#keepalive = keepalive;
    this.#connection = options.connection ?? 0;
    this.#shard = shard;
    this.#connector = new Connector({ random, backoff, group });
    this.#subscriptions = new Subscriptions({ outputs: this.outputs, backoff: backoff ?? {}, random });
    if (shard !== undefined) this.#subscriptions.addShard(shard);
    for (const wanted of subscriptions) this.#subscriptions.add(wanted);
  }

  /** The id of Twitch's session; undefined while there is none. */
  get session(): string | undefined {
    return this.#link?.session;
  }

  /** What Twitch tells us of now. */
  get subscriptions(): readonly EventSubWanted[] {
    return this.#subscriptions.placed;
  }

  /** Up to when all that happened is told, or in a gap that was; undefined: there is no session yet. */
  get heardUntil(): Instant | undefined {
    const heard = this.#link?.session === undefined ? Infinity : this.#moved?.from ?? this.#heard.at;
    const until = Math.min(this.#subscriptions.awaySince, heard);
    return until === Infinity ? undefined : until;
  }

  /** Nobody was told what happened since: once all subscriptions are there, that is told as a gap. */
  missedSince(at: Instant): void {
    this.#subscriptions.missedSince(at);
  }

  /** Whether there is room for another subscription. */
  get hasRoom(): boolean {
    return this.#shard === undefined && this.#subscriptions.size < MOST_SUBSCRIPTIONS;
  }

  /** Whether it is to have a subscription. @throws {CommandError} `invalid_command` if it is none. */
  wants(wanted: EventSubWanted): boolean {
    return this.#subscriptions.has(wanted);
  }

  /** Begins. */
  start(now: Instant): void {
    if (this.#subscriptions.size > 0) return this.#dial(now);
    this.#state = "idle";
    this.outputs.tell({ kind: "ready", session: undefined, connection: this.#connection });
  }

  /** The process stood still: what is read from here on may have come long before. */
  stalled(since: Instant, now: Instant, stood = 0): void {
    this.#heard.stalled(since, now);
    this.#lateness.stalled(since, stood);
    if (this.#link?.session !== undefined) this.#deadlines.set("silence", now + this.#keepalive + LATE);
  }

  /**
   * Subscribes, or ends that.
   *
   * @throws {CommandError} `invalid_command` if it is no subscription, or the session is a shard.
   * @throws {ParleyError} `rate_limited` if there are 300 already.
   */
  command(command: EventSubCommand, ticket: number, now: Instant): void {
    if (this.#shard !== undefined) {
      throw new CommandError(
        "invalid_command",
        `Cannot ${command.kind} as a shard: its conduit has the subscriptions, make them by the API`,
      );
    }
    if (command.kind === "unsubscribe") {
      this.#subscriptions.remove(command.wanted, ticket, now);
      this.#subscriptions.advance(now);
      return this.#rest(now);
    }
    this.#subscriptions.add(command.wanted, ticket);
    if (this.#state === "idle") this.#dial(now);
    this.#subscriptions.advance(now);
  }

  /** Gives up waiting for a subscription. */
  cancel(ticket: number, now: Instant): void {
    this.#subscriptions.cancel(ticket, now);
  }

  /** Ends politely; Twitch ends the subscriptions with the link. */
  shutdown(_mode: ShutdownMode, now: Instant): void {
    this.#subscriptions.end();
    this.#abandonTakeover();
    if (this.#link?.session === undefined) return this.#end(now);
    this.#state = "leaving";
    this.outputs.close(this.#link.id, 1000, "");
    this.#deadlines.set("end", now + PATIENCE);
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    return Math.min(this.#deadlines.next, this.#connector.deadline, this.#subscriptions.deadline);
  }

  /** Works through one input. */
  protected take(input: Input<EventSubAnswer>): void {
    const { now } = input;
    switch (input.kind) {
      case "tick":
        return this.#tick(now);
      case "opened":
        if (input.link === this.#link?.id) this.#connector.hold(now);
        return;
      case "received":
        return this.#received(input.link, input.data, now);
      case "closed":
        return this.#closed(input.link, input.info, now);
      case "answered":
        return this.#answered(input.id, input.answer, now);
    }
  }

  #answered(id: number, answer: EventSubAnswer | PermitAnswer | AskFailed, now: Instant): void {
    if (answer.kind !== "permit") {
      const useless = this.#subscriptions.answered(id, answer, now);
      if (useless !== undefined) return this.#end(now, useless);
    }
    this.#subscriptions.advance(now);
    this.#rest(now);
  }

  #tick(now: Instant): void {
    const due = this.#connector.due(now, this.#url);
    if (due === "attempt") this.#dial(now);
    else if (due !== undefined) return this.#end(now, due);
    for (let name = this.#deadlines.due(now); name !== undefined; name = this.#deadlines.due(now)) {
      switch (name) {
        case "end":
          return this.#end(now);
        case "welcome":
          this.#drop(now, "timeout", "Twitch did not welcome us in time");
          break;
        case "silence":
          this.#drop(now, "timeout", "Twitch does not answer");
          break;
        case "takeover":
          if (this.#next !== undefined) this.outputs.abort(this.#next.id);
          this.#takeOverAgain(now);
          break;
        case "again":
          this.#dialTakeover(now);
          break;
        case "old":
          this.#forgetOld(now);
      }
    }
    this.#subscriptions.advance(now);
  }

  #dial(now: Instant): void {
    this.#state = "away";
    this.#connector.begin(now);
    const id = this.outputs.dial({ url: this.#url, maxMessage: MAX_MESSAGE });
    this.#link = { id, url: this.#url, session: undefined };
    this.#deadlines.set("welcome", now + PATIENCE);
  }

  #received(id: number, data: Data, now: Instant): void {
    const link = [this.#link, this.#next, this.#old].find((link) => link?.id === id);
    if (link === undefined) return;
    const message = typeof data === "string" ? readMessage(data) : undefined;
    if (message === undefined) return this.#malformed(link, String(data), now);
    if (link === this.#link) this.#hears(message, now);
    if (message.type === "session_welcome") return this.#welcomed(link, message, now);
    if (message.type === "session_reconnect") return this.#sentAway(link, message.url, now);
    if (message.type === "session_keepalive") return;
    if (link !== this.#link || this.#old === undefined) return this.#tell(message, now);
    this.#later.push(message);
    if (this.#later.length >= MOST_LATER) this.#forgetOld(now);
  }

  /** What was taken over from brings no more; unless it said goodbye, what it still had is lost. */
  #oldIsGone(now: Instant, isPolite: boolean): void {
    if (this.#moved !== undefined && !isPolite) this.#subscriptions.missed(this.#moved.from, this.#moved.to);
    this.#old = this.#moved = undefined;
    this.#deadlines.clear("old");
    for (const message of this.#later.splice(0)) this.#tell(message, now);
    if (this.#next === undefined) this.#dialTakeover(now);
    this.#rest(now);
  }

  #forgetOld(now: Instant): void {
    if (this.#old !== undefined) this.outputs.abort(this.#old.id);
    this.#oldIsGone(now, false);
  }

  #tell(message: EventSubMessage, now: Instant): void {
    if (message.type !== "notification" && message.type !== "revocation") return;
    if (this.#repeats.has(message.id, now)) return;
    if (message.type === "notification") {
      for (const notification of message.notifications) this.outputs.tell(notification);
      return;
    }
    this.#subscriptions.revoked(message.subscription, now);
    this.#rest(now);
  }

  /** What is read was sent before. */
  #hears({ sentAt }: { readonly sentAt: number }, now: Instant): void {
    const sent = Math.max(this.#heard.at, now - this.#lateness.of(sentAt, now));
    // Longer after a standstill than Twitch is ever silent, it has come since; a link that is far behind brings what was
    // sent before all the same.
    if (now - this.#heard.doubtedSince >= this.#keepalive) this.#heard.trust(sent);
    else this.#heard.heard(sent);
    if (this.#link?.session !== undefined) this.#deadlines.set("silence", now + this.#keepalive + LATE);
  }

  #welcomed(link: Link, welcome: EventSubMessage & { type: "session_welcome" }, now: Instant): void {
    if (link.session !== undefined) return;
    const { session, keepalive } = welcome;
    if (keepalive !== undefined) this.#keepalive = within(keepalive);
    link.session = session;
    if (link === this.#next) return this.#takenOver(link, welcome, now);
    this.#deadlines.clear("welcome");
    this.#state = "linked";
    this.#connector.established(now);
    this.#heard.trust(now);
    this.#lateness.reset();
    this.#hears(welcome, now);
    this.outputs.tell({ kind: "ready", session, connection: this.#connection });
    this.#subscriptions.begin(session);
    this.#subscriptions.advance(now);
    this.#rest(now);
  }

  /** "Continue to receive on the old connection until you receive a Welcome message on the new connection." */
  #sentAway(link: Link, url: string, now: Instant): void {
    if (link !== this.#link || this.#state !== "linked" || this.#takeover !== undefined) return;
    if (!isTrusted(url, this.#url)) return this.#malformed(link, url, now);
    this.#takeover = url;
    this.#dialTakeover(now);
  }

  #dialTakeover(now: Instant): void {
    // One after the other, so that what each brings is told in order.
    if (this.#takeover === undefined || this.#old !== undefined) return;
    // Who is sent away from each as soon as it is there would dial without a pause.
    if (now < this.#movedAt + AGAIN) return this.#deadlines.set("again", this.#movedAt + AGAIN);
    const id = this.outputs.dial({ url: this.#takeover, maxMessage: MAX_MESSAGE });
    this.#next = { id, url: this.#takeover, session: undefined };
    this.#deadlines.set("takeover", now + PATIENCE);
  }

  /** The link that is to take over did not come about: another attempt, for as long as the old one lives. */
  #takeOverAgain(now: Instant): void {
    this.#next = undefined;
    this.#deadlines.clear("takeover");
    this.#deadlines.set("again", now + AGAIN);
  }

  /** The subscriptions have come along. */
  #takenOver(link: Link, welcome: EventSubMessage, now: Instant): void {
    this.#old = this.#link;
    this.#moved = { from: this.#heard.at, to: now };
    this.#movedAt = now;
    this.#link = link;
    this.#abandonTakeover();
    if (this.#old !== undefined) this.outputs.close(this.#old.id, 1000, "");
    this.#deadlines.set("old", now + PATIENCE);
    this.#hears(welcome, now);
  }

  #abandonTakeover(): void {
    if (this.#next !== undefined && this.#next !== this.#link) this.outputs.abort(this.#next.id);
    this.#next = this.#takeover = undefined;
    this.#deadlines.clear("takeover");
    this.#deadlines.clear("again");
  }

  #malformed(link: Link, text: string, now: Instant): void {
    this.outputs.tell({ kind: "malformed", text: text.slice(0, 200) });
    if (link === this.#link) return this.#drop(now, "corrupt", "Twitch sent what is no message");
    this.outputs.abort(link.id);
    if (link === this.#next) this.#takeOverAgain(now);
    else this.#oldIsGone(now, false);
  }

  #closed(id: number, info: CloseInfo, now: Instant): void {
    if (id === this.#old?.id) return this.#oldIsGone(now, info.clean);
    if (id === this.#next?.id) return this.#takeOverAgain(now);
    if (id !== this.#link?.id) return;
    this.#lose(now, { url: this.#link.url, cause: info.cause, reason: closeReason(info), info });
  }

  #drop(now: Instant, cause: LossCause, reason: string): void {
    const link = this.#link;
    if (link === undefined) return;
    this.outputs.abort(link.id);
    this.#lose(now, { url: link.url, cause, reason });
  }

  #lose(now: Instant, failure: ConnectFailure): void {
    this.#link = undefined;
    this.#abandonTakeover();
    this.#deadlines.clear("welcome");
    this.#deadlines.clear("silence");
    if (this.#state === "leaving") return this.#end(now);
    this.#subscriptions.lost(this.#heard.at);
    if (this.#subscriptions.size === 0) {
      this.#state = "idle";
      return this.#connector.stop();
    }
    this.#state = "away";
    const next = this.#connector.failed(now, failure);
    if (next instanceof Error) return this.#end(now, next);
    const { cause, reason, url } = failure;
    const connection = this.#connection;
    this.outputs.tell({ kind: "reconnecting", ...next, cause, reason, url: shownUrl(url), connection });
  }

  /** Nothing is wanted any more: Twitch would close what nobody uses. */
  #rest(now: Instant): void {
    if (this.#state !== "linked" || this.#subscriptions.size > 0 || !this.#subscriptions.settled) return;
    if (this.#old !== undefined) return;
    this.#subscriptions.lost(now);
    this.#abandonTakeover();
    this.#old = this.#link;
    this.#link = undefined;
    if (this.#old !== undefined) this.outputs.close(this.#old.id, 1000, "");
    this.#deadlines.clear("silence");
    this.#deadlines.set("old", now + PATIENCE);
    this.#connector.stop();
    this.#state = "idle";
  }

  #end(now: Instant, error?: Error): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    for (const message of this.#later.splice(0)) this.#tell(message, now);
    this.#subscriptions.end();
    this.#abandonTakeover();
    for (const link of [this.#link, this.#old]) if (link !== undefined) this.outputs.abort(link.id);
    this.#link = this.#old = undefined;
    this.#connector.stop();
    this.#deadlines.clearAll();
    this.outputs.end(error);
  }
}

/** How long Twitch may be silent, within what it documents. */
function within(keepalive: number): number {
  return Math.min(Math.max(keepalive, 10_000), 600_000);
}

/** @throws {OptionError} if it is no address of a WebSocket. */
function withKeepalive(text: string, keepalive: number): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "wss:" && url.protocol !== "ws:")) {
    throw new OptionError(
      `Cannot reach EventSub at ${quote(shownUrl(text))}: url must be one of scheme wss or ws`,
    );
  }
  url.searchParams.set("keepalive_timeout_seconds", String(keepalive / 1_000));
  return url.href;
}

/** Whether Twitch may send us there: to its own hosts, or the one we were told, and no less safely. */
function isTrusted(text: string, first: string): boolean {
  if (!URL.canParse(text)) return false;
  const [url, known] = [new URL(text), new URL(first)];
  if (url.protocol !== "wss:" && !(url.protocol === "ws:" && known.protocol === "ws:")) return false;
  return url.hostname === known.hostname || url.hostname.endsWith(".twitch.tv");
}
