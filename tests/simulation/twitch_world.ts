import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import { type Fault, faultPlans, scheduleFaults } from "../../testing/world/faults.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { nonceOf } from "../../testing/twitch/_beliefs.ts";
import { checkTwitchLimits, checkTwitchPauses } from "../../testing/twitch/checker.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchServerRecord,
} from "../../testing/twitch/server_types.ts";
import { twitchBugs } from "./_twitch_bugs.ts";
import { BOT, Client, type OwnerOf, PERMITS, TOKENS } from "./_twitch_client.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";

/** What a plan can make the server or a user do; `client` and `channel` count from 0, and wrap. */
export type TwitchAct =
  | { readonly kind: "server"; readonly command: TwitchServerCommand }
  | { readonly kind: "join" | "part"; readonly client: number; readonly channel: number }
  /** Says so many things, and gives each up after `patience` milliseconds unless it was sent. */
  | {
    readonly kind: "say";
    readonly client: number;
    readonly channel: number;
    readonly count: number;
    readonly patience?: number | undefined;
  };

const SOCKETS = "wss://chat.test";
const STREAMS = "ircs://chat.test";
const UNTIL = 120_000;
/** Streams are cut anywhere, also within a character. */
const BEYOND_ASCII = "ß 早 👋";
// Nobody answers for it, and nobody can be in it.
const NOWHERE = "#nowhere";
// Until a dead link is noticed (idle and PONG, or the server's own PING), then the longest wait before a dial
// that hangs, another before one that does not, the JOINs of all (60 at 20 in 10 s, each waiting for its
// answer), for one of them to be found unanswered twice, and for one that has been forgotten to be noticed. Before that
// a token that did not come, and a permit that could not be had is asked for again.
const RECOVERY = 10_000 + 60_000 + 80_000 + 8_000 + 15_000 + 8_000 + 40_000 + 60_000 + 60_000;
const PER_MESSAGE = 30_000 / 20;
const LONGEST_PAUSE = 20_200;
const RESTLESS = 15_000;
// A message that is dropped in silence holds up the next ones of its channel.
const UNCONFIRMED = 10_000;
const FIRST_TOKEN = "secret";

// The first channel often, so that what happens there meets.
const few = fc.oneof(fc.constant(0), fc.nat(3));
const clientNumber = fc.nat(2);
const onServer: fc.Arbitrary<TwitchServerCommand> = fc.oneof<fc.Arbitrary<TwitchServerCommand>[]>(
  fc.constant({ kind: "reconnect" }),
  fc.constant({ kind: "reconnect", login: BOT }),
  fc.constant({ kind: "drop" }),
  fc.constant({ kind: "freeze" }),
  fc.constant({ kind: "token", login: BOT, token: "another" }),
  fc.constantFrom(
    "PING :soon",
    ":tmi.twitch.tv RECONNECT",
    ":tmi.twitch.tv NOTICE * :hi",
    // An echo of what nobody asked for.
    `:${BOT}!${BOT}@${BOT}.tmi.twitch.tv JOIN #elsewhere`,
    "@msg-id=slow_on :tmi.twitch.tv NOTICE #c0 :This room is now in slow mode.",
    "garbage",
    ":",
    "@a=b",
  ).map((line) => ({ kind: "raw", line })),
);
const inChannel: fc.Arbitrary<TwitchServerCommand> = few.map((channel) => `#c${channel}`).chain((channel) =>
  fc.oneof<fc.Arbitrary<TwitchServerCommand>[]>(
    fc.constant({ kind: "suspend", channel }),
    fc.constant({ kind: "ban", channel, login: BOT }),
    ...[5, 20].map((seconds) => fc.constant<TwitchServerCommand>({ kind: "slow", channel, seconds })),
    fc.constant({ kind: "slow", channel, seconds: 0 }),
    fc.constantFrom("moderator" as const, "vip" as const, "ordinary" as const)
      .map((as) => ({ kind: "stand", channel, login: BOT, as })),
    fc.constant({ kind: "forget", channel }),
    fc.constant({ kind: "ghost", channel, count: 1 }),
    fc.constantFrom(1, 2).map((count) => ({ kind: "swallow", channel, count })),
  )
);
const acts: fc.Arbitrary<TwitchAct> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("join" as const, "part" as const),
    client: clientNumber,
    channel: fc.oneof(few, fc.nat(23), fc.constant(-1)),
  }),
  fc.record({
    kind: fc.constant("say" as const),
    client: clientNumber,
    channel: few,
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 25 })),
    patience: fc.option(fc.nat(3_000), { nil: undefined }),
  }),
  fc.oneof(onServer, inChannel).map((command) => ({ kind: "server" as const, command })),
);

