import { CommandError, ConnectionError } from "../../protocol/errors.ts";
import { Core } from "../../protocol/core.ts";
import type { Input } from "../../protocol/inbox.ts";
import type { CloseInfo, Data, Instant, ShutdownMode } from "../../protocol/protocol.ts";
import { afterClose, CLOSE_ENDING_SESSION, CLOSE_KEEPING_SESSION, closeWords } from "./close_codes.ts";
import { checkIntents, type GatewayCommand, type Presence } from "./command.ts";
import { Continuity } from "./continuity.ts";
import { dispatchEvent, type DispatchName, type GatewayEvent, type ReconnectCause } from "./event.ts";
import { Heartbeat } from "./heartbeat.ts";
import { peek } from "./head.ts";
import { IdentifyPermit } from "./identify_permit.ts";
import { Opcode } from "./opcodes.ts";
import { checkBotOptions, checkShardOptions, identifyText, resumeText } from "./options.ts";
import type { BotOptions, GatewaySessionOptions, ResumePoint } from "./options.ts";
import { type Held, Outbox } from "./outbox.ts";
import { intervalOf, isReady, parsePlain, Payload } from "./payload.ts";
import { resumeUrlOf, whyNotTrusted } from "./resume_url.ts";
import { Retry } from "./retry.ts";
import type { GatewayState } from "./state.ts";

