import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Observation } from "../../src/driver/host.ts";
import { answerIrc } from "../../src/irc/answers.ts";
import type { IrcAnswer, IrcAsk } from "../../src/irc/ask.ts";
import type { IrcCommand } from "../../src/irc/command.ts";
import type { IrcEvent } from "../../src/irc/event.ts";
import { IrcSession } from "../../src/irc/session.ts";
import { MemoryStsStore } from "../../src/irc/sts_store.ts";
import { ParleyError } from "../../src/protocol/errors.ts";
import type { Action, Data } from "../../src/protocol/protocol.ts";
import { checkEnd, checkSayings, type Delivered, type Saying } from "../../src/testing/checker.ts";
import { type Fault, faultPlans, scheduleFaults } from "../../src/testing/faults.ts";
import { checkIrcDelivery, checkIrcWire, type IrcUtterance } from "../../src/testing/irc_checker.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../src/testing/irc_server.ts";
import { Simulation } from "../../src/testing/simulation.ts";
import { Tampered, type Tampering } from "./_tampered.ts";
import type { Report, World } from "./_world.ts";

/** What a plan can make the server or the user do. */
export type IrcAct =
  | { readonly kind: "server"; readonly command: IrcServerCommand }
  | { readonly kind: "join" | "part" | "say"; readonly channel: string };

const URL = "irc://irc.test";
const CHANNELS = ["#a", "#b", "#c"] as const;
// Needs a key that the bot does not have.
const LOCKED = "#locked";
const UNTIL = 120_000;
// Idle, PONG, dial and registration time-outs and the longest wait between attempts, one after the other.
const RECOVERY = 60_000 + 20_000 + 15_000 + 30_000 + 8_000 + 5_000;

