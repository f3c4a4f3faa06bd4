import type { IrcAnswer, IrcAsk } from "../../src/irc/session/ask.ts";
import { MOST_CAPABILITIES, MOST_CHANNELS, MOST_TOKENS } from "../../src/irc/wire/bounds.ts";
import type { IrcCommand } from "../../src/irc/wire/commands/command.ts";
import type { IrcEvent } from "../../src/irc/wire/events/event.ts";
import type { IrcSessionOptions } from "../../src/irc/session/options.ts";
import type { SaslOptions } from "../../src/irc/session/registration/sasl.ts";
import { IrcSession } from "../../src/irc/session/session.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { seededRandom } from "../../testing/world/random.ts";
import { Hand } from "../_hand.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";
import { checkSame, faultOf, mutated, readAll, streamed } from "./_lines.ts";

const encoder = new TextEncoder();
const NICKS = ["bot", "bot_", "BOT", "ann", "a{", "a["];
const CHANNELS = ["#a", "#B", "#a[", "#a{", "&x", "#k", "#forward", "#long".padEnd(60, "g")];
const CAPABILITIES = [
  "sasl",
  "sasl=PLAIN",
  "sasl=SCRAM-SHA-256,PLAIN",
  "server-time",
  "message-tags",
  "batch",
  "labeled-response",
  "echo-message",
  "draft/multiline=max-bytes=4096",
  "draft/no-implicit-names",
  "multi-prefix",
  "sts=port=6697,duration=9",
];

type IrcHand = Hand<IrcCommand, IrcEvent, IrcAsk, IrcAnswer>;

/** What a scenario does next. */
type Step =
  | { readonly kind: "lines"; readonly text: string }
  | { readonly kind: "command"; readonly command: IrcCommand }
  | { readonly kind: "pass"; readonly ms: number }
  | {
    readonly kind: "answer";
    readonly answer: IrcAnswer | { readonly kind: "error"; readonly error: Error };
  }
  | { readonly kind: "open" | "close" | "pong" | "cancel" | "shutdown" };

/** Whatever an IRC server says, at whatever time and however it is cut. */
export const ircFuzzer: Fuzzer = {
  name: "irc",
  inSuite: 600,
  feed(draw) {
    const options = optionsOf(draw);
    const steps = draw.list(draw.integer(1, 40), () => stepOf(draw));
    // Let in, mostly.
    if (draw.chance(0.7)) steps.unshift(...WELCOME);
    const cut = run(options, steps, draw);
    if (!/^irc/.test(String(options.url))) return;
    const whole = run(options, steps, undefined);
    checkSame(cut.sent, whole.sent);
    checkSame(cut.told, whole.told);
  },
};

const WELCOME: readonly Step[] = [
  { kind: "answer", answer: { kind: "sts_policy", policy: undefined } },
  { kind: "open" },
  { kind: "lines", text: ":s CAP * LS :server-time\r\n:s CAP * ACK :server-time\r\n:s 001 bot :hi\r\n" },
];

function optionsOf(draw: Draw): Omit<IrcSessionOptions, "random"> {
  const required = draw.chance(0.5);
  const logins: SaslOptions[] = [
    { username: "bot", password: "sesame", required },
    { username: "bot", password: "sesame", required, mechanisms: ["PLAIN"] },
    { username: "bot", password: "sesame", required, mechanisms: ["SCRAM-SHA-256"] },
    { required },
  ];
  const sasl = draw.chance(0.2) ? undefined : draw.pick(logins);
  return {
    url: draw.pick(["irc://s", "ircs://s", "ws://s", "wss://s", "irc://127.0.0.1"]),
    nick: "bot",
    channels: draw.chance(0.5) ? [] : ["#a", { name: "#k", key: "KEYKEY" }],
    alternativeNicks: draw.chance(0.5) ? [] : ["ann"],
    flood: draw.pick([{}, { line: 10 }, { line: 5_000 }]),
    backoff: { base: 10, cap: 100 },
    ...(draw.chance(0.5) && { password: "hunter2" }),
    ...(sasl !== undefined && { sasl }),
    ...(draw.chance(0.1) && { ctcp: false }),
    ...(draw.chance(0.1) && { regainNick: false }),
    ...(draw.chance(0.5) && { state: draw.pick(["names", "who"] as const) }),
    ...(draw.chance(0.2) && { bot: true }),
    ...(draw.chance(0.2) && { capabilities: ["draft/multiline", "draft/no-implicit-names"] }),
  };
}

