import { LineLink, type LinkTimeouts, pingTimes } from "../../irc/session/line_link.ts";
import type { Permit } from "../../protocol/permit.ts";
import type { CloseInfo, Instant } from "../../protocol/protocol.ts";
import type { TwitchOutputs } from "./outputs.ts";
import { LinkChannels } from "./link_channels.ts";
import type { Latency } from "./latency.ts";
import type { Login } from "./login.ts";
import { Proofs } from "./proofs.ts";

/** How long Twitch may take for what, in milliseconds. */
export interface TwitchTimeouts extends LinkTimeouts {
  /** From a JOIN or PART until its echo, after which a PING asks; a JOIN is tried twice, in two windows of its limit. @default {10_000} */
  readonly join?: number;
  /** From a message until its USERSTATE or NOTICE, after which it counts as unconfirmed. @default {10_000} */
  readonly say?: number;
  /** How long a channel may bring nothing until a JOIN asks whether we still are in it. @default {600_000} */
  readonly quiet?: number;
}

/** What a connection is made of. */
export interface ConnectionParts {
  readonly id: number;
  readonly url: string;
  readonly login: Login;
  /** The permit to log in. */
  readonly permit: number;
  readonly joinPermit: Permit;
  readonly timeouts: TwitchTimeouts;
  /** Where to note how long PINGs take. */
  readonly latency: Latency;
  /** Whether it is to take over from a link that is still open. */
  readonly successor: boolean;
  /** Told of channels whose JOIN the server has read, and never answers. */
  readonly silent: (channel: string) => void;
  /** Told whether we were out of a channel in which we were found not to be. */
  readonly certain: (channel: string, wereOut: boolean) => void;
}

/** One link to Twitch and all that dies with it. */
export class Connection {
  /** The link. */
  readonly link: LineLink;
  /** How far the login is. */
  readonly login: Login;
  /** Where it stands with each channel. */
  readonly channels: LinkChannels;
  /** What proves how far the server has read. */
  readonly proofs: Proofs;
  /** Whether it is to take over from a link that is still open. */
  readonly successor: boolean;
  /** When the server let us in; undefined before. */
  readyAt: Instant | undefined = undefined;
  /** When something last came. */
  receivedAt: Instant;
  /** The server has asked us to leave for another connection. */
  leaving = false;
  /** Another link has taken over. */
  retired = false;
  /** Another link has taken over, and all that this one alone brings has been read. */
  drained = false;
  /** Nothing more comes; what came before may still be unread. */
  gone = false;
  readonly #outputs: TwitchOutputs;
  readonly #idle: number;
  readonly #pingEvery: number;
  /** Commands that wait for a PONG. */
  readonly #pings = new Set<number>();
  #permit: number | undefined;
  #authenticated = false;

  /** Takes its parts; it is to be dialled now. */
  constructor(parts: ConnectionParts, outputs: TwitchOutputs, now: Instant) {
    const { id, url, login, permit, joinPermit, timeouts } = parts;
    const { join = 10_000, quiet = 600_000 } = timeouts;
    const { silent, certain, latency } = parts;
    const { idle, interval, pong } = pingTimes(timeouts);
    this.link = new LineLink(id, url, now, timeouts);
    this.login = login;
    this.proofs = new Proofs(id, outputs, pong, latency);
    const { proofs } = this;
    this.channels = new LinkChannels({
      link: id,
      outputs,
      permit: joinPermit,
      timeout: join,
      quiet,
      proofs,
      silent,
      certain,
    });
    this.#idle = idle;
    this.#pingEvery = interval;
    this.successor = parts.successor;
    this.receivedAt = now;
    this.#outputs = outputs;
    this.#permit = permit;
  }

  /** Whether the server has let us in and the link still is what it was. */
  get live(): boolean {
    return this.readyAt !== undefined && !this.gone && !this.link.closing;
  }

  /** The link is open: logs in. */
  authenticate(): void {
    if (this.#authenticated) return;
    this.#authenticated = true;
    const { capabilities, pass, nick } = this.login.begin();
    this.#outputs.line(this.link.id, capabilities);
    if (pass !== undefined) this.#outputs.line(this.link.id, pass, { secret: true });
    this.#outputs.line(this.link.id, nick);
  }

  /** The login has been answered, or never will be. */
  releasePermit(): void {
    if (this.#permit !== undefined) this.#outputs.release(this.#permit, this.#authenticated);
    this.#permit = undefined;
  }

  /** The server has let us in. */
  ready(now: Instant): void {
    this.releasePermit();
    this.readyAt = now;
    this.link.established();
  }

  /** Asks for a PONG, for a command. */
  ping(ticket: number, now: Instant): void {
    this.#pings.add(ticket);
    this.proofs.request(now, (latency) => {
      this.#pings.delete(ticket);
      this.#outputs.done(ticket, latency);
    });
  }

  /** Another link, which is in every channel, has taken over: reads what still is under way. */
  retire(now: Instant): void {
    this.retired = true;
    this.channels.stop(now);
    this.proofs.request(now, () => void (this.drained = true));
  }

  /** The link is gone: nothing that was under way on it will be answered. */
  lost(): void {
    this.releasePermit();
    this.channels.lost();
    this.proofs.lost();
    for (const ticket of this.#pings) this.#outputs.settle(ticket, { kind: "lost" });
    this.#pings.clear();
  }

  /** Closes politely, or drops what is not open; the end comes by way of the link. */
  close(now: Instant): void {
    if (this.gone || this.link.closing) return;
    if (!this.link.open) return this.drop("closed before it was open");
    this.#outputs.close(this.link.id, 1000, "");
    this.link.close(now);
  }

  /** Drops the link; what was received before still comes out first. */
  drop(reason: string): void {
    if (this.gone) return;
    this.#outputs.abort(this.link.id);
    this.closed({ code: 0, reason, clean: false, cause: "lost" });
  }

  /** The link is gone. */
  closed(info: CloseInfo): void {
    this.gone = true;
    this.link.closed(info);
  }

  /** When something is due. */
  deadline(): Instant {
    // A link that is gone waits for nothing but to be read.
    if (this.gone) return Infinity;
    const { link, channels, proofs } = this;
    return Math.min(link.deadline(), channels.deadline(), proofs.deadline(), this.#pingAt());
  }

  /** Does what is due. */
  expire(now: Instant): void {
    if (this.gone) return;
    const due = now >= this.proofs.deadline() ? "no PONG came" : this.link.due(now);
    if (due !== undefined) return this.drop(due);
    if (now >= this.#pingAt()) this.proofs.request(now);
    this.channels.due(now);
  }

  #pingAt(): Instant {
    if (this.readyAt === undefined || this.link.closing) return Infinity;
    const askedAt = Math.max(this.readyAt, this.proofs.askedAt);
    const isAsked = this.proofs.deadline() < Infinity;
    return Math.min(
      askedAt + this.#pingEvery,
      isAsked ? Infinity : Math.max(askedAt, this.receivedAt) + this.#idle,
    );
  }
}