/**
 * Two clients of one account and one without, in channels of Twitch in which people talk, whatever happens.
 * On some seeds there are so many channels that the limit on JOINs binds, and links that are streams.
 */
export const twitchWorld: World<TwitchAct> = {
  name: "twitch",
  identifier: "twitchWorld",
  bugs: twitchBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 15,
    acts,
    clients: ["one", "two", "anonymous"],
    also: ["coalesce", "narrow", "causes", "freeze", "skew"],
    parts: { [PERMITS]: ["throw", "slow"], [TOKENS]: ["hang", "throw"] },
  }),
  run,
};

async function run(seed: number, plan: readonly Fault<TwitchAct>[], bug?: string): Promise<WorldReport> {
  const world = new Simulation({ seed, latency: 40, jitter: 60, chunking: true });
  const channels = Array.from({ length: seed % 4 === 0 ? 24 : 4 }, (_, index) => `#c${index}`);
  // So few that they bind.
  const limits = seed % 8 === 0 ? { auth: 3, moderated: 8 } : {};
  const echoesAll = seed % 5 === 1;
  const core = new TwitchServer({
    accounts: { [BOT]: FIRST_TOKEN },
    channels,
    pingInterval: 45_000,
    limits,
    echoesAll,
    ...(seed % 7 === 0 && { suspended: ["#c1"] }),
  });
  const clients: Client[] = [];
  const heard = new Map<string, number>();
  const taken = new Set<string>();
  const server = new Driver<TwitchServerCommand, TwitchServerEvent>(core, {
    host: world.host("server"),
    label: "server",
    deliver: (event) => {
      if (event.kind === "said") {
        taken.add(event.text);
        for (const client of clients) client.note(event, ownerOf);
      }
      if (event.kind !== "line" || event.message.command !== "PRIVMSG") return;
      const { text } = event.message;
      heard.set(text, (heard.get(text) ?? 0) + 1);
    },
  });
  server.start();
  world.serve(SOCKETS, server);
  world.serve(STREAMS, server);

  // A client's n-th link that opened is the n-th that was accepted under its URL.
  const owners = new Map<number, { readonly client: Client; readonly index: number }>();
  let read = 0;
  const ownerOf = (link: number) => {
    for (; read < core.log.length; read++) {
      const { kind, text, link: opened } = core.log[read] ?? { kind: "closed", text: "", link: 0 };
      const client = kind === "opened" ? clients.find(({ url }) => url === text) : undefined;
      if (client !== undefined) owners.set(opened, { client, index: client.accepted++ });
    }
    const { client, index = 0 } = owners.get(link) ?? {};
    // Whose process stands still does not know yet.
    const own = client?.opened[index];
    return client === undefined || own === undefined ? undefined : { client, link: own };
  };

  let token = FIRST_TOKEN;
  const account = { login: BOT, token: { ask: true } as const };
  const some = (share: number) => channels.filter((_, index) => (index + seed) % share !== 0);
  for (
    const [name, options] of Object.entries({
      one: {
        ...account,
        url: `${SOCKETS}/one`,
        channels: [...channels, ...(seed % 6 === 0 ? [NOWHERE] : [])],
      },
      two: { ...account, url: `${seed % 2 === 0 ? STREAMS : SOCKETS}/two`, channels: some(4) },
      anonymous: { url: `${STREAMS}/anonymous`, channels: some(2) },
    })
  ) {
    // Some are on many connections.
    const channelsPerConnection = seed % 3 === 0 ? Math.ceil(channels.length / 3) : 100;
    clients.push(
      new Client(world, name, { ...options, limits, channelsPerConnection }, () => token, plan, bug),
    );
  }

  scheduleFaults(world, plan, (act) => {
    if (act.kind === "server") {
      if (act.command.kind === "token") ({ token } = act.command);
      return void server.command(act.command);
    }
    const client = clients[act.client % clients.length];
    const channel = channels[act.channel % channels.length] ?? NOWHERE;
    if (act.kind === "say") client?.say(channel, act.count, act.patience);
    else client?.want(act.kind, channel);
  });
  if (seed % 5 === 0) {
    for (const at of [30_000, 75_000]) {
      world.clock.setTimer(at, () => void server.command({ kind: "reconnect" }));
    }
  }
  if (seed % 5 === 2) {
    for (const at of [40_000, 80_000]) world.clock.setTimer(at, () => world.cut());
  }
  // Some talk so much that pauses bind.
  const each = seed % 4 === 0 ? 3 : 15;
  let talking = true;
  const speak = (count: number) => {
    if (!talking) return;
    const channel = channels[count % channels.length] ?? NOWHERE;
    void server.command({
      kind: "say",
      login: count % 4 < 2 ? "ann" : "ben",
      channel,
      text: `person says ${count} ${BEYOND_ASCII}`,
    });
    if (count % each === 0) clients[count / each % 2]?.say(channels[count % 4] ?? NOWHERE, 1);
    world.clock.setTimer(
      world.clock.now() + (world.clock.now() < UNTIL ? 1_100 : 4_000),
      () => speak(count + 1),
    );
  };
  for (const client of clients) client.driver.start();
  world.clock.setTimer(500, () => speak(1));
  // On some seeds all are thrown out again and again at first, so that what is asked before a login is asked often.
  for (let at = RESTLESS; seed % 4 === 0 && at <= UNTIL / 2; at += RESTLESS) {
    world.clock.setTimer(at, () => void server.command({ kind: "drop" }));
  }
  await world.run(UNTIL + RECOVERY);

  const violations = clients.flatMap((client) => client.checkRecovery(core, ownerOf, !echoesAll));
  talking = false;
  // What was said last needs a moment to arrive, and what waits for the limit its time.
  const waiting = clients.reduce((sum, { waiting }) => sum + waiting, 0);
  const slow = plan.some(({ kind, ...fault }) => kind === "act" && "act" in fault && isSlow(fault.act));
  await world.run(30_000 + 12 * 2 * UNCONFIRMED + waiting * (slow ? LONGEST_PAUSE + 1_000 : PER_MESSAGE));
  violations.push(...clients.flatMap((client) => client.checkSaid(heard, taken)));
  for (const { driver } of clients) driver.shutdown("end");
  await world.run(10_000);
  violations.push(...clients.flatMap((client) => client.checkAll()));
  const stale = (record: TwitchServerRecord) => isStale(record, ownerOf(record.link));
  const beliefs = new Map(clients.flatMap((client) => [...client.beliefs()]));
  const belief = (record: TwitchServerRecord) => beliefs.get(nonceOf(record));
  violations.push(
    ...checkTwitchLimits(core.log, { ...limits, stale, standing: (record) => belief(record)?.standing }),
    ...checkTwitchPauses(core.log, {
      stale,
      pause: (record, earlier) => {
        const pause = belief(record)?.pause ?? 0;
        // What the other client said before slow mode began it cannot know of.
        return ownerOf(record.link)?.client === ownerOf(earlier.link)?.client
          ? pause
          : Math.min(pause, 1_000);
      },
    }),
  );
  return {
    violations,
    trace: world.trace,
    simulated: world.clock.now(),
    events: clients.reduce((sum, { delivered }) => sum + delivered.length, 0),
  };
}

function isSlow(act: TwitchAct): boolean {
  return act.kind === "server" && act.command.kind === "slow" && act.command.seconds > 0;
}

/** Whether something came on a link that its client had given up by then. */
function isStale({ at }: TwitchServerRecord, owner: ReturnType<OwnerOf>): boolean {
  return owner !== undefined && at > (owner.client.gone.get(owner.link) ?? Infinity);
}