function stepOf(draw: Draw): Step {
  const kinds = [
    "lines",
    "lines",
    "lines",
    "lines",
    "command",
    "pass",
    "answer",
    "open",
    "open",
    "pong",
  ] as const;
  const kind = draw.chance(0.06) ? draw.pick(["close", "cancel", "shutdown"] as const) : draw.pick(kinds);
  switch (kind) {
    case "lines": {
      const many = draw.chance(0.003) ? 1_300 : draw.integer(1, 8);
      const lines = draw.list(
        many,
        (index) => mutated(draw, lineOf(draw, index)) + draw.pick(["\r\n", "\n"]),
      );
      return { kind, text: lines.join("") };
    }
    case "command":
      return { kind, command: commandOf(draw) };
    case "pass":
      return { kind, ms: draw.pick([1, 1_000, 11_000, 70_000]) };
    case "answer":
      return { kind, answer: answerOf(draw) };
    default:
      return { kind };
  }
}

function lineOf(draw: Draw, index: number): string {
  const nick = draw.pick(NICKS);
  const channel = draw.chance(0.05) ? `#c${draw.integer(0, 2_000)}` : draw.pick(CHANNELS);
  const bot = draw.chance(0.8) ? "bot" : "bot_";
  return draw.pick<() => string>([
    () => `:s CAP * LS ${draw.chance(0.2) ? "* " : ""}:${draw.pick(CAPABILITIES)} ${draw.pick(CAPABILITIES)}`,
    () =>
      `:s CAP ${bot} ${draw.pick(["ACK", "NAK", "NEW", "DEL"])} :${
        draw.pick([...CAPABILITIES, `c${index}`])
      }`,
    () => `AUTHENTICATE ${draw.pick(["+", "*", "c2VydmVy", "A".repeat(400), "r=", ""])}`,
    () => `:s ${draw.pick(["900", "902", "903", "904", "905", "906", "907", "908"])} ${bot} PLAIN :text`,
    () => `:s 001 ${bot} :Welcome`,
    () => `:s 005 ${bot} ${draw.pick(ISUPPORT)} T${index}=\\x41 :are supported`,
    () => `:s ${draw.pick(["431", "432", "433", "436", "437", "438"])} * ${nick} :nick`,
    () =>
      `:s ${
        draw.pick(["403", "471", "473", "475", "482", "404", "421", "464", "465"])
      } ${bot} ${channel} :no`,
    () => `:s 470 ${bot} ${channel} ${draw.pick(CHANNELS)} :Forwarding`,
    () => `:${bot}!u@h JOIN ${channel}`,
    () => `:${bot}!u@h PART ${channel} :bye`,
    () => `:op!o@h KICK ${channel} ${bot} :out`,
    () => `:${nick}!u@h NICK ${draw.pick(NICKS)}`,
    () => `:${nick}!u@h QUIT :bye`,
    () =>
      `:${nick}!u@h PRIVMSG ${draw.pick([bot, channel])} :\x01${
        draw.pick(["VERSION", "PING 1", "TIME", `PING ${"x".repeat(600)}`])
      }\x01`,
    () => `:s 353 ${bot} = ${channel} :@ann +dan ${nick}`,
    () => `:s 303 ${bot} :${draw.pick(["", "bot", nick])}`,
    () => `:s ${draw.pick(["730", "731", "734"])} ${bot} :bot,${nick}`,
    () => `:${bot}!u@h CHGHOST user host.example`,
    () => `:s 396 ${bot} ${draw.pick(["host", "u@host", "h".repeat(600)])} :is now your host`,
    () => `:s PONG s :parley-${draw.integer(1, 9)}`,
    () => `PING :${draw.pick(["token", "a b", "x".repeat(700)])}`,
    () => `ERROR :Closing Link: ${draw.pick(["sesame", "(K-Lined)", "(Ping timeout)"])}`,
    () => `:s 366 ${bot} ${channel} :End`,
    () => `:op!o@h RENAME ${channel} ${draw.pick(CHANNELS)} :news`,
    () => `:s 324 ${bot} ${channel} +k KEYKEY`,
    () => `:s 354 ${bot} 712 ${channel} u h ${nick} H@ account :real name`,
    () => `:s 315 ${bot} ${channel} :End`,
    () => `:s 332 ${bot} ${channel} :topic`,
    () => `:op!o@h MODE ${channel} ${draw.pick(["+ov-b", "+o", "-k+l"])} ${nick} ann *!*@*`,
    () => `:${nick}!u@h ${draw.pick(["AWAY", "AWAY :out", "SETNAME :name", "ACCOUNT *", "ACCOUNT a"])}`,
    () => `:s BATCH +${index} netjoin`,
    () =>
      `:${bot}!u@h BATCH +r${draw.integer(0, 2)} ${
        draw.pick([`draft/multiline ${channel}`, `chathistory ${channel}`, "labeled-response"])
      }`,
    () => `@batch=r${draw.integer(0, 2)} :${nick}!u@h PRIVMSG ${channel} :text`,
    () => `:s BATCH -r${draw.integer(0, 2)}`,
  ])();
}

