import { CommandError } from "../../../protocol/errors.ts";
import type { Instant, Outcome } from "../../../protocol/protocol.ts";
import { formatCommand, type IrcCommand } from "../../wire/commands/command.ts";
import { type IrcMessage, parseMessage } from "../../wire/messages/message.ts";
import { IrcRefusedError } from "../../wire/outcomes/refusal.ts";
import { hiddenIn, secrecyOf } from "../../wire/commands/secrecy.ts";
import type { ChannelMembership, TrackedChannel } from "../channels/channel_membership.ts";
import { joinLines } from "./join_lines.ts";
import type { Outbox, Outgoing } from "./outbox.ts";
import { type LineEnd, type SentContext, SentLines } from "./sent_lines.ts";

/** Commands that a session runs for the user; QUIT ends it. */
type SessionCommand = Exclude<IrcCommand, { kind: "QUIT" }>;

/** What puts lines on the link. */
export interface LineLinkEnd {
  /** Sends a line, which is paid for. */
  readonly send: (line: string, outgoing: Outgoing) => void;
  /** Asks the server for a sign that it has handled all that was sent. */
  readonly ping: (now: Instant) => void;
}

/**
 * What the user wants done, from the command to its outcome: lines that wait, lines that were sent, and channels to be
 * in. A JOIN outlives its link, a PART is done by a link's loss, and any other line is `lost` with it. This is the one
 * place that settles commands; what ends them is in the table of `wire/command_ends.ts`.
 */
export class PendingCommands {
  readonly #outbox: Outbox;
  readonly #channels: ChannelMembership;
  readonly #settle: (ticket: number, outcome: Outcome) => void;
  readonly #context: SentContext;
  readonly #sent = new SentLines();
  /** Channels whose JOIN waits for the next, to go in one line with it. */
  readonly #gathered: TrackedChannel[] = [];
  /** Whether channels may be joined on this link. */
  #joining = false;
  /** What does the work of a PING where somebody sits in between who answers that. */
  #barriers = 0;

  /** Takes what the lines and the channels are kept in, whom to tell how a command ended, and what the server is. */
  constructor(
    outbox: Outbox,
    channels: ChannelMembership,
    settle: (ticket: number, outcome: Outcome) => void,
    context: SentContext,
  ) {
    this.#outbox = outbox;
    this.#channels = channels;
    this.#settle = settle;
    this.#context = context;
  }

