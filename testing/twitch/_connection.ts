import { LineDecoder } from "@parley/parley/irc";
import { type Instant, RateLog } from "@parley/parley/protocol";

/** How much an account may do. */
export interface Limits {
  /** Channels joined per 10 seconds. @default {20} */
  readonly join?: number;
  /** Logins per 10 seconds. @default {20} */
  readonly auth?: number;
  /** Messages per 30 seconds in channels that it does not moderate. @default {20} */
  readonly message?: number;
  /** Messages per 30 seconds in all. @default {100} */
  readonly moderated?: number;
  /** Channels at a time that it does not moderate. @default {100} */
  readonly channels?: number;
}

/** One client's link. */
export class Connection {
  readonly link: number;
  readonly decoder: LineDecoder;
  readonly capabilities: Set<string> = new Set();
  readonly channels: Set<string> = new Set();
  /** Channels that it was told to be in, and is not. */
  readonly forgotten: Set<string> = new Set();
  pass: string | undefined = undefined;
  login = "";
  anonymous = false;
  registered = false;
  frozen = false;
  leaving = false;
  gone = false;
  closed = false;

  constructor(link: number, messages: boolean) {
    this.link = link;
    this.decoder = new LineDecoder({ messages });
  }
}

/** What an account has done, by any of its links. */
export class Account {
  readonly joins: RateLog;
  readonly logins: RateLog;
  /** Messages in channels that it does not moderate. */
  readonly ordinary: RateLog;
  readonly messages: RateLog;
  silencedUntil: Instant = -Infinity;

  constructor(limits: Limits) {
    this.joins = new RateLog(limits.join ?? 20, 10_000);
    this.logins = new RateLog(limits.auth ?? 20, 10_000);
    this.ordinary = new RateLog(limits.message ?? 20, 30_000);
    this.messages = new RateLog(limits.moderated ?? 100, 30_000);
  }
}