const ISUPPORT = [
  "CASEMAPPING=ascii",
  "CASEMAPPING=rfc1459",
  "CHANTYPES=\\x0d#",
  "NETWORK=\\x0a",
  "NICKLEN=0",
  "NICKLEN=999999999",
  "USERLEN=999999999",
  "MONITOR=1",
  "PREFIX=(",
  "WHOX",
  "BOT=\\x20",
  "BOT=B",
  "-CASEMAPPING",
];

function commandOf(draw: Draw): IrcCommand {
  const channel = draw.pick(CHANNELS);
  return draw.pick<() => IrcCommand>([
    () => ({ kind: "JOIN", channel, ...(draw.chance(0.4) && { key: "KEYKEY" }), more: draw.chance(0.2) }),
    () => ({ kind: "PART", channel }),
    () => ({ kind: "PRIVMSG", target: draw.pick([channel, "ann"]), text: draw.text(8) }),
    () => ({ kind: "NICK", nick: draw.pick(NICKS) }),
    () => ({ kind: "send", command: "TOPIC", params: [channel, "news"] }),
    () => ({ kind: "raw", line: "PRIVMSG NickServ :IDENTIFY sesame" }),
  ])();
}

function answerOf(draw: Draw): (Step & { readonly kind: "answer" })["answer"] {
  return draw.pick<() => (Step & { readonly kind: "answer" })["answer"]>([
    () => ({ kind: "sts_policy", policy: undefined }),
    () => ({ kind: "sts_policy", policy: { port: 6697, duration: 9 } }),
    () => ({ kind: "sts_saved" }),
    () => ({ kind: "nonce", nonce: "abcdefgh" }),
    () => ({ kind: "derived", proof: new Uint8Array(32), signature: new Uint8Array(32) }),
    () => ({ kind: "error", error: new Error("it cannot be had") }),
  ])();
}

/** What a scenario came to: what was sent, told and settled. */
interface Came {
  readonly sent: readonly string[];
  readonly told: readonly string[];
}