/**
 * One shard's session with Discord's gateway, version 10 in JSON: it connects, identifies or resumes, keeps
 * the link alive, and comes back whenever it is lost.
 *
 * **The caller's obligation** is that of every `Protocol`: drain after each input, and tick no later than
 * the deadline. Besides it must grant the permits asked for (`discord.identify`), one per 5 s and key.
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
export class GatewaySession extends Core<GatewayCommand, GatewayEvent> {
  /** What other shards' sessions share with it. */
  readonly #bot: BotOptions;
  /** The shard's id. */
  readonly shard: number;
  readonly #count: number;
  readonly #identifyKey: string;
  readonly #acknowledgedOf: (session: string) => number;
  readonly #session: Continuity;
  readonly #retry: Retry;
  readonly #heartbeat = new Heartbeat();
  readonly #outbox = new Outbox();
  readonly #permit = new IdentifyPermit(this.outputs);

  #state: GatewayState = "idle";
  #shutdown: ShutdownMode | undefined = undefined;
  /** The link in use; 0 if there is none. */
  #link = 0;
  /** The link in use is closed, though what came before may not have been worked through. */
  #linkGone = false;
  /** When the state's step is to be over. */
  #stepAt: Instant = Infinity;
  /** When the next link may be dialled. */
  #retryAt: Instant = -Infinity;
  /** When a command that waits for the rate limit can go. */
  #flushAt: Instant = Infinity;

  #presence: Presence | undefined;
  #replayed = 0;
  /** What the link dispatches is of our session, without a hole. */
  #counting = false;

  /** Takes the options; and `bot`, if what is the same for every shard was checked already. */
  constructor(options: GatewaySessionOptions, bot: BotOptions = checkBotOptions(options)) {
    super();
    const { id, count, identifyKey, acknowledged, resume } = checkShardOptions(options, bot);
    this.#bot = bot;
    this.shard = id;
    this.#count = count;
    this.#identifyKey = identifyKey;
    this.#acknowledgedOf = acknowledged;
    this.#session = new Continuity(bot.url, resume);
    this.#retry = new Retry(bot.backoff, bot.random);
    this.#presence = bot.presence;
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
    return this.#session.resumePoint;
  }

  /**
   * What is to be kept for a later run: the session or, once it is over, what was missed of it and not told
   * yet. Undefined if there is neither, or the session was ended by `shutdown`.
   */
  get restartPoint(): ResumePoint | undefined {
    return this.#shutdown === "end" ? this.resumePoint : this.#session.restartPoint;
  }

  /** How many commands wait to be sent. */
  get heldCommands(): number {
    return this.#outbox.held;
  }

  /** How many more commands could be sent at once; 0 while there is no session. */
  commandsLeft(now: Instant): number {
    return this.#state === "ready" ? this.#outbox.room(now, this.#heartbeat.interval) : 0;
  }

  /** True if dispatches of this name are told, should Discord send them. */
  tells(name: DispatchName): boolean {
    return this.#bot.wanted?.has(name) !== false;
  }

  #enter(state: GatewayState): void {
    const from = this.#state;
    this.#state = state;
    this.#bot.transition?.(from, state);
  }

  // Inputs: all that comes from outside is only taken in, and worked through in event().

  /** Dials. */
  start(now: Instant): void {
    if (this.#state !== "idle") return;
    this.#session.start(now);
    this.#dial(now);
  }

  /** The link is gone: nothing more is sent on it, though what came before it is still to be worked through. */
  override closed(link: number, info: CloseInfo, now: Instant): void {
    if (link === this.#link) this.#linkGone = true;
    super.closed(link, info, now);
  }

  // What the user wants.

  /**
   * Sends a command as soon as there is a session and the rate limit allows; settled as done once it was
   * handed to the link.
   *
   * @throws {CommandError} if it is not acceptable, too many are held, or the session has ended.
   */
  command(command: GatewayCommand, ticket: number, now: Instant): void {
    if (this.#shutdown !== undefined || this.#state === "ended") {
      throw new CommandError("closed", `Cannot send ${command.kind}: the session has ended`);
    }
    checkIntents(command, this.intents);
    this.#outbox.add(command, ticket);
    this.#flush(now);
  }

  /** Gives up on a command that has not been sent. */
  cancel(ticket: number, _now: Instant): void {
    if (this.#outbox.cancel(ticket)) {
      this.outputs.settle(ticket, { kind: "cancelled" });
    }
  }

  /** Closes the link: `end` also ends the session, `resumable` leaves it for a later resume. */
  shutdown(mode: ShutdownMode, now: Instant): void {
    if (this.#shutdown !== undefined || this.#state === "ended") return;
    this.#shutdown = mode;
    this.#outbox.fail(undefined, this.outputs);
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

  // Outputs.

  /** When the next timer is due. */
  deadline(): Instant {
    return Math.min(this.#stepAt, this.#heartbeat.nextAt, this.#flushAt);
  }

  protected take(input: Input): void {
    if (this.#state === "ended") return;
    switch (input.kind) {
      case "received":
        if (input.link === this.#link) this.#received(input.data, input.now);
        return;
      case "tick":
        return this.#timers(input.now);
      case "answered":
        return this.#answered(input.id, input.answer.kind === "error", input.now);
      case "opened":
        if (input.link !== this.#link || this.#state !== "dialling") return;
        this.#enter("greeting");
        this.#stepAt = input.now + this.#bot.timeouts.hello;
        return;
      case "closed":
        if (input.link === this.#link) this.#closed(input.info, input.now);
    }
  }

  #received(data: Data, now: Instant): void {
    const heardBefore = this.#session.heardAt;
    this.#session.heardAt = now;
    if (typeof data !== "string") return this.#malformed("A binary message, though JSON was asked for", data);
    const head = peek(data);
    if (head !== undefined) return this.#dispatched(head.name, head.sequence, data, data, heardBefore, now);
    const payload = parsePlain(data);
    if (!(payload instanceof Payload)) return this.#malformed(payload.reason, data);
    const { name, sequence } = payload;
    if (name !== null && sequence !== null) {
      return this.#dispatched(name, sequence, payload, data, heardBefore, now);
    }
    // A link that is being left has nothing more to say, but for the events that were under way.
    if (this.#state === "closing" || this.#state === "dialling") return;
    switch (payload.op) {
      case Opcode.Hello:
        return this.#hello(payload, data, now);
      case Opcode.Heartbeat:
        // "Your app should immediately send back another Heartbeat event."
        if (this.#heartbeat.interval > 0 && this.#state !== "greeting" && this.#beat(now)) {
          this.#heartbeat.sent(now);
        }
        return;
      case Opcode.HeartbeatAck:
        return this.#acknowledged(now);
      case Opcode.Reconnect:
        return this.#lose("reconnect", now);
      case Opcode.InvalidSession: {
        const resumable = payload.data === true && this.#session.id !== undefined;
        this.#releasePermit();
        if (!resumable) this.#session.drop();
        this.outputs.tell({ kind: "invalid_session", shard: this.shard, resumable });
        return this.#lose("invalid_session", now);
      }
      default:
        return this.#malformed(`Opcode ${payload.op} is not known`, data);
    }
  }

  #hello(payload: Payload, data: Data, now: Instant): void {
    if (this.#state !== "greeting") return this.#malformed("HELLO came twice", data);
    const interval = intervalOf(payload.data);
    if (interval === undefined) return this.#malformed("HELLO has no heartbeat interval", data);
    this.#heartbeat.start(interval, this.#bot.random(), now);
    const { id } = this.#session;
    if (id === undefined) {
      this.#enter("queued");
      this.#stepAt = Infinity;
      this.#permit.ask(this.#identifyKey);
      return;
    }
    this.#enter("resuming");
    this.#stepAt = now + this.#bot.timeouts.resumed;
    this.#counting = true;
    this.#replayed = 0;
    this.#send(resumeText(this.#bot.token, id, this.#session.resuming()), now, true);
  }

  #answered(id: number, denied: boolean, now: Instant): void {
    if (!this.#permit.is(id) || this.#state !== "queued") return;
    if (denied) {
      this.#permit.refused();
      return this.#lose("permit", now);
    }
    this.#enter("identifying");
    this.#stepAt = now + this.#bot.timeouts.ready;
    this.#permit.use();
    this.#retry.identified(now);
    this.#send(identifyText(this.#bot, [this.shard, this.#count], this.#presence), now, true);
  }

  /** `source`: the payload, or of an event whose name is known the text that it is still to be read from. */
  #dispatched(
    name: string,
    sequence: number,
    source: Payload | string,
    data: Data,
    heardBefore: Instant,
    now: Instant,
  ): void {
    if (this.#state === "identifying") {
      return name === "READY" && source instanceof Payload
        ? this.#ready(source, data, now)
        : this.#malformed(`${name} before READY`, data);
    }
    const { id } = this.#session;
    if (!this.#counting || id === undefined) {
      return this.#state === "closing" ? undefined : this.#malformed(`${name} outside of a session`, data);
    }
    const place = this.#session.place(sequence);
    if (place === "repeat" && name !== "RESUMED") return;
    if (place === "hole" && (this.#state === "closing" || this.#session.askAgain())) {
      // Nothing behind the hole counts: the server is asked once to send it all again.
      this.#counting = false;
      return this.#state === "closing" ? undefined : this.#lose("skipped", now);
    }
    if (place === "hole") {
      const away = { from: heardBefore, session: id, sequence: this.#session.sequence };
      // RESUMED may bear the number of what it comes after, so that this is missing, too.
      const next = name === "RESUMED" ? sequence + 1 : sequence;
      this.outputs.tell({ kind: "gap", shard: this.shard, ...away, to: now, resumed: false, next });
    }
    this.#session.advance(sequence);
    if (name === "RESUMED") return this.#resumed(id, now);
    if (this.#state === "resuming") {
      this.#replayed++;
      this.#stepAt = now + this.#bot.timeouts.resumed;
    }
    if (name === "READY") return this.#malformed("READY in the middle of a session", data);
    if (this.#bot.wanted?.has(name) === false) return;
    this.outputs.tell(dispatchEvent(name, source, this.shard, id, sequence));
  }

  #ready(payload: Payload, data: Data, now: Instant): void {
    const { data: ready, sequence } = payload;
    if (!isReady(ready) || sequence === null) return this.#malformed("READY without a session", data);
    const session = ready.session_id;
    this.#releasePermit();
    const resumeUrl = resumeUrlOf(ready.resume_gateway_url, this.#bot);
    this.#session.begin(session, sequence, resumeUrl);
    this.outputs.tell({ kind: "ready", shard: this.shard, session, sequence, data: ready });
    if (resumeUrl === undefined) {
      const why = whyNotTrusted(ready.resume_gateway_url);
      this.#malformed(`READY is taken, but not where to resume: ${why}`, data);
    }
    this.#recovered(false, now);
  }

  #resumed(session: string, now: Instant): void {
    if (this.#state !== "resuming") return;
    const { sequence } = this.#session;
    this.outputs.tell({ kind: "resumed", shard: this.shard, session, sequence, replayed: this.#replayed });
    this.#session.resumed();
    this.#recovered(true, now);
  }

  /** There is a session: tells how long there was none, and sends what was held. */
  #recovered(resumed: boolean, now: Instant): void {
    this.#enter("ready");
    this.#stepAt = Infinity;
    this.#counting = true;
    const away = this.#session.back();
    if (away !== undefined) {
      this.outputs.tell({ kind: "gap", shard: this.shard, ...away, to: now, resumed, next: undefined });
    }
    this.#flush(now);
  }

  #acknowledged(now: Instant): void {
    const latency = this.#heartbeat.acknowledged(now);
    if (latency === undefined) return;
    if (this.#state === "ready") this.#retry.proven();
    this.outputs.tell({ kind: "heartbeat_ack", shard: this.shard, latency });
  }

  #closed(info: CloseInfo, now: Instant): void {
    const was = this.#state;
    this.#link = 0;
    if (was === "dialling") return this.#lose("dial", now, info);
    const after = afterClose(info.code);
    if (after.kind !== "resume") this.#session.drop();
    if (after.kind === "stop" && this.#shutdown === undefined) return this.#finish(after.error);
    if (was === "closing") return this.#left(now);
    this.#lose(info.cause === "peer" ? "closed" : "lost", now, info);
  }

  /** The link is lost, or no longer wanted: closes it if it is still there, and plans the next. */
  #lose(cause: ReconnectCause, now: Instant, info?: CloseInfo): void {
    const was = this.#state;
    if (was === "ready") this.#session.interrupt();
    // Where nobody says HELLO, there is nobody; but whoever asks us to come back is there.
    const silent = was === "greeting" && cause !== "reconnect" && cause !== "invalid_session";
    if (was === "dialling" || silent) this.#session.dialFailed();
    if (was === "resuming") this.#session.resumeFailed();
    this.#quiet();
    const resumable = this.#session.id !== undefined;
    const after = this.#retry.next(cause, resumable, now);
    const attempt = this.#retry.count;
    if (after === undefined) {
      if (this.#link !== 0) this.outputs.abort(this.#link);
      const message = `Cannot reach Discord's gateway: ${attempt} attempts in a row failed`;
      return this.#finish(new ConnectionError("unreachable", message));
    }
    this.#retryAt = now + after;
    this.outputs.tell({ kind: "reconnecting", shard: this.shard, after, attempt, resumable, cause, info });
    if (this.#link === 0) return this.#left(now);
    if (was === "dialling") {
      this.outputs.abort(this.#link);
      return this.#left(now);
    }
    this.#close(resumable ? CLOSE_KEEPING_SESSION : CLOSE_ENDING_SESSION, closeWords(cause), now);
    // A link that answers nothing will hardly answer a close.
    if (cause === "zombie") this.#stepAt = now + Math.min(1_000, this.#bot.timeouts.close);
  }

  #close(code: number, reason: string, now: Instant): void {
    this.#quiet();
    this.#enter("closing");
    this.#stepAt = now + this.#bot.timeouts.close;
    this.outputs.close(this.#link, code, reason);
  }

  /** Nothing more is sent on this link. */
  #quiet(): void {
    this.#releasePermit();
    this.#heartbeat.stop();
    this.#flushAt = Infinity;
  }

  /** There is no link any more. */
  #left(now: Instant): void {
    this.#link = 0;
    this.#counting = false;
    if (this.#shutdown !== undefined) return this.#finish(undefined);
    this.#enter("waiting");
    this.#stepAt = this.#retryAt;
    if (this.#retryAt <= now) this.#dial(now);
  }

  #dial(now: Instant): void {
    this.#enter("dialling");
    this.#stepAt = now + this.#bot.timeouts.dial;
    this.#linkGone = false;
    this.#counting = false;
    this.#heartbeat.interval = 0;
    this.#outbox.newLink();
    this.#link = this.outputs.dial({ url: this.#session.url, maxMessage: this.#bot.maxMessage });
  }

  #timers(now: Instant): void {
    if (now >= this.#stepAt) this.#stepOver(now);
    if (now >= this.#heartbeat.nextAt) {
      const due = this.#heartbeat.due(now);
      if (due === "zombie") this.#lose("zombie", now);
      else if (due === "send" && this.#beat(now)) this.#heartbeat.sentOnTime(now);
    }
    if (now >= this.#flushAt) this.#flush(now);
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
      default:
        this.#stepAt = Infinity;
    }
  }

  /** Sends a heartbeat; if even the room kept for them is used up, puts it off and returns false. */
  #beat(now: Instant): boolean {
    const at = this.#outbox.heartbeatAt(now);
    if (at > now) {
      this.#heartbeat.nextAt = at;
      return false;
    }
    // "If you have not yet received one, send null."
    const { id, sequence } = this.#session;
    const acknowledged = id === undefined ? null : Math.min(sequence, this.#acknowledgedOf(id));
    this.#send(`{"op":1,"d":${acknowledged}}`, now, false);
    return true;
  }

  /** Sends what is held as far as the rate limit allows, keeping room for heartbeats. */
  #flush(now: Instant): void {
    this.#flushAt = Infinity;
    if (this.#state !== "ready" || this.#linkGone) return;
    for (;;) {
      const at = this.#outbox.readyAt(now, this.#heartbeat.interval);
      const held = at <= now ? this.#outbox.take(now) : undefined;
      if (held === undefined) {
        this.#flushAt = at;
        return;
      }
      if (held.command.kind === "presence") this.#presence = held.command.data;
      this.#send(held.text, now, false, held);
      this.outputs.done(held.ticket);
    }
  }

  #send(data: string, now: Instant, secret: boolean, held?: Held): void {
    this.#outbox.sent(now, held);
    this.outputs.send(this.#link, data, secret ? { secret } : {});
  }

  #releasePermit(): void {
    this.#permit.release();
  }

  #finish(error: Error | undefined): void {
    if (this.#shutdown === "end") this.#session.drop();
    this.#outbox.fail(error, this.outputs);
    this.#quiet();
    this.#enter("ended");
    this.#link = 0;
    this.#stepAt = Infinity;
    this.outputs.end(error);
  }

  #malformed(reason: string, data: Data): void {
    const start = typeof data === "string" ? data.slice(0, 200) : "";
    // A reason may hold a name that the server has made up.
    this.outputs.tell({ kind: "malformed", shard: this.shard, reason: reason.slice(0, 600), data: start });
  }
}
