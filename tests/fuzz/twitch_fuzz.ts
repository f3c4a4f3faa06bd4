import { CommandError, ParleyError } from "../../src/protocol/errors.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { TwitchAnswer, TwitchAsk } from "../../src/twitch/session/outputs.ts";
import type { TwitchCommand } from "../../src/twitch/wire/commands/command.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import { TwitchPool, type TwitchPoolOptions } from "../../src/twitch/session/pool.ts";
import { TwitchSession } from "../../src/twitch/session/session.ts";
import { Hand } from "../_hand.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";
import { checkSame, faultOf, mutated, readAll, streamed } from "./_lines.ts";

const CHANNELS = ["#a", "#b", "#c", "#bot", "#dallas"];
const TOKEN = "hunter2hunter2";

type TwitchHand = Hand<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>;

type Step =
  | { readonly kind: "lines"; readonly text: string }
  | { readonly kind: "command"; readonly command: TwitchCommand }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "welcome" | "grant" | "deny" | "pong" | "joined" | "close" | "cancel" | "shutdown" };

/** Whatever Twitch says, on as many connections as there are, at whatever time and however it is cut. */
export const twitchFuzzer: Fuzzer = {
  name: "twitch",
  inSuite: 500,
  feed(draw) {
    const options = optionsOf(draw);
    const steps = draw.list(draw.integer(1, 40), () => stepOf(draw));
    if (draw.chance(0.8)) {
      steps.unshift({ kind: "grant" }, { kind: "welcome" }, { kind: "grant" }, { kind: "joined" });
    }
    const pooled = draw.chance(0.5);
    // By links, the pieces of one come between those of another.
    const cut = run(options, pooled, steps, draw);
    const whole = run(options, pooled, steps, undefined);
    // What comes behind a line for which a link is dropped is told if it had come by then.
    if (whole.sent.includes("abort")) return;
    checkSame(cut.sent, whole.sent);
    checkSame(cut.told, whole.told);
  },
};

function optionsOf(draw: Draw): Omit<TwitchPoolOptions, "random"> {
  return {
    url: "ircs://irc.chat.twitch.tv",
    channels: draw.chance(0.8) ? ["#a", "#b", "#c"].slice(0, draw.integer(0, 3)) : [],
    channelsPerConnection: 2,
    backoff: { base: 10, cap: 100 },
    ...(draw.chance(0.8) && { login: "bot", token: draw.chance(0.3) ? { ask: true } as const : TOKEN }),
  };
}

function stepOf(draw: Draw): Step {
  const kinds = [
    "lines",
    "lines",
    "lines",
    "command",
    "command",
    "pass",
    "welcome",
    "grant",
    "pong",
    "joined",
  ] as const;
  const kind = draw.chance(0.08)
    ? draw.pick(["close", "cancel", "deny", "shutdown"] as const)
    : draw.pick(kinds);
  switch (kind) {
    case "lines": {
      const many = draw.chance(0.002) ? 5_000 : draw.integer(1, 8);
      const lines = draw.list(
        many,
        (index) => mutated(draw, lineOf(draw, index)) + draw.pick(["\r\n", "\n"]),
      );
      return { kind, text: lines.join("") };
    }
    case "command":
      return { kind, command: commandOf(draw) };
    case "pass":
      return { kind, ms: draw.pick([1, 1_000, 11_000, 70_000, 700_000]) };
    default:
      return { kind };
  }
}