const channel = fc.constantFrom(...CHANNELS, LOCKED);
const acts: fc.Arbitrary<IrcAct> = fc.oneof(
  fc.record({ kind: fc.constantFrom("join" as const, "part" as const, "say" as const), channel }),
  fc.oneof<fc.Arbitrary<IrcServerCommand>[]>(
    fc.constant({ kind: "drop" }),
    fc.constant({ kind: "freeze" }),
    fc.constant({ kind: "kill", nick: "bot", reason: "test" }),
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
);

/** A bot in two channels of an IRC server, with two people who talk, whatever happens. */
export const ircWorld: World<IrcAct> = {
  name: "irc",
  identifier: "ircWorld",
  until: UNTIL,
  plans: faultPlans(fc, { until: UNTIL, acts }),
  run,
};

async function run(seed: number, plan: readonly Fault<IrcAct>[], bug?: string): Promise<Report> {
  const world = new Simulation({ seed, latency: 40, jitter: 60, chunking: true });
  const observations: Observation[] = [];
  const delivered: Delivered<IrcEvent>[] = [];
  const said: IrcUtterance[] = [];
  const sayings: Saying[] = [];
  const heard = new Map<string, number>();
  // A nick that is taken at first, so that every world begins with a collision on some seeds.
  const core = new IrcServer({
    name: "irc.test",
    keys: { [LOCKED]: "secret" },
    taken: seed % 3 === 0 ? ["bot"] : [],
  });
  const server = new Driver<IrcServerCommand, IrcServerEvent>(core, {
    host: world.host("server"),
    label: "server",
    deliver: (event) => {
      if (event.kind !== "line" || event.message.command !== "PRIVMSG") return;
      const { message } = event;
      heard.set(message.text, (heard.get(message.text) ?? 0) + 1);
    },
  });
  server.start();
  world.serve(URL, server);

  const host = world.host("bot", { observe: (observation) => void observations.push(observation) });
  const planted = bug === undefined ? undefined : ircBugs[bug];
  const session = new IrcSession({
    url: URL,
    nick: "bot",
    channels: ["#a", "#b"],
    backoff: { cap: 8_000 },
    random: host.random,
  });
  const bot = new Driver<IrcCommand, IrcEvent, IrcAsk, IrcAnswer>(
    planted ? new Tampered(session, planted.tamper()) : session,
    {
      host,
      label: "bot",
      answer: answerIrc({ sts: new MemoryStsStore() }),
      deliver: (event) => void delivered.push({ event, at: world.clock.now() }),
    },
  );

  const wanted = new Set<string>(["#a", "#b"]);
  // A KICK may or may not reach the client before its link dies, and both are right.
  const uncertain = new Set<string>();
  const say = (name: string) => {
    const saying: Saying = { text: `bot says ${sayings.length}`, outcome: undefined };
    sayings.push(saying);
    settle(bot.command({ kind: "PRIVMSG", target: name, text: saying.text }), saying);
  };
  const perform = (act: IrcAct) => {
    switch (act.kind) {
      case "server": {
        const { command } = act;
        if (command.kind === "kick" || command.kind === "ban") uncertain.add(command.channel);
        return void server.command("nick" in command ? { ...command, nick: session.nick } : command);
      }
      case "join":
        if (act.channel !== LOCKED) wanted.add(act.channel);
        return void bot.command({ kind: "JOIN", channel: act.channel });
      case "part":
        wanted.delete(act.channel);
        return void bot.command({ kind: "PART", channel: act.channel });
      case "say":
        return say(act.channel);
    }
  };
  scheduleFaults(world, plan, perform);
  const speak = (count: number) => {
    const name = CHANNELS[count % 2] ?? "#a";
    const text = `person says ${count}`;
    said.push({
      text,
      channel: name,
      at: world.clock.now(),
      member: core.members(name).includes(session.nick),
    });
    void server.command({ kind: "say", nick: count % 4 < 2 ? "ann" : "bob", channel: name, text });
    if (count % 10 === 0) say(name);
    if (world.clock.now() < UNTIL + RECOVERY) {
      world.clock.setTimer(world.clock.now() + 1_500, () => speak(count + 1));
    }
  };
  bot.start();
  world.clock.setTimer(1_000, () => speak(1));
  await world.run(UNTIL + RECOVERY);

  const violations = checkRecovery(session, core, wanted, uncertain);
  // What was said last needs a moment to arrive.
  await world.run(5_000);
  bot.shutdown("end");
  await world.run(10_000);
  if (!bot.ended) violations.push("did not end when told to");
  violations.push(
    ...checkIrcWire(observations),
    ...checkIrcDelivery(said, delivered),
    ...checkSayings(sayings, heard),
    ...checkEnd(observations),
  );
  return { violations, trace: world.trace, simulated: world.clock.now(), events: delivered.length };
}

/** Once nothing goes wrong any more, the client is there, and in exactly the channels it should be in. */
function checkRecovery(
  session: IrcSession,
  server: IrcServer,
  wanted: ReadonlySet<string>,
  uncertain: ReadonlySet<string>,
): string[] {
  const violations: string[] = [];
  for (const name of [...CHANNELS, LOCKED]) {
    const inside = server.members(name).includes(session.nick);
    if (session.channels.includes(name) !== inside) violations.push(`is mistaken about being in ${name}`);
    if (uncertain.has(name)) continue;
    if (inside && !wanted.has(name)) violations.push(`is in ${name}, which was parted`);
    if (!inside && wanted.has(name)) violations.push(`is not in ${name}, which is wanted`);
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

interface Bug {
  readonly tamper: () => Tampering<IrcCommand, IrcEvent, IrcAsk>;
}

const text = (action: Action<Data, IrcAsk>) => action.kind === "send" ? String(action.data) : "";

/** Wrong variants of the core, each of which a checker must catch. */
export const ircBugs: Readonly<Record<string, Bug>> = {
  "rejoins a channel that was parted": {
    tamper: () => {
      const parted = new Set<string>();
      let link = 0;
      return {
        command: (command) => {
          if (command.kind === "PART") parted.add(command.channel);
        },
        action: (action) => {
          if (action.kind === "dial") link = action.link;
          const isJoin = text(action).startsWith("JOIN ") && parted.size > 0 && link > 1;
          return isJoin && action.kind === "send"
            ? [action, { ...action, data: `JOIN ${[...parted].join(",")}\r\n` }]
            : [action];
        },
      };
    },
  },
  "sends CAP END twice": {
    tamper: () => ({ action: (action) => text(action) === "CAP END\r\n" ? [action, action] : [action] }),
  },
  "answers PING late": {
    tamper: () => {
      let late: Action<Data, IrcAsk>[] = [];
      return {
        action: (action) => {
          if (text(action).startsWith("PONG ")) {
            late.push(action);
            return [];
          }
          const due = late;
          late = [];
          return [...due, action];
        },
      };
    },
  },
  "hides the gap": { tamper: () => ({ event: (event) => event.kind === "gap" ? [] : [event] }) },
  "calls a message done when it is written": {
    tamper: () => {
      const tickets = new Map<string, number>();
      const written = new Set<number>();
      return {
        command: (command, ticket) => {
          if (command.kind === "PRIVMSG") tickets.set(command.text, ticket);
        },
        action: (action) => {
          if (action.kind === "settle") return written.delete(action.ticket) ? [] : [action];
          const ticket = tickets.get(/:(bot says \d+)/.exec(text(action))?.[1] ?? "");
          if (ticket === undefined) return [action];
          written.add(ticket);
          return [action, { kind: "settle", ticket, outcome: { kind: "done" } }];
        },
      };
    },
  },
  "loses a line now and then": {
    tamper: () => {
      let count = 0;
      return { event: (event) => event.kind === "PRIVMSG" && ++count % 50 === 0 ? [] : [event] };
    },
  },
  "delivers a line twice after a reconnect": {
    tamper: () => {
      let again = false;
      return {
        event: (event) => {
          if (event.kind === "gap") again = true;
          if (event.kind !== "PRIVMSG" || !again) return [event];
          again = false;
          return [event, event];
        },
      };
    },
  },
  "goes on trying nicks for ever": {
    tamper: () => ({
      action: (action) => text(action).startsWith("NICK ") ? Array(25).fill(action) : [action],
    }),
  },
};
