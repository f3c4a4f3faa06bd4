import type { Clock } from "../../src/driver/clock/clock.ts";
import type { Host } from "../../src/driver/host.ts";
import type { Data } from "../../src/protocol/protocol.ts";

/** What makes a host a wrong one. */
export type HostBug = (host: Host) => Host;

/** Changes what links bring; undefined: nothing. */
export const bringing = (change: (data: Data, clock: Clock) => Data | undefined): HostBug => (host) => ({
  ...host,
  dial: (request, events) =>
    host.dial(request, {
      opened: (info) => events.opened(info),
      receive: (data) => {
        const changed = change(data, host.clock);
        if (changed !== undefined) events.receive(changed);
      },
      receiveBatch: (several) => {
        events.receiveBatch(several.flatMap((data) => change(data, host.clock) ?? []));
      },
      closed: (info) => events.closed(info),
    }),
});

/** Loses one in so many notifications of EventSub. */
export const losing = (every: number): HostBug => (host) => {
  let count = 0;
  return bringing((data) => {
    return String(data).includes('"notification"') && ++count % every === 0 ? undefined : data;
  })(host);
};

/** Does not hear messages of EventSub of a type. */
export const deafTo = (type: string): HostBug =>
  bringing((data) => String(data).includes(`"${type}"`) ? undefined : data);

/** Has its links say all the time that EventSub is there. */
export const neverSilent: HostBug = (host) => ({
  ...host,
  dial: (request, events) => {
    let live = true;
    const beat = () => {
      if (!live) return;
      events.receive(KEEPALIVE);
      host.clock.setTimer(host.clock.now() + 5_000, beat);
    };
    return host.dial(request, {
      opened: (info) => {
        events.opened(info);
        host.clock.setTimer(host.clock.now() + 5_000, beat);
      },
      receive: (data) => events.receive(data),
      receiveBatch: (several) => events.receiveBatch(several),
      closed: (info) => {
        live = false;
        events.closed(info);
      },
    });
  },
});

const KEEPALIVE = JSON.stringify({
  metadata: {
    message_id: "invented",
    message_type: "session_keepalive",
    message_timestamp: "2026-11-22T00:00:00Z",
  },
  payload: {},
});

/** Changes how some requests are made, which are counted. */
export const asking = (
  isMeant: (input: string, method: string) => boolean,
  ask: (count: number, real: () => Promise<Response>) => Promise<Response>,
): HostBug =>
(host) => {
  let count = 0;
  return {
    ...host,
    fetch: (input, init) => {
      const real = () => host.fetch(input, init);
      return isMeant(input, init?.method ?? "GET") ? ask(++count, real) : real();
    },
  };
};

/** Changes how the API is asked for a subscription. */
export const subscribing = (
  ask: (count: number, real: () => Promise<Response>) => Promise<Response>,
): HostBug => asking((input, method) => method === "POST" && input.includes("/eventsub/subscriptions"), ask);

/** Asks again whatever ends in some way. */
export const askingAgain = (
  isMeant: (response: Response | undefined, method: string) => boolean,
): HostBug =>
(host) => ({
  ...host,
  fetch: async (input, init) => {
    const method = init?.method ?? "GET";
    try {
      const response = await host.fetch(input, init);
      const text = await response.text();
      if (isMeant(response, method)) return await host.fetch(input, init);
      const { status, headers } = response;
      return new Response(status === 204 ? null : text, { status, headers });
    } catch (error) {
      if (isMeant(undefined, method)) return await host.fetch(input, init);
      throw error;
    }
  },
});

/** Changes what is answered: its headers, in place, and its text. */
export const answering = (
  change: (text: string, headers: Headers) => string,
): HostBug =>
(host) => ({
  ...host,
  fetch: async (input, init) => {
    const response = await host.fetch(input, init);
    const { status } = response;
    const headers = new Headers(response.headers);
    const text = change(status === 204 ? "" : await response.text(), headers);
    return new Response(status === 204 ? null : text, { status, headers });
  },
});

/** Has timers further off than that never wake. */
export const neverWaking = (ms: number): HostBug => (host) => ({
  ...host,
  clock: {
    now: () => host.clock.now(),
    wall: () => host.clock.wall(),
    setTimer: (at, wake) => at - host.clock.now() > ms ? () => {} : host.clock.setTimer(at, wake),
  },
});