function lineOf(draw: Draw, index: number): string {
  const channel = draw.chance(0.1) ? `#c${index}` : draw.pick(CHANNELS);
  const who = draw.pick(["bot", "bot", "ann"]);
  const from = `:${who}!${who}@${who}.tmi.twitch.tv`;
  const id = draw.chance(0.5) ? `i${draw.integer(0, 20)}` : `${index}`;
  return draw.pick<() => string>([
    () => `:tmi.twitch.tv CAP * ${draw.pick(["ACK", "NAK"])} :twitch.tv/tags twitch.tv/commands`,
    () => `:tmi.twitch.tv 001 ${who} :Welcome, GLHF!`,
    () => `:tmi.twitch.tv 376 bot :>`,
    () => `${from} JOIN ${channel}`,
    () => `${from} PART ${channel}`,
    () => `@room-id=1;slow=${draw.integer(0, 9)};followers-only=-1 :tmi.twitch.tv ROOMSTATE ${channel}`,
    () => `@id=${id};mod=${draw.integer(0, 1)};badges=vip/1 :tmi.twitch.tv USERSTATE ${channel}`,
    () =>
      `@msg-id=${draw.pick(NOTICES)} :tmi.twitch.tv NOTICE ${channel} :No, for ${
        draw.integer(0, 99)
      } more seconds`,
    () =>
      `:tmi.twitch.tv NOTICE * :${
        draw.pick(["Login authentication failed", `Improperly formatted auth ${TOKEN}`])
      }`,
    () => `@id=${id};tmi-sent-ts=${index};emotes=25:0-4 ${from} PRIVMSG ${channel} :hello`,
    () =>
      `@id=${id};msg-id=${
        draw.pick(["resub", "raid", "constructor"])
      } :tmi.twitch.tv USERNOTICE ${channel} :x`,
    () => `@message-id=${id};thread-id=1_2 ${from} WHISPER bot :psst`,
    () => `@ban-duration=9;tmi-sent-ts=1 :tmi.twitch.tv CLEARCHAT ${channel} :ronni`,
    () => `:bot.tmi.twitch.tv 353 bot = ${channel} :bot ann`,
    () => `:tmi.twitch.tv PONG tmi.twitch.tv :parley-${draw.integer(1, 9)}`,
    () => `PING :${draw.pick(["tmi.twitch.tv", "x".repeat(700)])}`,
    () => ":tmi.twitch.tv RECONNECT",
  ])();
}

const NOTICES = [
  "msg_channel_suspended",
  "msg_banned",
  "msg_slowmode",
  "msg_duplicate",
  "slow_on",
  "tos_ban",
];

function commandOf(draw: Draw): TwitchCommand {
  const channel = draw.pick(CHANNELS);
  return draw.pick<() => TwitchCommand>([
    () => ({ kind: "join", channel }),
    () => ({ kind: "part", channel }),
    () => ({ kind: "say", channel, text: draw.chance(0.2) ? "long ".repeat(300) : draw.text(6) }),
    () => ({ kind: "say", channel, text: "the same", replyTo: "id-1" }),
    () => ({ kind: "ping" }),
  ])();
}

interface Came {
  readonly sent: readonly string[];
  readonly told: readonly string[];
}

function run(
  options: Omit<TwitchPoolOptions, "random">,
  pooled: boolean,
  steps: readonly Step[],
  draw: Draw | undefined,
): Came {
  const random = seededRandom(1, "twitch");
  const core = pooled ? new TwitchPool({ ...options, random }) : new TwitchSession({ ...options, random });
  const hand: TwitchHand = new Hand<TwitchCommand, TwitchEvent, TwitchAsk, TwitchAnswer>(core).start();
  const wanted = new Set(options.channels);
  const cursors = { asks: 0, pongs: 0, links: 0, joins: 0 };
  /** Asks that are over with their answer: all but a permit that is granted. */
  const answered = new Set<number>();
  let said = 0;
  const turn = { at: 0 };
  for (const [index, step] of steps.entries()) {
    const before = hand.actions.length;
    let lines = 0;
    switch (step.kind) {
      case "lines": {
        lines = step.text.split("\n").length;
        const links = opened(hand);
        const link = links[index % Math.max(1, links.length)] ?? 1;
        for (
          const piece of draw === undefined
            ? [new TextEncoder().encode(step.text)]
            : streamed(draw, step.text)
        ) {
          hand.receive(piece, link);
        }
        break;
      }
      case "command":
        try {
          hand.command(step.command);
          if (step.command.kind === "join") wanted.add(step.command.channel);
          if (step.command.kind === "say") said += 4;
        } catch (error) {
          if (!(error instanceof CommandError || error instanceof ParleyError)) throw error;
        }
        break;
      case "pass":
        hand.pass(step.ms);
        break;
      case "welcome":
        for (const link of opened(hand)) {
          hand.open(link).receive(":t CAP * ACK :twitch.tv/tags\r\n:t 001 bot :hi\r\n", link);
        }
        break;
      case "grant":
      case "deny":
        // Granting makes for more asks.
        for (; cursors.asks < hand.actions.length; cursors.asks++) {
          const action = hand.actions[cursors.asks];
          if (action?.kind !== "ask") continue;
          if (step.kind === "deny" || action.ask.kind === "token") answered.add(action.id);
          if (step.kind === "deny") {
            hand.answer(action.id, { kind: "error", error: new Error("none to be had") });
          } else if (action.ask.kind === "permit") hand.answer(action.id, { kind: "permit" });
          else hand.answer(action.id, { kind: "token", token: TOKEN });
        }
        break;
      case "pong":
        for (; cursors.pongs < hand.actions.length; cursors.pongs++) {
          const action = hand.actions[cursors.pongs];
          const token = action?.kind === "send"
            ? /^PING :(.*)\r\n$/.exec(String(action.data))?.[1]
            : undefined;
          if (action?.kind === "send" && token) hand.receive(`:t PONG t :${token}\r\n`, action.link);
        }
        break;
      case "joined":
        for (; cursors.joins < hand.actions.length; cursors.joins++) {
          const action = hand.actions[cursors.joins];
          const channel = action?.kind === "send"
            ? /^JOIN (.*)\r\n$/.exec(String(action.data))?.[1]
            : undefined;
          if (action?.kind !== "send" || !channel) continue;
          hand.receive(`:bot!b@b JOIN ${channel}\r\n@room-id=1 :t ROOMSTATE ${channel}\r\n`, action.link);
        }
        break;
      case "close": {
        const links = opened(hand);
        const link = links[turn.at++ % Math.max(1, links.length)];
        if (link !== undefined) hand.close({}, link);
        break;
      }
      case "cancel":
        hand.cancel(1);
        break;
      case "shutdown":
        hand.shutdown();
        break;
    }
    check(!Number.isNaN(core.deadline()), "the deadline is not a number");
    check(core.channels.every((channel) => wanted.has(channel)), `is in ${core.channels}`);
    // What waited may go with a line, and be settled.
    const most = 60 + 6 * lines + 4 * said;
    const came = hand.actions.length - before;
    check(step.kind !== "lines" || came <= most, `${came} actions come of ${lines} lines`);
  }
  checkActions(hand, options);
  for (const event of hand.events) {
    readAll(event);
  }
  end(hand, answered);
  return {
    sent: hand.actions.map((action) =>
      action.kind === "send" ? `${action.link} ${action.data}` : action.kind
    ),
    told: hand.events.map((event) => "message" in event ? event.message.raw : event.kind),
  };
}

