import { Connector } from "../../../protocol/connection/connector.ts";
import { Core } from "../../../protocol/core/core.ts";
import { CommandError, type ConnectionError } from "../../../protocol/errors.ts";
import type { Input } from "../../../protocol/core/inbox.ts";
import { shownUrl } from "../../../protocol/data/quote.ts";
import type { CloseInfo, Data, Instant, ShutdownMode } from "../../../protocol/protocol.ts";
import {
  afterClose,
  CLOSE_ENDING_SESSION,
  CLOSE_KEEPING_SESSION,
  closeWords,
  lossCause,
  lossReason,
} from "../wire/close_codes.ts";
import { checkIntents, type GatewayCommand, type Presence } from "../wire/command.ts";
import { Continuity } from "./continuity.ts";
import type { DispatchName } from "../wire/dispatch_names.ts";
import { Dispatches } from "./dispatches.ts";
import type { GatewayEvent, ReconnectCause } from "../wire/event.ts";
import { Heartbeat } from "./heartbeat.ts";
import { IdentifyPermit } from "./identify_permit.ts";
import { Opcode } from "../wire/opcodes.ts";
import { checkBotOptions, checkShardOptions } from "./options.ts";
import type { BotOptions, GatewaySessionOptions, ResumePoint } from "./options.ts";
import { intervalOf, isReady, Payload } from "../wire/payload.ts";
import { shownText } from "../wire/shown_payload.ts";
import { resumeUrlOf, whyNotTrusted } from "./resume_url.ts";
import { ReconnectDelay } from "./reconnect_delay.ts";
import type { GatewayState } from "./state.ts";
import { Uplink } from "./uplink.ts";

/**
 * What a session can be told: to send something; to `reconnect`, which is to leave its link and resume on another; or to
 * send a `heartbeat` before it is due.
 */
export type SessionCommand =
  | GatewayCommand
  | { readonly kind: "reconnect" }
  | { readonly kind: "heartbeat" };

/**
 * One shard's session with Discord's gateway, version 10 in JSON unless it is told otherwise: it connects, identifies or resumes, keeps
 * the link alive, and comes back whenever it is lost.
 *
 * **The caller's obligation** is that of every `Protocol`: drain after each input, and tick no later than
 * the deadline. Besides it must grant the permits asked for (`discord.identify`), one per 5 s and key; with the option
 * `asksToResume` those to resume (`discord.resume`), unless somebody else has taken the session up.
 *
 * @throws {OptionError} if an option is not acceptable.
 *
 * @see https://discord.com/developers/docs/events/gateway
 *
 * @example Driven by hand
 * ```ts
 * import { GatewaySession, Intents } from "@parley/parley/discord";
 *
 * const session = new GatewaySession({ token: "secret", intents: Intents.Guilds, random: () => 0.5 });
 * session.start(0);
 * session.poll(); // { kind: "dial", link: 1, url: "wss://gateway.discord.gg/?v=10&encoding=json" }
 * session.opened(1, { url: "", protocol: "" }, 80);
 * session.receive(1, '{"op":10,"d":{"heartbeat_interval":45000},"s":null,"t":null}', 90);
 * session.poll(); // { kind: "ask", … }: a permit to identify
 * ```
 */
export class GatewaySession extends Core<SessionCommand, GatewayEvent> {
  /** What other shards' sessions share with it. */
  readonly #bot: BotOptions;
  /** The shard's id. */
  readonly shard: number;
  readonly #identifyKey: string;
  readonly #asksToResume: boolean;
  readonly #continuity: Continuity;
  readonly #dispatches: Dispatches;
  readonly #connector: Connector;
  readonly #reconnectDelay: ReconnectDelay;
  readonly #heartbeat = new Heartbeat();
  readonly #uplink: Uplink;
  readonly #permit = new IdentifyPermit(this.outputs);
  /** When what the state waits for is to be there. */
  #stepAt: Instant = Infinity;

  #state: GatewayState = "idle";
  #shutdown: ShutdownMode | undefined = undefined;
  /** The link in use; 0 if there is none. */
  #link = 0;
  /** What was dialled last. */
  #url = "";
  /** The number of the first heartbeat behind IDENTIFY, among those of its link. */
  #provenBy = 0;

