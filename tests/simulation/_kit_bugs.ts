import type { Host } from "../../src/driver/host.ts";
import type { Data, Instant } from "../../src/protocol/protocol.ts";
import type { KitBug } from "./_kit_world.ts";

/** An event that a client tells. */
export interface Told {
  readonly kind: string;
}

type Tell = (event: Told) => void;

/** What a client makes of an event that it is to tell; `later`: tells one behind the next of its kind. */
type Bend = (event: Told, tell: Tell, later: Tell) => void;

/** Which of the events of a kind are bent: each of this number. */
const EVERY = 4;

/** A client that bends some of the events of a kind that it tells. */
function telling(kind: string, bend: Bend): (host: Host) => Host {
  return (host) => {
    let count = 0;
    let held: (() => void)[] = [];
    return {
      ...host,
      told: (event, label) => {
        const tell: Tell = (event) => host.told?.(event, label);
        if (event.kind !== kind) return tell(event);
        const waiting = held;
        held = [];
        if (++count % EVERY === 0) bend(event, tell, (event) => held.push(() => tell(event)));
        else tell(event);
        for (const tellNow of waiting) tellNow();
      },
    };
  };
}

/** What a client of a network tells wrongly, and what that is called there. */
export interface Telling {
  /** What it tells of somebody who says something. */
  readonly kind: string;
  /** The same event, with another text. */
  readonly altered: (event: Told) => Told;
  /** A gap, which is none, behind this event. */
  readonly gap: (times: { readonly from: Instant; readonly to: Instant }, event: Told) => Told;
  readonly lost: string;
}

/** Clients that tell what is not so, or tell it not, or not as it was. */
export function tellingBugs({ kind, altered, gap, lost }: Telling): Readonly<Record<string, KitBug>> {
  const twice: Bend = (event, tell) => {
    tell(event);
    tell(event);
  };
  return {
    "does not tell all that is said": { caught: lost, host: telling(kind, () => {}) },
    "tells twice what is said": { caught: "delivered_twice", host: telling(kind, twice) },
    "tells what is said behind what was said next": {
      caught: "out_of_order",
      host: telling(kind, (event, _, later) => later(event)),
    },
    "tells otherwise than it was said": {
      caught: "told_untruly",
      host: telling(kind, (event, tell) => tell(altered(event))),
    },
    "tells of a gap where none is": {
      caught: "gap_not_owed",
      host: (host) => {
        const now = () => host.clock.now();
        return telling(kind, (event, tell) => {
          tell(event);
          tell(gap({ from: now() - 1, to: now() }, event));
        })(host);
      },
    },
  };
}

/** A client that loses what it sends of some kind before it is on the wire, and calls all done that it was asked for. */
export function callsDone(loses: (data: string) => boolean): KitBug {
  return {
    caught: "done_unheard",
    host: (host) => ({
      ...host,
      settled: (command, _, label) => host.settled?.(command, "done", label),
      observe: (observation) => {
        if (observation.kind === "sent" && loses(String(observation.data))) return;
        host.observe?.(observation);
      },
      dial: (request, events) => {
        const link = host.dial(request, events);
        const send = (data: Data) => loses(String(data)) ? undefined : link.send(data);
        return { send, close: (code, reason) => link.close(code, reason), abort: () => link.abort() };
      },
    }),
  };
}

/** A client that sends this so many times at once, some time after each link was dialled. */
export function sendsTooMuch(caught: string, data: (index: number) => string, times: number): KitBug {
  return {
    caught,
    host: (host) => ({
      ...host,
      dial: (request, events) => {
        const link = host.dial(request, events);
        host.clock.setTimer(host.clock.now() + 10_000, () => {
          for (let index = 0; index < times; index++) link.send(data(index));
        });
        return link;
      },
    }),
  };
}

/** A client that opens one link, and never another. */
export const opensOneLink: KitBug = {
  caught: "unexpected",
  host: (host) => {
    let opened = false;
    return {
      ...host,
      dial: (request, events) => {
        const never = { ...events, opened: () => {} };
        const link = host.dial(request, opened ? never : events);
        opened = true;
        return link;
      },
    };
  },
};