  /** Takes a command. `ready`: the server has let us in. */
  begin(command: SessionCommand, line: string, ticket: number, ready: boolean): void {
    switch (command.kind) {
      case "JOIN":
        return this.#join(command, ticket, ready && this.#joining);
      case "PART":
        return this.#part(command, ticket, ready);
      default: {
        const [first = line, ...more] = line.split("\r\n");
        const isSecret = "secret" in command && command.secret;
        return this.#outbox.add({
          line: first,
          ...(more.length > 0 && { more }),
          ticket,
          purpose: "say",
          ...("asks" in command && command.asks && { asks: true }),
          ...secrecyOf(first, isSecret),
        });
      }
    }
  }

  /** The user gave up on a command. */
  cancel(ticket: number, ready: boolean): void {
    const queued = this.#outbox.cancel(ticket);
    // Whoever asks may stop listening.
    if (queued === undefined && this.#sent.cancelAsk(ticket)) this.#settle(ticket, { kind: "cancelled" });
    const joining = (queued !== undefined || !ready || !this.#joining) && this.#channels.cancel(ticket);
    // A JOIN that waits to be sent may have been settled by the server, which let us in unasked.
    const other = queued !== undefined && queued.purpose !== "join";
    if (queued !== undefined) this.#partEnded(queued);
    if (other || joining) this.#settle(ticket, { kind: "cancelled" });
  }

  /** Channels may be joined from now on: joins what is wanted, before all else. */
  rejoin(): void {
    this.#joining = true;
    const missing = this.#channels.wantedChannels().filter((channel) => !channel.joined);
    this.#outbox.addFirst(this.#joinLines(missing));
  }

  /** Lines may be sent to this server. What waited for it as a batch that it does not take is given up whole. */
  linkReady(takesBatches: boolean): void {
    if (takesBatches) return;
    for (const { ticket } of this.#outbox.dropBatches()) {
      if (ticket !== undefined) this.#settle(ticket, { kind: "lost" });
    }
  }

  /** Queues a line of the session's own, unless just that one is under way; false if it is not. */
  addOwn(line: string): boolean {
    return !this.#sent.has(line) && this.#outbox.addOwn(line);
  }

  /** When {@linkcode PendingCommands.pump} has something to do. */
  deadline(now: Instant): Instant {
    const { waiting } = this.#outbox;
    const readyAt = this.#outbox.readyAt(now);
    const proofAt = this.#sent.proofAt(waiting);
    return Math.min(
      readyAt,
      // What does the work of a PING waits in its turn.
      this.#context.bouncer && waiting ? Math.max(readyAt, proofAt) : proofAt,
      this.#sent.expiresAt,
      this.#joining ? this.#channels.retryAt : Infinity,
    );
  }

  /** Sends what may be sent now, and what will prove it, if nothing else has. */
  pump(now: Instant, link: LineLinkEnd): void {
    // After most lines that come there is nothing.
    if (!this.#isDue(now)) return;
    for (const end of this.#sent.expired(now, this.#context)) this.#ended(end, now);
    if (this.#joining) this.#outbox.append(this.#joinLines(this.#channels.toRetry(now)));
    for (let next = this.#outbox.next(now); next !== undefined; next = this.#outbox.next(now)) {
      link.send(this.#sent.add(next, this.#context, now), next);
      const token = barrierOf(next.line);
      if (token !== undefined) this.#sent.proofSent(token);
    }
    if (this.#sent.proofAt(this.#outbox.waiting) > now) return;
    if (!this.#context.bouncer) return link.ping(now);
    // RPL_ENDOFWHO repeats what was asked for, and only the server sends it.
    if (this.addOwn(`WHO ${BARRIER}${this.#barriers + 1}`)) {
      this.#barriers++;
      this.pump(now, link);
    }
  }

  #isDue(now: Instant): boolean {
    return this.#outbox.readyAt(now) <= now || this.#sent.proofAt(this.#outbox.waiting) <= now ||
      this.#sent.expiresAt <= now || (this.#joining && this.#channels.retryAt <= now);
  }

  /** A PING goes out behind what was sent. */
  pingSent(token: string): void {
    this.#sent.proofSent(token);
  }

  /** Its PONG came from the server itself. */
  ponged(token: string, now: Instant): void {
    for (const end of this.#sent.proven(token)) this.#ended(end, now);
  }

  /** The PONG came from somebody else. */
  unprovable(): void {
    this.#sent.unprovable();
  }

  /** The server has handled all that it got. */
  allProven(now: Instant): void {
    for (const end of this.#sent.allProven()) this.#ended(end, now);
  }

  /** What a message means for what was sent; returns the lines that it ends. */
  sawMessage(message: IrcMessage, now: Instant): readonly Outgoing[] {
    const ends = this.#sent.take(message, this.#context, now);
    if (ends.length === 0) this.#refusedUnasked(message, now);
    for (const end of ends) this.#ended(end, now);
    if (message.command === "315") this.ponged(message.param(1), now);
    return ends.map(({ outgoing }) => outgoing);
  }

  /** The link is gone. */
  linkLost(): void {
    this.#joining = false;
    for (const { ticket, purpose } of [...this.#sent.linkLost(), ...this.#outbox.linkLost()]) {
      if (ticket === undefined || purpose === "join") continue;
      this.#settle(ticket, { kind: purpose === "part" ? "done" : "lost" });
    }
    this.#channels.linkLost();
  }

  /** The session ends: what was not sent never will be. */
  dropUnsent(): void {
    for (const { ticket, purpose } of this.#outbox.clear()) {
      if (ticket !== undefined && purpose !== "join") this.#failClosed(ticket);
    }
  }

  /** The session has ended: nothing more will be joined. */
  failJoins(): void {
    for (const channel of this.#channels.wantedChannels()) {
      for (const ticket of channel.joining.splice(0)) this.#failClosed(ticket);
    }
  }

  #ended(end: LineEnd, now: Instant): void {
    const { outgoing, channels } = end;
    const { ticket, purpose } = outgoing;
    if (purpose === "join") {
      for (const name of channels) {
        if (end.kind === "refused") this.#notJoined(name, end.message, now);
        else this.#channels.unanswered(name, now);
      }
      return;
    }
    this.#partEnded(outgoing);
    if (ticket === undefined) return;
    const { command } = parseMessage(outgoing.line);
    switch (end.kind) {
      case "done":
        return this.#settle(ticket, { kind: "done", ...(end.answers && { value: end.answers }) });
      case "unconfirmed": {
        const error = new CommandError("unconfirmed", `The server says nothing to ${command}`);
        return this.#settle(ticket, { kind: "failed", error });
      }
      case "refused": {
        if (purpose === "part") { for (const name of channels) this.#channels.sawPart(name, true); }
        const what = `The server refuses ${command}`;
        const error = new IrcRefusedError(what, end.message, hiddenIn(outgoing));
        return this.#settle(ticket, { kind: "failed", error });
      }
    }
  }

  /** The server does not let us in, or says what the channel is called now. */
  #notJoined(name: string, message: IrcMessage, now: Instant): void {
    const moved = this.#channels.moved(name, message);
    if (moved === undefined) this.#channels.refused(name, message, now);
    else this.#outbox.addFirst(this.#joinLines(moved));
  }

  #partEnded({ line, purpose }: Outgoing): void {
    if (purpose === "part") this.#channels.parting(parseMessage(line).param(0), -1);
  }

  /** A JOIN that was not ours, such as a bouncer's, is refused: the channel is wanted all the same. */
  #refusedUnasked(message: IrcMessage, now: Instant): void {
    if (!this.#channels.isRefusal(message)) return;
    const channel = this.#channels.get(message.param(1));
    if (channel?.wanted && !channel.joined) this.#channels.refused(channel.name, message, now);
  }

  #join(
    command: SessionCommand & { kind: "JOIN" },
    ticket: number,
    ready: boolean,
  ): void {
    const { channel: name, more } = command;
    const known = this.#channels.get(name);
    const isJoined = known?.joined && known.wanted;
    if (isJoined) this.#settle(ticket, { kind: "done" });
    if (!more && this.#gathered.length === 0) {
      if (isJoined) return;
      const key = command.key ?? this.#channels.keyOf(name);
      const line = formatCommand({ ...command, key });
      if (ready) this.#outbox.add({ line, ticket, purpose: "join", ...secrecyOf(line) });
      this.#channels.want(name, key, ticket);
      return;
    }
    if (!isJoined) this.#gathered.push(this.#channels.want(name, command.key, ticket));
    if (more) return;
    const gathered = this.#gathered.splice(0);
    if (ready) this.#outbox.append(this.#joinLines(gathered));
  }

  #part(command: SessionCommand & { kind: "PART" }, ticket: number, ready: boolean): void {
    const { channel: name } = command;
    if (!ready) {
      this.#channels.part(name, true);
      return this.#settle(ticket, { kind: "done" });
    }
    const channel = this.#channels.get(name)?.forwarded ?? name;
    this.#outbox.add({ line: formatCommand({ ...command, channel }), ticket, purpose: "part" });
    this.#channels.part(name, false);
    this.#channels.parting(channel, 1);
  }

  #joinLines(channels: readonly TrackedChannel[]): Outgoing[] {
    return joinLines(channels, this.#context.isupport.targMax("JOIN"));
  }

  #failClosed(ticket: number): void {
    const error = new CommandError("closed", "The session was closed before the command was sent");
    this.#settle(ticket, { kind: "failed", error });
  }
}

/** What nobody is called. */
const BARRIER = "parley-w";

/** The token of a line that does the work of a PING. */
function barrierOf(line: string): string | undefined {
  return line.startsWith(`WHO ${BARRIER}`) ? line.slice("WHO ".length) : undefined;
}
