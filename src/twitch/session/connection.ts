import { LineLink, type LinkTimeouts, pingTimes } from "../../irc/session/links/line_link.ts";
import type { Permit } from "../../protocol/permit.ts";
import { PingBarrier } from "../../protocol/connection/ping_barrier.ts";
import type { CloseInfo, Data, Instant, OpenInfo } from "../../protocol/protocol.ts";
import type { TwitchOutputs } from "./outputs.ts";
import { type JoinVerdicts, LinkChannels } from "./channels/link_channels.ts";
import type { Login } from "./login/login.ts";

/** How long Twitch may take for what, in milliseconds. */
export interface TwitchTimeouts extends LinkTimeouts {
  /** From a PING until the link counts as dead, whatever is received. @default {20_000} */
  readonly pong?: number;
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
  /** The latencies of links before. */
  readonly latencies: readonly number[];
  /** Whether it is to take over from a link that is still open. */
  readonly successor: boolean;
  readonly verdicts: JoinVerdicts;
}

/** One link to Twitch and all that dies with it. */
export class Connection {
  /** The link. */
  readonly link: LineLink;
  /** How far the login is. */
  readonly login: Login;
  /** Where it stands with each channel. */
  readonly channels: LinkChannels;
  /** What proves how far the server has read, and whether it is there. */
  readonly pings: PingBarrier;
  /** Whether it is to take over from a link that is still open. */
  readonly successor: boolean;
  /** The server has let us in. */
  loggedIn = false;
  /** The server has asked us for another connection in the place of this one. */
  reconnectAsked = false;
  /** Another link has taken over. */
  retired = false;
  /** Another link has taken over, and all that this one alone brings has been read. */
  drained = false;
  /** Nothing more comes; what came before may still be unread. */
  gone = false;
  readonly #outputs: TwitchOutputs;
  #permit: number | undefined;

  /** Takes its parts; it is to be dialled now. */
  constructor(parts: ConnectionParts, outputs: TwitchOutputs, now: Instant) {
    const { id, url, login, permit, joinPermit, timeouts, verdicts } = parts;
    const { join = 10_000, quiet = 600_000 } = timeouts;
    this.link = new LineLink(id, url, now, timeouts);
    this.login = login;
    const ping = (token: string) => outputs.line(id, `PING :${token}`);
    this.pings = new PingBarrier(pingTimes(timeouts), ping, parts.latencies);
    this.channels = new LinkChannels({
      link: id,
      outputs,
      permit: joinPermit,
      timeout: join,
      quiet,
      pings: this.pings,
      verdicts,
    });
    this.successor = parts.successor;
    this.#outputs = outputs;
    this.#permit = permit;
  }

  /** Whether the server has let us in and the link still is what it was. */
  get live(): boolean {
    return this.link.live;
  }

  /** The link is open: logs in. */
  opened(info: OpenInfo, now: Instant): void {
    if (!this.link.dialing) return;
    this.link.opened(info, now);
    const { capabilities, pass, nick } = this.login.begin();
    this.#outputs.line(this.link.id, capabilities);
    if (pass !== undefined) this.#outputs.line(this.link.id, pass, { secret: true });
    this.#outputs.line(this.link.id, nick);
  }

  /** Something came. */
  received(data: Data, now: Instant): void {
    if (this.link.dialing) return;
    this.pings.heard(now);
    this.link.receive(data);
  }

  /** The login has been answered, or never will be. */
  releasePermit(): void {
    if (this.#permit !== undefined) this.#outputs.release(this.#permit, !this.link.dialing);
    this.#permit = undefined;
  }

  /** The server has let us in. */
  ready(now: Instant): void {
    this.releasePermit();
    this.loggedIn = true;
    this.link.established();
    this.pings.start(now);
  }

  /** Asks for a PONG, for a command. */
  ping(ticket: number, now: Instant): void {
    this.pings.request(now, {
      proven: (latency) => this.#outputs.done(ticket, latency),
      lost: () => this.#outputs.settle(ticket, { kind: "lost" }),
    });
  }

  /** Another link, which is in every channel, has taken over: reads what still is under way. */
  retire(now: Instant): void {
    this.retired = true;
    this.channels.stop(now);
    this.pings.request(now, { proven: () => void (this.drained = true) });
  }

  /** The link is gone: nothing that was under way on it will be answered. */
  lost(): void {
    this.releasePermit();
    this.channels.lost();
    this.pings.stop();
  }

  /** Closes politely, or drops what is not open; the end comes by way of the link. */
  close(now: Instant): void {
    if (this.gone || this.link.closing) return;
    if (!this.link.open) return this.drop("closed before it was open");
    this.channels.stop(now);
    this.#outputs.close(this.link.id, 1000, "");
    this.link.close(now);
  }

  /** Drops the link; what was received before still comes out first. */
  drop(reason: string, cause: "lost" | "timeout" = "lost"): void {
    if (this.gone) return;
    this.#outputs.abort(this.link.id);
    this.closed({ code: 0, reason, clean: false, cause });
  }

  /** The link is gone. */
  closed(info: CloseInfo): void {
    this.gone = true;
    this.link.closed(info);
  }

  /** When something is due. */
  deadline(): Instant {
    // What is gone waits for nothing but to be read, and what is being closed for its end.
    if (this.gone) return Infinity;
    if (!this.live) return this.link.deadline();
    return Math.min(this.channels.deadline(), this.pings.deadline);
  }

  /** Does what is due. */
  due(now: Instant): void {
    if (this.gone) return;
    const late = this.link.due(now);
    if (late !== undefined) return this.drop(late, "timeout");
    if (!this.live) return;
    if (this.pings.due(now)) return this.drop("no PONG came", "timeout");
    this.channels.due(now);
  }
}
