import type { ResumePoint } from "../../src/discord/gateway/session/options.ts";
import type { SessionStore } from "../../src/discord/gateway/shards/store/session_store.ts";
import type { StoredShard } from "../../src/discord/gateway/shards/store/stored_shard.ts";
import type { Host } from "../../src/driver/host.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

/** What a bug finds out about the world it is planted in. */
export interface BugContext {
  /** The last number of a session that the server has sent on a link. */
  readonly lastSent: (session: string) => number;
  /** Whether the bot was asked to stop. */
  readonly stopping: () => boolean;
}

/** A wrong variant of the bot, or of a part of it. */
export interface BotBug extends PlantedBug {
  readonly store?: (store: SessionStore, context: BugContext) => SessionStore;
  readonly host?: (host: Host, context: BugContext) => Host;
  /** How long a listing of members waits for the next chunk, in milliseconds. */
  readonly timeout?: number;
  /** How long the store may take, in milliseconds. */
  readonly answer?: number;
  /** How long it waits for a session that another process holds, in milliseconds. */
  readonly takeOverAfter?: number;
  /** It does not tell when it waits for the daily limit. */
  readonly deaf?: true;
  /** It ends its sessions when it is asked to stop. */
  readonly endsSessions?: true;
}

type Change<T> = (value: T) => T;

/** Changes what is loaded from the store. */
const loading = (change: Change<StoredShard>) => (store: SessionStore): SessionStore => ({
  load: async (shard) => {
    const stored = await store.load(shard);
    return stored && change(stored);
  },
  save: (stored) => store.save(stored),
});

/** Changes what is saved. */
const saving =
  (change: (stored: StoredShard, context: BugContext) => StoredShard) =>
  (store: SessionStore, context: BugContext): SessionStore => ({
    load: (shard) => store.load(shard),
    save: (stored) => store.save(change(stored, context)),
  });

const withSession = (stored: StoredShard, change: Change<ResumePoint | null>): StoredShard => ({
  ...stored,
  session: change(stored.session),
});

/** Changes what links carry. */
const carrying = (changes: {
  readonly sent?: (text: string, context: BugContext) => string;
  readonly received?: Change<string>;
}) =>
(host: Host, context: BugContext): Host => ({
  ...host,
  dial: (request, events) => {
    const { sent = (text) => text, received = (text) => text } = changes;
    const text = (data: Data, change: Change<string>) => typeof data === "string" ? change(data) : data;
    const link = host.dial(request, {
      opened: (info) => events.opened(info),
      receive: (data) => events.receive(text(data, received)),
      receiveBatch: (batch) => events.receiveBatch(batch.map((data) => text(data, received))),
      closed: (info) => events.closed(info),
    });
    return {
      send: (data) => link.send(text(data, (one) => sent(one, context))),
      close: (code, reason) => link.close(code, reason),
      abort: () => link.abort(),
    };
  },
});

