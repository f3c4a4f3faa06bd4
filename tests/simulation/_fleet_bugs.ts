import { isConflict } from "../../src/nats/kv.ts";
import { AGREED } from "../../src/nats/leases/records.ts";
import type { NatsConnection } from "../../src/nats/mod.ts";
import { type ProcessBug, processBugs } from "./_process_bugs.ts";

/** A wrong variant of what a process of a bot's fleet is made of. */
export interface FleetBug extends ProcessBug {
  /** What sends commands. */
  readonly connection?: (connection: NatsConnection) => NatsConnection;
}

/** What can be planted, by name. */
export const fleetBugs: Readonly<Record<string, FleetBug>> = {
  ...processBugs,
  "does not look whether something is gone": {
    caught: "missed",
    shownBy: "act",
    streams: (streams) => ({
      ...streams,
      streams: {
        ...streams.streams,
        async info(name) {
          const { config, state } = await streams.streams.info(name);
          return { config, state: { ...state, first_seq: 1 } };
        },
      },
    }),
  },
  "keeps a permit for ever": {
    caught: "not_up",
    buckets: (nats, _, { clock }) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        if (!name.includes("-permits-")) return kv;
        return {
          ...kv,
          async update(key, data, version) {
            const keep = async (revision: number): Promise<void> => {
              await new Promise<void>((resolve) => clock.setTimer(clock.now() + 1_000, resolve));
              await keep(await kv.update(key, data, revision));
            };
            const revision = await kv.update(key, data, version);
            if (data.startsWith("used ")) keep(revision).catch(() => {});
            return revision;
          },
        };
      },
    }),
  },
  "shares its limits with nobody": {
    caught: "identified_early",
    buckets: (nats, name) => ({
      create(bucket, options) {
        const own = bucket.includes("-permits-") ? `${bucket}-${name}` : bucket;
        return nats.create(own, options);
      },
    }),
  },
  "says only once that it holds a permit": {
    caught: "identified_early",
    buckets: (nats) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        if (!name.includes("-permits-")) return kv;
        return {
          ...kv,
          update: (key, data, version) =>
            data.startsWith("held ") ? Promise.resolve(version) : kv.update(key, data, version),
        };
      },
    }),
  },
  "changes the number of shards whatever another has said": {
    caught: "changed_twice",
    shownBy: "act",
    buckets: (nats) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        const write = async (key: string, text: string, written: () => Promise<number>): Promise<number> => {
          try {
            return await written();
          } catch (error) {
            if (key !== AGREED || !isConflict(error)) throw error;
            return await kv.update(key, text, (await kv.get(key))?.revision ?? 0);
          }
        };
        return {
          ...kv,
          create: (key, text) => write(key, text, () => kv.create(key, text)),
          update: (key, text, version) => write(key, text, () => kv.update(key, text, version)),
        };
      },
    }),
  },
  "does not hear that the number of shards has changed": {
    caught: "not_resharded",
    shownBy: "act",
    buckets: (nats) => ({
      async create(name, options) {
        const kv = await nats.create(name, options);
        const watch = async () => {
          const real = await kv.watch();
          async function* others() {
            for await (const entry of real) if (entry.key !== AGREED) yield entry;
          }
          return { stop: () => real.stop(), [Symbol.asyncIterator]: others };
        };
        return { ...kv, watch };
      },
    }),
  },
  "sends a command again that it got no answer to": {
    caught: "sent_twice",
    shownBy: "act",
    connection: (connection) => ({
      ...connection,
      async request(subject, payload, { timeout }) {
        try {
          return await connection.request(subject, payload, { timeout: Math.min(timeout, 40) });
        } catch {
          return await connection.request(subject, payload, { timeout });
        }
      },
    }),
  },
};
