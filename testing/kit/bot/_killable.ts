import { type Host, LocalPermits } from "@parley/parley/driver";

/** A process that can be killed: what it sees of the world until it dies, after which nothing of it happens any more. */
export interface Killable {
  readonly host: Host;
  readonly dead: boolean;
  /** Ends it as SIGKILL does; what it had open stays open, unless somebody closes that. */
  die(): void;
}

/** Makes such a process of a host. Permits are its own: no other process knows of them. */
export function killable(host: Host): Killable {
  let dead = false;
  const unless = <T extends unknown[]>(act: (...args: T) => void) => (...args: T): void => {
    if (!dead) act(...args);
  };
  const clock: Host["clock"] = {
    now: () => host.clock.now(),
    wall: () => host.clock.wall(),
    setTimer: (at, wake) => host.clock.setTimer(at, unless(wake)),
  };
  return {
    get dead() {
      return dead;
    },
    die: () => void (dead = true),
    host: {
      ...host,
      clock,
      permits: new LocalPermits(clock),
      observe: unless((observation) => host.observe?.(observation)),
      told: unless((event, label) => host.told?.(event, label)),
      settled: unless((command, outcome, label) => host.settled?.(command, outcome, label)),
      fetch: (input, init) =>
        new Promise((resolve, reject) => host.fetch(input, init).then(unless(resolve), unless(reject))),
      dial: (request, events) => {
        const link = host.dial(request, {
          // Nobody is there any more to take it.
          opened: (info) => dead ? link.abort() : events.opened(info),
          receive: unless((data) => events.receive(data)),
          receiveBatch: unless((batch) => events.receiveBatch(batch)),
          closed: unless((info) => events.closed(info)),
        });
        return link;
      },
    },
  };
}