  /** Takes the options; and `bot`, if what is the same for every shard was checked already. */
  constructor(options: GatewaySessionOptions, bot: BotOptions = checkBotOptions(options)) {
    super();
    const checked = checkShardOptions(options, bot);
    const { id, count, identifyKey, asksToResume, acknowledged, presence, resume } = checked;
    this.#bot = bot;
    this.shard = id;
    this.#identifyKey = identifyKey;
    this.#asksToResume = asksToResume;
    const continuity = this.#continuity = new Continuity(bot.url, resume);
    const { outputs } = this;
    const heartbeat = this.#heartbeat;
    this.#uplink = new Uplink({
      bot,
      shard: [id, count],
      acknowledged,
      continuity,
      heartbeat,
      outputs,
      presence,
      resumes: resume !== undefined,
    });
    this.#dispatches = new Dispatches({
      shard: id,
      wanted: bot.wanted,
      continuity,
      outputs,
    });
    this.#connector = new Connector({ backoff: bot.backoff, random: bot.random, group: bot.connectors });
    this.#reconnectDelay = new ReconnectDelay(bot.random);
  }

  // What is known.

  /** Where the session stands. */
  get state(): GatewayState {
    return this.#state;
  }

  /** The intents that it identifies with. */
  get intents(): number {
    return this.#bot.intents;
  }

  /** From the last heartbeat that was acknowledged to its acknowledgement, in milliseconds. */
  get latency(): number | undefined {
    return this.#heartbeat.latency;
  }

  /** The last latencies in milliseconds, the latest last; at most ten. */
  get latencies(): readonly number[] {
    return this.#heartbeat.latencies;
  }

  /** What is needed to take up the session elsewhere; undefined if there is no session. */
  get resumePoint(): ResumePoint | undefined {
    return this.#continuity.resumePoint;
  }

  /**
   * What is to be kept for a later run: the session or, once it is over, what was missed of it and not told
   * yet. Undefined if there is neither, or the session was ended by `shutdown`.
   */
  get restartPoint(): ResumePoint | undefined {
    return this.#shutdown === "end" ? this.resumePoint : this.#continuity.restartPoint;
  }

  /** When the last heartbeat was sent that this link has acknowledged: what Discord had sent before it got that is here. */
  get provenAt(): Instant {
    return this.#heartbeat.provenAt;
  }

  /** How many guilds READY has named of which nothing was told since, as far as their number tells; 0 if it did not see one. */
  get guildsToCome(): number {
    return this.#dispatches.guildsToCome;
  }

  /** The presence that is wanted last, with which a session that is to begin begins. */
  get presence(): Presence | undefined {
    return this.#uplink.presence;
  }

  /** How many commands wait to be sent. */
  get heldCommands(): number {
    return this.#uplink.held;
  }

  /** How many more commands could be sent at once; 0 while there is no session. */
  commandsLeft(now: Instant): number {
    return this.#state === "ready" ? this.#uplink.room(now) : 0;
  }

  /** True if dispatches of this name are told, should Discord send them. */
  tells(name: DispatchName): boolean {
    return this.#bot.wanted?.has(name) !== false;
  }

  // What comes in.

  /** Dials. */
  start(now: Instant): void {
    if (this.#state !== "idle") return;
    this.#continuity.start(now);
    this.#dial(now);
  }

  /** The link is gone: nothing more is sent on it, though what came before it is still to be worked through. */
  override closed(link: number, info: CloseInfo, now: Instant): void {
    if (link === this.#link) this.#uplink.gone();
    super.closed(link, info, now);
  }

  /** The process stood still: what is read from here on may have come long before. */
  stalled(since: Instant, now: Instant): void {
    this.#continuity.stalled(since, now);
  }

  // What the user wants.

  /**
   * Reconnects at once, unless a link is on its way, or sends a heartbeat, if there is a session, and is done with
   * either at once; or sends a command as soon as there is a session and the rate limit allows; settled as done once it was
   * handed to the link. Of presences only the last waits: one whose place it takes fails as `superseded`, and a session
   * that begins meanwhile begins with it.
   *
   * @throws {CommandError} if it is not acceptable, too many are held, or the session has ended.
   */
  command(command: SessionCommand, ticket: number, now: Instant): void {
    if (this.#shutdown !== undefined || this.#state === "ended") {
      throw new CommandError("closed", `Cannot send ${command.kind}: the session has ended`);
    }
    if (command.kind === "reconnect" || command.kind === "heartbeat") {
      if (command.kind === "reconnect") this.#reconnect(now);
      else if (this.#state === "ready") this.#uplink.beat(now, "asked");
      return this.outputs.done(ticket);
    }
    checkIntents(command, this.intents);
    this.#uplink.hold(command, ticket);
    if (this.#state === "ready") this.#uplink.flush(now);
  }

  #reconnect(now: Instant): void {
    switch (this.#state) {
      case "idle":
      case "dialling":
      case "closing":
        return;
      case "waiting":
        return this.#dial(now);
      default:
        this.#lose("asked", now);
    }
  }

  /** Gives up on a command that has not been sent. */
  cancel(ticket: number, _now: Instant): void {
    this.#uplink.cancel(ticket);
  }

  /** Closes the link: `end` also ends the session, `resumable` leaves it for a later resume. */
  shutdown(mode: ShutdownMode, now: Instant): void {
    if (this.#shutdown !== undefined || this.#state === "ended") return;
    this.#shutdown = mode;
    this.#uplink.fail(undefined);
    switch (this.#state) {
      case "idle":
      case "waiting":
        return this.#finish(undefined);
      case "dialling":
        this.outputs.abort(this.#link);
        return this.#finish(undefined);
      case "closing":
        return;
      default:
        this.#close(mode === "end" ? CLOSE_ENDING_SESSION : CLOSE_KEEPING_SESSION, "Going away", now);
    }
  }

  /** What observers may see of what a link has brought: no tokens, and no ids of sessions. */
  shown(_link: number, data: Data): Data | undefined {
    return this.#bot.codec.shown(data);
  }

  /** When `tick` is due at the latest. */
  deadline(): Instant {
    const { deadline: flushAt } = this.#uplink;
    return Math.min(this.#stepAt, flushAt, this.#heartbeat.deadline, this.#connector.giveUpAt);
  }

  protected take(input: Input): void {
    if (this.#state === "ended") return;
    switch (input.kind) {
      case "received":
        if (input.link === this.#link) this.#received(input.data, input.now);
        return;
      case "tick":
        return this.#due(input.now);
      case "answered":
        return this.#answered(input.id, input.answer.kind === "error", input.now);
      case "opened":
        if (input.link !== this.#link || this.#state !== "dialling") return;
        this.#continuity.linked(input.now);
        this.#connector.hold(input.now);
        return this.#enter("greeting", input.now + this.#bot.timeouts.hello);
      case "closed":
        if (input.link === this.#link) this.#closed(input.info, input.now);
    }
  }

  // The table in `state.ts` has every change of state, and why it comes about.

  /** `until`: when what the state waits for is to be there. */
  #enter(state: GatewayState, until: Instant = Infinity): void {
    const from = this.#state;
    this.#state = state;
    this.#stepAt = until;
    this.#bot.transition?.(from, state);
  }

  #dial(now: Instant): void {
    this.#enter("dialling", now + this.#bot.timeouts.dial);
    this.#connector.begin(now);
    this.#dispatches.stop();
    this.#heartbeat.newLink();
    this.#url = this.#continuity.url;
    this.#link = this.outputs.dial({ url: this.#url, maxMessage: this.#bot.maxMessage });
    this.#uplink.begin(this.#link);
  }

  #received(data: Data, now: Instant): void {
    this.#continuity.heard(now);
    const payload = this.#bot.codec.read(data, this.#bot.maxMessage);
    const reason = payload instanceof Payload ? this.#understood(payload, now) : payload.reason;
    if (reason === undefined) return;
    // It may end up in a log, as what observers see does.
    const start = typeof data === "string" ? shownText(data.slice(0, 1_000)).slice(0, 200) : "";
    // A reason may hold a name that the server has made up.
    this.outputs.tell({ kind: "malformed", shard: this.shard, reason: reason.slice(0, 600), data: start });
  }

  /** Works through a payload; returns what is wrong with it, if anything is. */
  #understood(payload: Payload, now: Instant): string | undefined {
    const { name, sequence } = payload;
    if (name !== null) return this.#dispatched(payload, name, sequence, now);
    // A link that is being left has nothing more to say, but for the events that were under way.
    if (this.#state === "closing" || this.#state === "dialling") return undefined;
    switch (payload.op) {
      case Opcode.Hello:
        return this.#hello(payload, now);
      case Opcode.Heartbeat:
        // "Your app should immediately send back another Heartbeat event."
        if (this.#heartbeat.interval > 0 && this.#state !== "greeting") this.#uplink.beat(now, "asked");
        return undefined;
      case Opcode.HeartbeatAck:
        this.#acknowledged(now);
        return undefined;
      case Opcode.Reconnect:
        this.#lose("reconnect", now);
        return undefined;
      case Opcode.InvalidSession: {
        const resumable = payload.data === true && this.#continuity.id !== undefined;
        this.#permit.release();
        if (!resumable) this.#continuity.drop();
        this.outputs.tell({ kind: "invalid_session", shard: this.shard, resumable });
        this.#lose("invalid_session", now);
        return undefined;
      }
      default:
        return `Opcode ${payload.op} is not known`;
    }
  }

  #hello(payload: Payload, now: Instant): string | undefined {
    if (this.#state !== "greeting") return "HELLO came twice";
    const interval = intervalOf(payload.data);
    if (interval === undefined) return "HELLO has no heartbeat interval";
    this.#heartbeat.start(interval, this.#bot.random(), now);
    const { id } = this.#continuity;
    if (id !== undefined && !this.#asksToResume) {
      this.#resume(id, now);
      return undefined;
    }
    this.#enter("queued");
    if (id === undefined) this.#permit.ask(this.#identifyKey);
    else this.#permit.askToResume(id);
    return undefined;
  }

  #resume(session: string, now: Instant): void {
    this.#enter("resuming", now + this.#bot.timeouts.resumed);
    this.#dispatches.resuming();
    this.#uplink.resume(session, this.#continuity.resuming(), now);
  }

  #answered(id: number, denied: boolean, now: Instant): void {
    if (!this.#permit.is(id) || this.#state !== "queued") return;
    if (denied) {
      this.#permit.refused();
      return this.#lose("permit", now);
    }
    const session = this.#continuity.id;
    if (session !== undefined) {
      this.#permit.release();
      return this.#resume(session, now);
    }
    this.#enter("identifying", now + this.#bot.timeouts.ready);
    this.#permit.use();
    this.#reconnectDelay.identified(now);
    this.#uplink.identify(now);
    // Its acknowledgement proves that IDENTIFY has been read, long before a slow READY does.
    this.#provenBy = this.#heartbeat.count + 1;
    this.#uplink.beat(now, "asked");
  }

  #dispatched(payload: Payload, name: string, numbered: number | null, now: Instant): string | undefined {
    if (this.#state === "identifying") {
      return name === "READY" ? this.#ready(payload, numbered ?? 0, now) : `${name} before READY`;
    }
    const outcome = this.#dispatches.take(payload, name, numbered, this.#state, now);
    if (outcome === "resumed") this.#resumed(now);
    else if (outcome === "resuming") this.#stepAt = now + this.#bot.timeouts.resumed;
    else if (outcome === "skipped") this.#lose("skipped", now);
    return typeof outcome === "string" ? undefined : outcome.reason;
  }

  #ready(payload: Payload, sequence: number, now: Instant): string | undefined {
    const ready = payload.data;
    if (!isReady(ready)) return "READY without a session";
    const session = ready.session_id;
    const url: string | null | undefined = ready.resume_gateway_url;
    this.#permit.release();
    const resumeUrl = url === undefined || url === null ? undefined : resumeUrlOf(url, this.#bot);
    this.#continuity.begin(session, sequence, resumeUrl);
    this.#dispatches.begun(ready);
    this.outputs.tell({ kind: "ready", shard: this.shard, session, sequence, data: ready });
    this.#recovered(false, now);
    if (resumeUrl !== undefined || url === undefined || url === null) return undefined;
    return `READY is taken, but not where to resume: ${whyNotTrusted(url)}`;
  }

  #resumed(now: Instant): void {
    const { id: session, sequence } = this.#continuity;
    if (this.#state !== "resuming" || session === undefined) return;
    const { replayed } = this.#dispatches;
    this.outputs.tell({ kind: "resumed", shard: this.shard, session, sequence, replayed });
    this.#continuity.resumed();
    this.#recovered(true, now);
  }

  /** There is a session: tells how long there was none, and sends what was held. */
  #recovered(resumed: boolean, now: Instant): void {
    this.#enter("ready");
    this.#connector.established(now);
    this.#dispatches.count();
    const away = this.#continuity.back(now);
    if (away !== undefined) {
      this.outputs.tell({ kind: "gap", shard: this.shard, ...away, resumed, next: undefined });
    }
    this.#uplink.flush(now);
  }

  #acknowledged(now: Instant): void {
    const { unansweredSince } = this.#heartbeat;
    const latency = this.#heartbeat.acknowledged(now);
    this.#uplink.acknowledged();
    if (this.#state === "identifying" && this.#heartbeat.hasProven(this.#provenBy)) this.#permit.release();
    if (latency === undefined) return;
    this.#continuity.acknowledged(unansweredSince, now);
    this.outputs.tell({ kind: "heartbeat_ack", shard: this.shard, latency });
  }

  #closed(info: CloseInfo, now: Instant): void {
    const was = this.#state;
    this.#link = 0;
    if (was === "dialling") return this.#lose(info.cause, now, info);
    const after = afterClose(info.code);
    if (after.kind !== "resume") this.#continuity.drop();
    if (after.kind === "stop" && this.#shutdown === undefined) {
      // With the code and the reason that the server gave.
      after.error.cause ??= info;
      return this.#finish(after.error);
    }
    if (was === "closing") return this.#left(now);
    this.#lose(info.cause === "peer" ? "closed" : "lost", now, info);
  }

  /** The link is lost, or no longer wanted: closes it if it is still there, and plans the next. */
  #lose(cause: ReconnectCause, now: Instant, info?: CloseInfo): void {
    const was = this.#state;
    if (was === "ready") this.#continuity.interrupt();
    // Where nobody says HELLO, there is nobody; but whoever asks us to come back is there.
    const silent = was === "greeting" && !["reconnect", "invalid_session", "asked"].includes(cause);
    if (was === "dialling" || silent) this.#continuity.dialFailed();
    if (was === "resuming") this.#continuity.resumeFailed();
    this.#quiet();
    const resumable = this.#continuity.id !== undefined;
    const reached = was !== "dialling";
    const failure = {
      url: this.#url,
      cause: lossCause(cause),
      reason: lossReason(cause, info),
      info,
      reached,
    };
    const next = this.#connector.failed(now, failure, (drawn) => {
      const first = this.#connector.attempt === 1;
      return this.#reconnectDelay.after({ cause, first, resumable }, drawn, now);
    });
    if (next instanceof Error) return this.#giveUp(next);
    const { url, reason } = failure;
    this.outputs.tell({
      kind: "reconnecting",
      shard: this.shard,
      ...next,
      resumable,
      cause,
      reason,
      url: shownUrl(url),
      info,
    });
    if (this.#link === 0) return this.#left(now);
    if (was === "dialling") {
      this.outputs.abort(this.#link);
      return this.#left(now);
    }
    const { close } = this.#bot.timeouts;
    // A link that answers nothing will hardly answer a close.
    const patience = cause === "zombie" ? Math.min(1_000, close) : close;
    this.#close(resumable ? CLOSE_KEEPING_SESSION : CLOSE_ENDING_SESSION, closeWords(cause), now, patience);
  }

  #close(code: number, reason: string, now: Instant, patience = this.#bot.timeouts.close): void {
    this.#quiet();
    this.#enter("closing", now + patience);
    this.outputs.close(this.#link, code, reason);
  }

  /** Nothing more is sent on this link. */
  #quiet(): void {
    this.#permit.release();
    this.#heartbeat.stop();
    this.#uplink.pause();
  }

  /** There is no link any more. */
  #left(now: Instant): void {
    this.#link = 0;
    this.#dispatches.stop();
    if (this.#shutdown !== undefined) return this.#finish(undefined);
    this.#enter("waiting", this.#connector.retryAt);
    if (this.#connector.retryAt <= now) this.#dial(now);
  }

  #due(now: Instant): void {
    const late = this.#connector.due(now, this.#url);
    if (late instanceof Error) return this.#giveUp(late);
    if (now >= this.#stepAt) this.#stepOver(now);
    if (now >= this.#uplink.deadline) this.#uplink.flush(now);
    if (now < this.#heartbeat.deadline) return;
    const due = this.#heartbeat.due(now);
    if (due === "zombie") this.#lose("zombie", now);
    else this.#uplink.beat(now, "due");
  }

  #stepOver(now: Instant): void {
    switch (this.#state) {
      case "waiting":
        return this.#dial(now);
      case "closing":
        this.outputs.abort(this.#link);
        return this.#left(now);
      case "dialling":
      case "greeting":
      case "identifying":
      case "resuming":
        return this.#lose("timeout", now);
    }
  }

  #giveUp(error: ConnectionError): void {
    if (this.#link !== 0) this.outputs.abort(this.#link);
    this.#finish(error);
  }

  #finish(error: Error | undefined): void {
    this.#connector.stop();
    if (this.#shutdown === "end") this.#continuity.drop();
    this.#uplink.fail(error);
    this.#quiet();
    this.#enter("ended");
    this.#link = 0;
    this.outputs.end(error);
  }
}
