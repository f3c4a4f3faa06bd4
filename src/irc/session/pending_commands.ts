import { CommandError } from "../../protocol/errors.ts";
import type { Outcome } from "../../protocol/protocol.ts";
import { LONGEST_SAID, quote } from "../../protocol/quote.ts";
import type { ChannelMembership, TrackedChannel } from "./channel_membership.ts";
import { aboutOf, formatCommand, type IrcCommand } from "../wire/command.ts";
import { JOIN_REFUSALS, joinLines } from "./join_lines.ts";
import type { IrcMessage } from "../wire/message.ts";
import type { Outbox, Outgoing } from "./outbox.ts";
import { secrecyOf } from "../wire/secrecy.ts";

/** Commands that a session runs for the user; QUIT ends it. */
type SessionCommand = Exclude<IrcCommand, { kind: "QUIT" }>;

/**
 * What the user wants done, from the command to its outcome: lines on their way to the server, and channels to
 * be in. A JOIN outlives its link, a PART is done by a link's loss, and any other line is `lost` with it.
 */
export class PendingCommands {
  readonly #outbox: Outbox;
  readonly #channels: ChannelMembership;
  readonly #settle: (ticket: number, outcome: Outcome) => void;
  /** ChannelMembership whose JOIN waits for the next, to go in one line with it. */
  readonly #gathered: TrackedChannel[] = [];

  /** Takes what the lines and the channels are kept in, and whom to tell how a command ended. */
  constructor(
    outbox: Outbox,
    channels: ChannelMembership,
    settle: (ticket: number, outcome: Outcome) => void,
  ) {
    this.#outbox = outbox;
    this.#channels = channels;
    this.#settle = settle;
  }

  /** Takes a command. `ready`: the server has let us in. */
  begin(command: SessionCommand, line: string, ticket: number, ready: boolean): void {
    switch (command.kind) {
      case "JOIN":
        return this.#join(command, line, ticket, ready);
      case "PART":
        return this.#part(command, ticket, ready);
      default:
        return this.#outbox.add({
          line,
          ticket,
          purpose: "say",
          about: aboutOf(command),
          ...secrecyOf(line, "secret" in command && command.secret),
        });
    }
  }

  /** The user gave up on a command. */
  cancel(ticket: number, ready: boolean): void {
    const queued = this.#outbox.cancel(ticket);
    const joining = (queued !== undefined || !ready) && this.#channels.cancel(ticket);
    // A JOIN that waits to be sent may have been settled by the server, which let us in unasked.
    const other = queued !== undefined && queued.purpose !== "join";
    if (other || joining) this.#settle(ticket, { kind: "cancelled" });
  }

  /** The server has let us in: joins what is wanted, before all else. */
  rejoin(): void {
    this.#outbox.addFirst(joinLines(this.#channels.wantedChannels().filter((channel) => !channel.joined)));
  }

  /** The server has handled these lines. */
  linesProven(lines: readonly Outgoing[]): void {
    for (const { ticket, purpose, about } of lines) {
      if (purpose !== "join") {
        if (ticket !== undefined) this.#settle(ticket, { kind: "done" });
        continue;
      }
      // The server has handled the JOIN, and has neither let us in nor said why not.
      for (const name of about) {
        const channel = this.#channels.get(name);
        if (channel !== undefined && !channel.joined) {
          this.#channels.refuse(name, "the server does not say why");
        }
      }
    }
  }

  /** An error numeric: it refuses a JOIN, or the oldest line that it names. */
  numericRefused(message: IrcMessage): void {
    const named = message.param(1);
    const channel = this.#channels.get(named);
    const folded = this.#channels.fold(named);
    const names = ({ about }: Outgoing) => about.some((name) => this.#channels.fold(name) === folded);
    // ERR_NOSUCHCHANNEL refuses whatever names one, and the server handles lines in their order.
    const older = message.command === "403" ? this.#outbox.oldestSent(names)?.purpose : undefined;
    const refusesJoin = JOIN_REFUSALS.has(message.command) && older !== "part" && older !== "say";
    if (channel?.wanted && !channel.joined && refusesJoin) {
      return this.#channels.refuse(named, message.text);
    }
    const outgoing = this.#outbox.takeRefused((line) => line.purpose !== "join" && names(line));
    if (outgoing?.ticket === undefined) return;
    if (outgoing.purpose === "part") this.#channels.sawPart(named);
    const error = new CommandError(
      "refused",
      `The server refuses ${outgoing.about[0]}: ${quote(message.text, LONGEST_SAID)}`,
    );
    this.#settle(outgoing.ticket, { kind: "failed", error });
  }

  /** The link is gone. */
  linkLost(): void {
    const { sent, pointless } = this.#outbox.linkLost();
    for (const { ticket, purpose } of [...sent, ...pointless]) {
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

  #join(
    { channel: name, key, more }: SessionCommand & { kind: "JOIN" },
    line: string,
    ticket: number,
    ready: boolean,
  ): void {
    const known = this.#channels.get(name);
    const isJoined = known?.joined && known.wanted;
    if (isJoined) this.#settle(ticket, { kind: "done" });
    if (!more && this.#gathered.length === 0) {
      if (isJoined) return;
      if (ready) this.#outbox.add({ line, ticket, purpose: "join", about: [name], ...secrecyOf(line) });
      this.#channels.want(name, key, ticket);
      return;
    }
    if (!isJoined) this.#gathered.push(this.#channels.want(name, key, ticket));
    if (more) return;
    const gathered = this.#gathered.splice(0);
    if (ready) this.#outbox.append(joinLines(gathered));
  }

  #part(command: SessionCommand & { kind: "PART" }, ticket: number, ready: boolean): void {
    const { channel: name } = command;
    if (!ready) {
      this.#channels.part(name, true);
      return this.#settle(ticket, { kind: "done" });
    }
    const channel = this.#channels.get(name)?.forwarded ?? name;
    const line = formatCommand({ ...command, channel });
    this.#outbox.add({ line, ticket, purpose: "part", about: ["PART", channel] });
    this.#channels.part(name, false);
  }

  #failClosed(ticket: number): void {
    const error = new CommandError("closed", "The session was closed before the command was sent");
    this.#settle(ticket, { kind: "failed", error });
  }
}