function run(
  options: Omit<IrcSessionOptions, "random">,
  steps: readonly Step[],
  draw: Draw | undefined,
): Came {
  const session = new IrcSession({ ...options, random: seededRandom(1, "irc") });
  const hand: IrcHand = new Hand<IrcCommand, IrcEvent, IrcAsk, IrcAnswer>(session).start();
  let lines = 0;
  let commands = 0;
  let pongs = 0;
  for (const step of steps) {
    const before = hand.actions.length;
    switch (step.kind) {
      case "lines": {
        lines += step.text.split("\n").length;
        // All on the link that there is now, even if another is dialled meanwhile.
        const { link } = hand;
        if (/^ws/.test(String(options.url))) {
          for (const line of step.text.split("\n")) hand.receive(line, link);
        } else {
          for (const piece of draw === undefined ? [encoder.encode(step.text)] : streamed(draw, step.text)) {
            hand.receive(piece, link);
          }
        }
        break;
      }
      case "command":
        try {
          hand.command(step.command);
          commands++;
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
        }
        break;
      case "pass":
        hand.pass(step.ms);
        break;
      case "answer": {
        const ask = hand.actions.findLast((action) => action.kind === "ask");
        if (ask !== undefined) hand.answer(ask.id, step.answer);
        break;
      }
      case "pong":
        // As a server does that is what it should be.
        for (const action of hand.actions.slice(pongs)) {
          const token = action.kind === "send" ? /^PING :?(\S+)/.exec(String(action.data))?.[1] : undefined;
          if (token !== undefined) hand.lines(`:s PONG s :${token}`);
        }
        pongs = hand.actions.length;
        break;
      case "cancel":
        hand.cancel(1);
        break;
      case "open":
        if (hand.link > 0) hand.open();
        break;
      case "close":
        hand.close({}, Math.max(hand.link, 1));
        break;
      case "shutdown":
        hand.shutdown();
        break;
    }
    checkHeld(session, commands);
    check(Number.isNaN(session.deadline()) === false, "the deadline is not a number");
    // However much a line brings, what comes of it is so much at most; what waited may go, too.
    const most = 40 + commands + (step.kind === "lines" ? 6 * step.text.split("\n").length : 0);
    const came = hand.actions.length - before;
    check(step.kind === "pass" || came <= most, `${came} actions come of "${step.kind}"`);
  }
  checkActions(hand, options);
  for (const event of hand.events) {
    readAll(event);
    if (event.kind === "reconnecting") checkShown(options, `${event.reason} ${event.said}`);
    if (event.kind === "login_failed") checkShown(options, String(event.error));
  }
  check(
    hand.events.length <= 4 * lines + 4 * commands + 20 * steps.length + 200,
    "there are too many events",
  );
  return {
    sent: hand.actions.map((action) => action.kind === "send" ? String(action.data) : action.kind),
    told: hand.events.map((event) => "message" in event ? event.message.raw : event.kind),
  };
}

function checkHeld(session: IrcSession, commands: number): void {
  check(session.channels.length <= MOST_CHANNELS + commands + 2, `holds ${session.channels.length} channels`);
  check(session.capabilities.size <= MOST_CAPABILITIES, `holds ${session.capabilities.size} capabilities`);
  check([...session.isupport.entries()].length <= MOST_TOKENS, "holds too many parameters");
  check(session.room("PRIVMSG", "#a") > 100, "has no room to say something");
  for (const name of [...session.channels, session.nick]) {
    check(!/[\0\r\n ,]/.test(name) && name !== "", `keeps ${JSON.stringify(name)}`);
  }
}

function checkActions(hand: IrcHand, options: Omit<IrcSessionOptions, "random">): void {
  const named = options.sasl?.mechanisms?.includes("PLAIN") === true;
  const plain = btoa("bot\0bot\0sesame");
  let url = "";
  for (const action of hand.actions) {
    if (action.kind === "dial") ({ url } = action);
    if (action.kind === "end" && action.error !== undefined) checkShown(options, String(action.error));
    if (action.kind === "settle" && action.outcome.kind === "failed") {
      checkShown(options, String(action.outcome.error));
    }
    if (action.kind !== "send") continue;
    const text = String(action.data);
    const fault = faultOf(action.data, /^ws/.test(url));
    check(fault === undefined, `what is sent ${fault}: ${JSON.stringify(text)}`);
    checkShown(options, String(action.secret ? action.shown : text));
    const open = !/^(?:ircs|wss):/.test(url);
    check(named || !open || !text.includes(plain), "the password goes in the clear");
  }
}

function checkShown(options: Omit<IrcSessionOptions, "random">, text: string): void {
  for (const secret of [...options.sasl?.password === undefined ? [] : ["sesame"], "hunter2", "KEYKEY"]) {
    check(!text.includes(secret), `a secret is shown: ${text}`);
  }
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
