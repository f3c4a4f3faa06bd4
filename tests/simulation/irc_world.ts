import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import { answerIrc } from "../../src/irc/host/answers.ts";
import type { IrcAnswer, IrcAsk } from "../../src/irc/session/ask.ts";
import { foldCase } from "../../src/irc/wire/support/casemapping.ts";
import type { IrcCommand } from "../../src/irc/wire/commands/command.ts";
import type { IrcEvent } from "../../src/irc/wire/events/event.ts";
import type { IrcSessionOptions } from "../../src/irc/session/options.ts";
import type { SaslOptions } from "../../src/irc/session/registration/sasl.ts";
import { IrcSession } from "../../src/irc/session/session.ts";
import { MemoryStsStore } from "../../src/irc/host/sts_store.ts";
import { ConnectionError, ParleyError } from "../../src/protocol/errors.ts";
import { checkEnd, checkSayings, type Delivered, type Saying } from "../../testing/world/checking/checker.ts";
import { type Fault, faultPlans, scheduleFaults } from "../../testing/world/faults.ts";
import { checkIrcDelivery, checkIrcWire, type IrcUtterance } from "../../testing/irc/checker.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../testing/irc/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { ircBugs } from "./_irc_bugs.ts";
import { Tampered } from "./_tampered.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";

/** What a plan can make the server or the user do. */
export type IrcAct =
  | { readonly kind: "server"; readonly command: IrcServerCommand }
  | { readonly kind: "join" | "part" | "say"; readonly channel: string }
  /** The services are away for so long, in milliseconds. */
  | { readonly kind: "outage"; readonly ms: number };

const URL = "irc://irc.test";
const CHANNELS = ["#a", "#b[~1]", "#c"] as const;
/** The second of them, or another: as the server maps cases. */
const TWIN = "#B{^1}";
const CASEMAPPINGS = ["rfc1459", "ascii", "rfc1459-strict"] as const;
// Needs a key that the bot does not have.
const LOCKED = "#locked";
const UNTIL = 120_000;
/** Streams are cut anywhere, also within a character. */
const BEYOND_ASCII = "ß 早 👋";
/** By its name, what the bot is given goes wrong. */
const STORE = "policies";
// A store that does not answer, and then idle, PONG, dial and registration time-outs and the longest wait between
// attempts, one after the other.
const RECOVERY = 10_000 + 8_000 + 60_000 + 20_000 + 15_000 + 30_000 + 8_000 + 5_000;

const channel = fc.constantFrom(...CHANNELS, TWIN, LOCKED);
const acts: fc.Arbitrary<IrcAct> = fc.oneof(
  fc.record({ kind: fc.constantFrom("join" as const, "part" as const, "say" as const), channel }),
  fc.oneof<fc.Arbitrary<IrcServerCommand>[]>(
    fc.constant({ kind: "drop" }),
    fc.constant({ kind: "freeze" }),
    fc.constant({ kind: "kill", nick: "bot", reason: "test" }),
    fc.constant({ kind: "free", nick: "bot" }),
    channel.map((name) => ({ kind: "kick", channel: name, nick: "bot" })),
    channel.map((name) => ({ kind: "ban", channel: name, nick: "bot" })),
    fc.nat(60_000).map((ms) => ({ kind: "netsplit", ms })),
    fc.constantFrom("PING :soon", "PING :a b", ":irc.test NOTICE * :hi", "garbage", ":", "@a=b", "\0\0").map((
      line,
    ) => ({
      kind: "raw",
      line,
    })),
  ).map((command) => ({ kind: "server" as const, command })),
  fc.nat(40_000).map((ms) => ({ kind: "outage" as const, ms })),
  // Rare, since little happens after it.
  fc.nat(3).map((n): IrcAct => ({
    kind: "server",
    command: n === 0
      ? { kind: "kline", nick: "bot", reason: "test" }
      : { kind: "kill", nick: "bot", reason: "K-Lined next time" },
  })),
);

/** How the bots of different seeds log in. */
const LOGINS: readonly (SaslOptions | undefined)[] = [
  undefined,
  { username: "bot", password: "sesame", mechanisms: ["PLAIN"] },
  { username: "bot", password: "sesame", mechanisms: ["SCRAM-SHA-256"] },
  { username: "bot", password: "sesame", required: false },
];
/** How long it may take to notice that the nick is free. */
const REGAIN = 75_000;