/** The links that were dialled and not given up. */
function opened(hand: TwitchHand): number[] {
  const links = new Set<number>();
  for (const action of hand.actions) {
    if (action.kind === "dial") links.add(action.link);
    if (action.kind === "abort") links.delete(action.link);
  }
  return [...links];
}

/** Whatever came, it ends when it is told to, once, and then holds no permit and asks for nothing. */
function end(hand: TwitchHand, answered: ReadonlySet<number>): void {
  hand.shutdown();
  for (const link of opened(hand)) hand.close({}, link);
  hand.pass(60_000);
  const ends = hand.actions.filter(({ kind }) => kind === "end").length;
  check(ends === 1, `it ends ${ends} times`);
  const released = new Set<number>();
  for (const action of hand.actions) {
    if (action.kind !== "release") continue;
    check(!released.has(action.id), `ask ${action.id} is released twice`);
    released.add(action.id);
  }
  for (const action of hand.actions) {
    if (action.kind !== "ask") continue;
    check(released.has(action.id) || answered.has(action.id), `ask ${action.id} outlives the end`);
  }
}

function checkActions(hand: TwitchHand, { token }: Omit<TwitchPoolOptions, "random">): void {
  // Who has none has none to show.
  const checkShown = (text: string) =>
    check(token === undefined || !text.includes(TOKEN), `a secret is shown: ${text}`);
  const closed = new Set<number>();
  for (const action of hand.actions) {
    if (action.kind === "close" || action.kind === "abort") closed.add(action.link);
    if (action.kind === "end" && action.error !== undefined) checkShown(String(action.error));
    if (action.kind === "settle" && action.outcome.kind === "failed") {
      checkShown(String(action.outcome.error));
    }
    if (action.kind !== "send") continue;
    const text = String(action.data);
    check(!closed.has(action.link), `it sends on a link that it has closed: ${text}`);
    const fault = tooLong(text) ? undefined : faultOf(action.data, false);
    check(fault === undefined, `what is sent ${fault}: ${JSON.stringify(text)}`);
    if (!action.secret) checkShown(text);
  }
}

/** Twitch counts the characters of what is said, not bytes. */
function tooLong(text: string): boolean {
  return /^(?:@\S+ )?PRIVMSG #\w+ :?[^\r\n\0]*\r\n$/.test(text) && [...text].length < 700;
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
