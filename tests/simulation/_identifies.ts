import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Dial } from "../../src/protocol/link.ts";
import type { Instant, OpenInfo } from "../../src/protocol/protocol.ts";
import type { DiscordServerLogEntry } from "../../testing/discord/server.ts";
import type { Acceptor } from "../../testing/world/network/listen.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";

/** An IDENTIFY as both ends of its link saw it. */
export interface Identify {
  /** The process that sent it. */
  readonly client: string;
  readonly sentAt: Instant;
  /** When its sender gave the link up, or lost it; `Infinity`: never. */
  readonly leftAt: Instant;
  /** When Discord read it; `Infinity`: never. */
  readonly arrivedAt: Instant;
}

/** When a process, or each of them, cannot hold what NATS let it have: it stands still, or NATS is out of reach. */
export interface Helpless {
  /** Undefined: all of them. */
  readonly client: string | undefined;
  readonly from: Instant;
  readonly to: Instant;
}

/** Discord takes an IDENTIFY in so many milliseconds. */
const APART = 5_000;
/** What NATS has heard of a permit last is at most so old when one can rely on it no more, in milliseconds. */
const HEARD = APART / 2;
/** Until NATS has heard that a permit was used, in milliseconds. */
const TOLD = 1_000;

interface Dialled {
  readonly client: string;
  sentAt: Instant;
  leftAt: Instant;
}

/** Sees what becomes of the IDENTIFYs of many processes, at both ends of their links. */
export class Identifies {
  readonly #clock: Pick<Clock, "now">;
  /** What a link was told when it opened, which the server was told of the same link. */
  readonly #opened = new Map<OpenInfo, Dialled>();
  /** By the server's number. */
  readonly #accepted = new Map<number, OpenInfo>();
  readonly #dialled: Dialled[] = [];

  /** Takes the world's clock. */
  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** The same dial, whose links are seen. */
  dialling(client: string, dial: Dial): Dial {
    return (request, events) => {
      const dialled: Dialled = { client, sentAt: Infinity, leftAt: Infinity };
      const left = () => dialled.leftAt = Math.min(dialled.leftAt, this.#clock.now());
      const link = dial(request, {
        opened: (info) => {
          this.#opened.set(info, dialled);
          events.opened(info);
        },
        receive: (data) => events.receive(data),
        receiveBatch: (batch) => events.receiveBatch(batch),
        closed: (info) => {
          left();
          events.closed(info);
        },
      });
      return {
        get behind(): boolean {
          return link.behind ?? false;
        },
        send: (data) => {
          if (typeof data === "string" && data.startsWith('{"op":2,')) {
            dialled.sentAt = this.#clock.now();
            this.#dialled.push(dialled);
          }
          link.send(data);
        },
        close: (code, reason) => {
          left();
          link.close(code, reason);
        },
        abort: () => {
          left();
          link.abort();
        },
      };
    };
  }

  /** The same server, whose links are known again. */
  accepting(server: Acceptor): Acceptor {
    return {
      accept: (info, attach) => {
        const link = server.accept(info, attach);
        this.#accepted.set(link, info);
        return link;
      },
    };
  }

  /** All that were sent, by the server's log. */
  of(log: readonly DiscordServerLogEntry[]): Identify[] {
    const arrivals = new Map<Dialled, Instant>();
    for (const entry of log) {
      if (entry.kind !== "received" || entry.op !== 2) continue;
      const info = this.#accepted.get(entry.link);
      const dialled = info && this.#opened.get(info);
      if (dialled !== undefined) arrivals.set(dialled, entry.at);
    }
    return this.#dialled.map((dialled) => ({ ...dialled, arrivedAt: arrivals.get(dialled) ?? Infinity }));
  }
}

/**
 * Checks that an IDENTIFY is sent five seconds after another has arrived, or after its sender gave up its link: what a
 * stalled link still brings then nobody can call back, nor know when it comes. Who stands still, or cannot reach NATS,
 * holds its permit for the time that NATS gave it, which the last that NATS heard of it has begun.
 */
export function checkIdentifies(
  identifies: readonly Identify[],
  helpless: readonly Helpless[] = [],
): Violation[] {
  const violations: Violation[] = [];
  const sent = identifies.toSorted((a, b) => a.sentAt - b.sentAt);
  for (const [index, { client, sentAt }] of sent.entries()) {
    const before = sent.slice(0, index).find((one) => sentAt - heldUntil(one, helpless) < APART);
    if (before === undefined) continue;
    const message =
      `"${client}" sent an IDENTIFY at ${sentAt}, "${before.client}" one at ${before.sentAt}, ` +
      `which came at ${before.arrivedAt} and was given up at ${before.leftAt}`;
    violations.push({ rule: "identified_early", message });
  }
  return violations;
}

/** Until when a permit is sure to be held, apart from the time that it counts after. */
function heldUntil({ client, sentAt, leftAt, arrivedAt }: Identify, helpless: readonly Helpless[]): Instant {
  const over = Math.min(leftAt, arrivedAt);
  const since = helpless.flatMap((one) => {
    const isOurs = one.client === undefined || one.client === client;
    return isOurs && one.from <= over + TOLD && one.to >= sentAt - HEARD
      ? [Math.max(one.from, sentAt) - HEARD]
      : [];
  });
  return Math.min(over, ...since);
}
