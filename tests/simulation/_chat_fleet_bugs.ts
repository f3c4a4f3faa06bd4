import type { Host } from "../../src/driver/host.ts";
import { WRONG_LAST_SEQUENCE } from "../../src/nats/kv.ts";
import type { ChatClient } from "../../src/nats/mod.ts";
import { type ProcessBug, processBugs } from "./_process_bugs.ts";

/** A wrong variant of what a process is made of that holds chats. */
export interface ChatFleetBug extends ProcessBug {
  /** What it holds an account by. */
  readonly client?: (client: ChatClient) => ChatClient;
  /** What that is given, whatever it is to be given. */
  readonly runtime?: (runtime: Partial<Host>, host: Host) => Partial<Host>;
}

/** What can be planted, by name. */
export const chatFleetBugs: Readonly<Record<string, ChatFleetBug>> = {
  ...processBugs,
  "tells of no time in which nobody was there": {
    caught: "missed",
    shownBy: "act",
    client: (client) => ({
      connect: () => client.connect(),
      close: () => client.close(),
      closed: client.closed,
      deliveries: () => client.deliveries(),
      get heardUntil() {
        return client.heardUntil;
      },
      missedSince: () => {},
    }),
  },
  "reads on when its lease is over": {
    caught: "heard_twice",
    shownBy: "freeze",
    runtime: (runtime, { dial }) => ({ ...runtime, dial }),
  },
  "takes its own clock for the server's": {
    caught: "missed",
    shownBy: "skew",
    buckets: (nats, _, { clock }) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        const get = async (key: string) => {
          const entry = await kv.get(key);
          return entry && { ...entry, created: new Date(clock.wall()) };
        };
        return name === "chats-heard" ? { ...kv, get } : kv;
      },
    }),
  },
  "takes nobody for dead": {
    caught: "not_up",
    shownBy: "act",
    buckets: (nats) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        const refuse = () => Promise.reject(Object.assign(new Error(), { code: WRONG_LAST_SEQUENCE }));
        return name === "chats-leases" ? { ...kv, delete: refuse } : kv;
      },
    }),
  },
};