/** A bot in two channels of an IRC server, with two people who talk, whatever happens. */
export const ircWorld: World<IrcAct> = {
  name: "irc",
  identifier: "ircWorld",
  bugs: ircBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    acts,
    clients: ["bot"],
    also: ["coalesce", "narrow", "causes", "freeze"],
    parts: { [STORE]: ["throw", "hang", "slow", "stale"] },
  }),
  run,
};

async function run(seed: number, plan: readonly Fault<IrcAct>[], bug?: string): Promise<WorldReport> {
  const world = new Simulation({ seed, latency: 40, jitter: 60, chunking: true });
  const observations: Observation[] = [];
  const delivered: Delivered<IrcEvent>[] = [];
  const said: IrcUtterance[] = [];
  const sayings: Saying[] = [];
  const heard = new Map<string, number>();
  // A nick that is taken at first, so that every world begins with a collision on some seeds.
  const casemapping = CASEMAPPINGS[seed % 5 % 3] ?? "rfc1459";
  const fold = (name: string) => foldCase(name, casemapping);
  const core = new IrcServer({
    name: "irc.test",
    casemapping,
    keys: { [LOCKED]: "secret" },
    taken: seed % 3 === 0 ? ["bot"] : [],
    accounts: { bot: "sesame" },
    flood: { line: 2_000, ahead: 10_000, queue: 2_000 },
  });
  const sasl = LOGINS[seed % LOGINS.length];
  const violations: Violation[] = [];
  const server = new Driver<IrcServerCommand, IrcServerEvent>(core, {
    host: world.host("server"),
    label: "server",
    deliver: (event) => {
      const mustLogIn = sasl !== undefined && sasl.required !== false;
      if (event.kind === "registered" && mustLogIn && event.account !== "bot") {
        violations.push({ rule: "without_account", message: `is there without its account at ${event.at}` });
      }
      if (event.kind !== "line" || event.message.command !== "PRIVMSG") return;
      const { message } = event;
      heard.set(message.text, (heard.get(message.text) ?? 0) + 1);
    },
  });
  server.start();
  world.serve(URL, server);

  const host = world.host("bot", { observe: (observation) => void observations.push(observation) });
  let failure: Error | undefined;
  let banned = false;
  // When the nick to have was last somebody's, be it its own.
  let nickHeld = 0;
  let taken = seed % 3 === 0;
  const planted = bug === undefined ? undefined : ircBugs[bug];
  const options: IrcSessionOptions = {
    url: URL,
    nick: "bot",
    channels: CHANNELS.slice(0, 2),
    ...(sasl !== undefined && { sasl }),
    backoff: { cap: 8_000 },
    // A world may begin with a fault that outlasts any patience.
    connectTimeout: Infinity,
    random: host.random,
  };
  const session = new IrcSession(planted?.options?.(options) ?? options);
  const bot = new Driver<IrcCommand, IrcEvent, IrcAsk, IrcAnswer>(
    planted?.tamper ? new Tampered(session, planted.tamper()) : session,
    {
      host,
      label: "bot",
      answer: answerIrc({
        sts: world.unreliable(STORE, new MemoryStsStore()),
        crypto: host.crypto,
        wall: () => host.clock.wall(),
      }),
      ended: (error) => void (failure = error),
      deliver: (event) => void delivered.push({ event, at: world.clock.now() }),
    },
  );

  const wanted = new Set(CHANNELS.slice(0, 2).map(fold));
  // A KICK may or may not reach the client before its link dies, and both are right.
  const uncertain = new Set<string>();
  const say = (name: string) => {
    const saying: Saying = { text: `bot says ${sayings.length} ${BEYOND_ASCII}`, outcome: undefined };
    sayings.push(saying);
    settle(bot.command({ kind: "PRIVMSG", target: name, text: saying.text }), saying);
  };
  // Until it is told how cases are mapped, the twins are one to the bot.
  let mapped = false;
  const perform = (act: IrcAct) => {
    if (bot.ended) return;
    mapped ||= delivered.some(({ event }) => event.kind === "RPL_ENDOFMOTD");
    if ("channel" in act && act.channel === TWIN && !mapped) return;
    switch (act.kind) {
      case "outage":
        // Who was never there takes services that are away for ones that never were.
        if (!delivered.some(({ event }) => event.kind === "ready")) return;
        void server.command({ kind: "services", up: false });
        return void world.clock.setTimer(
          world.clock.now() + act.ms,
          () => void server.command({ kind: "services", up: true }),
        );
      case "server": {
        const { command } = act;
        if (command.kind === "kick" || command.kind === "ban") uncertain.add(fold(command.channel));
        if (command.kind === "kline") banned ||= core.holder(session.nick) === "registered";
        // What is freed is the nick to have, and not the one it has meanwhile.
        if (command.kind === "free") {
          taken = false;
          return void server.command(command);
        }
        return void server.command("nick" in command ? { ...command, nick: session.nick } : command);
      }
      case "join":
        if (act.channel !== LOCKED) wanted.add(fold(act.channel));
        return void bot.command({ kind: "JOIN", channel: act.channel });
      case "part":
        wanted.delete(fold(act.channel));
        return void bot.command({ kind: "PART", channel: act.channel });
      case "say":
        return say(act.channel);
    }
  };
  scheduleFaults(world, plan, perform);
  if (seed % 2 === 0) world.clock.setTimer(20_000, () => perform({ kind: "join", channel: TWIN }));
  const speak = (count: number) => {
    const name = CHANNELS[count % 2] ?? "#a";
    const text = `person says ${count} ${BEYOND_ASCII}`;
    said.push({
      text,
      channel: name,
      at: world.clock.now(),
      member: core.members(name).includes(session.nick),
    });
    void server.command({ kind: "say", nick: count % 4 < 2 ? "ann" : "bob", channel: name, text });
    if (count % 10 === 0 && !bot.ended) say(name);
    const free = !taken && core.holder("bot") === undefined;
    if (!free || session.nick === "bot") nickHeld = world.clock.now();
    if (world.clock.now() < UNTIL + RECOVERY) {
      world.clock.setTimer(world.clock.now() + 1_500, () => speak(count + 1));
    }
  };
  bot.start();
  world.clock.setTimer(1_000, () => speak(1));
  await world.run(UNTIL + RECOVERY);

  if (banned) {
    if (!(failure instanceof ConnectionError) || failure.code !== "not_permitted") {
      const heeded = failure === undefined ? "does not heed it" : `says "${failure}"`;
      violations.push({ rule: "ban_unheeded", message: `was banned, and ${heeded}` });
    }
  } else {
    if (bot.ended) {
      violations.push({ rule: "ended_by_itself", message: `has ended with "${failure}"` });
    }
    violations.push(...checkRecovery(session, core, fold, wanted, uncertain));
    if (world.clock.now() - nickHeld > REGAIN) {
      violations.push({ rule: "nick_not_regained", message: "has not regained its nick, which is free" });
    }
  }
  // What was said last needs a moment to arrive.
  await world.run(5_000);
  // Whatever still waits is failed by the end, which would hide that it was forgotten.
  const settled = sayings.map((saying) => ({ ...saying }));
  bot.shutdown("end");
  await world.run(10_000);
  if (!bot.ended) violations.push({ rule: "not_ended", message: "did not end when told to" });
  violations.push(
    ...checkIrcWire(observations),
    // After a ban there is nobody to whom a gap could be told.
    ...checkIrcDelivery(banned ? said.map((told) => ({ ...told, member: false })) : said, delivered),
    ...checkSayings(settled, heard),
    ...checkEnd(observations),
  );
  return { violations, trace: world.trace, simulated: world.clock.now(), events: delivered.length };
}