/** Wrong variants of the bot, each of which a checker must catch. */
export const discordBotBugs: Readonly<Record<string, BotBug>> = {
  // The session store.
  "forgets its sessions when it starts again": {
    caught: "identify_instead_of_resume",
    store: loading((stored) => ({ ...stored, session: null })),
  },
  "begins behind what it had consumed": {
    caught: "resume_sequence",
    store: loading((stored) =>
      withSession(stored, (session) => session && { ...session, sequence: session.sequence + 1 })
    ),
  },
  "resumes a session that is over": {
    caught: "resume_of_ended",
    store: loading((stored) => withSession(stored, (session) => session && { ...session, ended: false })),
  },
  "saves what it has received, consumed or not": {
    caught: "saved_early",
    store: saving((stored, { lastSent }) =>
      withSession(
        stored,
        (session) =>
          session && !session.ended ? { ...session, sequence: lastSent(session.sessionId) } : session,
      )
    ),
  },
  "forgets what it lost with a session": {
    caught: "nothing_left",
    store: saving((stored) => withSession(stored, (session) => session?.ended ? null : session)),
  },
  "saves a session once": {
    caught: "saved_late",
    store: (store) => {
      const saved = new Set<string>();
      return {
        load: (shard) => store.load(shard),
        save: (stored) => {
          const name = `${stored.shard[0]} ${stored.session?.sessionId}`;
          if (stored.session !== null && saved.has(name)) return;
          saved.add(name);
          return store.save(stored);
        },
      };
    },
  },
  "saves nothing when it is asked to stop": {
    caught: "saved_late",
    store: (store, { stopping }) => ({
      load: (shard) => store.load(shard),
      save: (stored) => stopping() ? undefined : store.save(stored),
    }),
  },
  "saves nothing any more once its store has shown less than it has saved": {
    caught: "saved_late",
    store: (store) => {
      const saved = new Map<number, number>();
      const given = new Set<number>();
      return {
        load: (shard) => store.load(shard),
        save: async (stored) => {
          const [shard] = stored.shard;
          const shown = (await store.load(shard))?.session?.sequence ?? 0;
          if (stored.session !== null && shown < (saved.get(shard) ?? 0)) given.add(shard);
          if (given.has(shard)) return;
          await store.save(stored);
          saved.set(shard, stored.session?.sequence ?? 0);
        },
      };
    },
  },
  "ends its sessions when it is asked to stop": { caught: "nothing_left", endsSessions: true },
  "acknowledges what it has not saved": {
    caught: "acknowledged_unsaved",
    host: carrying({
      sent: (text) => text.replace(/^\{"op":1,"d":(\d+)\}/, (_, d) => `{"op":1,"d":${+d + 1}}`),
    }),
  },
  "waits for its store for ever": { caught: "no_session", shownBy: "part", answer: 86_400_000 },
  "fights over a session": {
    caught: "session_fought",
    shownBy: "act",
    store: loading((stored) => ({ ...stored, holder: null })),
  },
  "takes a session from who has it": {
    caught: "taken_early",
    shownBy: "act",
    takeOverAfter: 0,
  },
  // The process.
  "dials nobody any more once it stood still": {
    caught: "no_session",
    shownBy: "freeze",
    host: (host) => {
      let stood = false;
      const { clock } = host;
      return {
        ...host,
        clock: {
          now: () => clock.now(),
          wall: () => clock.wall(),
          setTimer: (at, wake) =>
            clock.setTimer(at, () => {
              stood ||= clock.now() > at + 5_000;
              wake();
            }),
        },
        dial: (request, events) =>
          stood ? { send: () => {}, close: () => {}, abort: () => {} } : host.dial(request, events),
      };
    },
  },
  "takes the clock of its timers for that on the wall": {
    caught: "gap_begin",
    host: (host) => {
      const { clock } = host;
      const now = () => clock.now();
      return { ...host, clock: { now, wall: now, setTimer: (at, wake) => clock.setTimer(at, wake) } };
    },
  },
  // The identify budget.
  "never releases a permit": {
    caught: "no_session",
    host: (host) => ({
      ...host,
      permits: {
        acquire: async (permit, signal) => {
          await host.permits.acquire(permit, signal);
          return { release: () => {}, isHeld: () => true };
        },
      },
    }),
  },
  "takes no notice of the daily limit": {
    caught: "daily_limit",
    host: (host) => ({
      ...host,
      fetch: async (input, init) => {
        const response = await host.fetch(input, init);
        const text = (await response.text()).replace(/"(total|remaining)":\d+/g, '"$1":1000');
        return new Response(text, { status: response.status, headers: response.headers });
      },
    }),
  },
  "does not tell that it waits for the daily limit": { caught: "no_session", deaf: true },
  "forgets its IDENTIFYs when it starts again": {
    caught: "identify_limit",
    store: loading((stored) => ({ ...stored, identifies: [] })),
  },
  "identifies before it has saved that": {
    caught: "identify_unsaved",
    store: (store) => ({
      load: (shard) => store.load(shard),
      save: (stored) => void store.save(stored),
    }),
  },
  // Guild members.
  "takes the first chunk of members for all": {
    caught: "members_missing",
    host: carrying({ received: (text) => text.replace(/"chunk_count":\d+/, '"chunk_count":1') }),
  },
  "waits for ever for a chunk of members": { caught: "members_endless", timeout: 86_400_000 },
  "asks for members again at once": {
    caught: "members_limit",
    host: carrying({
      received: (text) =>
        text.startsWith('{"t":"RATE_LIMITED"')
          ? text.replace(/"retry_after":[\d.]+/, '"retry_after":0.1')
          : text,
    }),
  },
  // The REST API.
  "says again what it got no answer to": {
    caught: "sent_twice",
    shownBy: "http",
    host: (host) => ({
      ...host,
      fetch: async (input, init) => {
        const response = await host.fetch(input, init);
        try {
          return new Response(await response.text(), response);
        } catch {
          return await host.fetch(input, init);
        }
      },
    }),
  },
};
