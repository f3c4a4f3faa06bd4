import { LineDecoder } from "../irc/line_decoder.ts";
import type { Instant } from "../protocol/protocol.ts";
import { RateLog } from "../protocol/rate_log.ts";

/** How much an account may do. */
export interface Limits {
  /** Channels joined per 10 seconds. @default {20} */
  readonly join?: number;
  /** Logins per 10 seconds. @default {20} */
  readonly auth?: number;
  /** Messages per 30 seconds. @default {20} */
  readonly message?: number;
}

/** One client's link. */
export class Connection {
  readonly link: number;
  readonly decoder: LineDecoder;
  readonly capabilities: Set<string> = new Set();
  readonly channels: Set<string> = new Set();
  pass: string | undefined = undefined;
  login = "";
  anonymous = false;
  registered = false;
  frozen = false;
  pingAt: Instant;
  /** When it is closed, for want of a PONG or after RECONNECT. */
  closeAt: Instant = Infinity;
  leaving = false;
  gone = false;
  closed = false;

  constructor(link: number, messages: boolean, pingAt: Instant) {
    this.link = link;
    this.decoder = new LineDecoder({ messages });
    this.pingAt = pingAt;
  }
}

/** What an account has done, by any of its links. */
export class Account {
  readonly joins: RateLog;
  readonly logins: RateLog;
  readonly messages: RateLog;
  /** The last message to each channel. */
  readonly said: Map<string, { readonly text: string; readonly at: Instant }> = new Map();
  silencedUntil: Instant = -Infinity;

  constructor(limits: Limits) {
    this.joins = new RateLog(limits.join ?? 20, 10_000);
    this.logins = new RateLog(limits.auth ?? 20, 10_000);
    this.messages = new RateLog(limits.message ?? 20, 30_000);
  }
}