/** Once nothing goes wrong any more, the client is there, and in exactly the channels it should be in. */
function checkRecovery(
  session: IrcSession,
  server: IrcServer,
  fold: (name: string) => string,
  wanted: ReadonlySet<string>,
  uncertain: ReadonlySet<string>,
): Violation[] {
  const violations: Violation[] = [];
  const believed = new Set(session.channels.map(fold));
  for (const name of new Set([...CHANNELS, TWIN, LOCKED].map(fold))) {
    const inside = server.members(name).includes(session.nick);
    if (believed.has(name) !== inside) {
      violations.push({ rule: "mistaken_about_channel", message: `is mistaken about being in ${name}` });
    }
    if (uncertain.has(name)) continue;
    if (inside && !wanted.has(name)) {
      violations.push({ rule: "in_parted_channel", message: `is in ${name}, which was parted` });
    }
    if (!inside && wanted.has(name)) {
      violations.push({ rule: "not_in_channel", message: `is not in ${name}, which is wanted` });
    }
  }
  return violations;
}

function settle(promise: Promise<unknown>, saying: Saying): void {
  promise.then(
    () => void (saying.outcome = "done"),
    (error: unknown) => {
      const code = error instanceof ParleyError ? error.code : "refused";
      saying.outcome = code === "lost" ? "lost" : code === "cancelled" ? "cancelled" : "failed";
    },
  );
}
