import { sleepUntil, systemClock } from "@parley/parley/driver";
import type { Stage } from "../kit/expectation.ts";
import { type Duration, inWords, readDuration } from "../kit/time/duration.ts";
import type { Network } from "../world/network/network.ts";
import type { Served } from "./_served.ts";
import { firstWord, type Given, PromptError, read, type Verb } from "./_words.ts";

/** What can be asked for that nobody who is played does. */
interface Order extends Verb {
  act(given: Given): Promise<void>;
}

/** What a prompt needs of whoever shows it. */
export interface PromptSetting {
  readonly network: Network;
  /** Resolves once a bot has logged in. */
  readonly bot: Promise<void>;
  readonly stage: Stage;
  /** How long a bot may take to log in, and to come into a channel. */
  readonly ready: Duration;
  print(text: string): void;
}

/** How often it is looked whether a bot is where it is waited for, in milliseconds. */
const LOOKS_EVERY = 50;

/** Does what lines ask for: lets people do things, expects things of the bot, lets things go wrong. */
export class Prompt {
  readonly #served: Served;
  readonly #setting: PromptSetting;
  readonly #orders: ReadonlyMap<string, Order>;

  constructor(served: Served, setting: PromptSetting) {
    this.#served = served;
    this.#setting = setting;
    this.#orders = new Map(this.#all().map((order) => [firstWord(order.usage)[0], order]));
  }

  /**
   * Does what a line asks for; resolves once it is done.
   *
   * @throws {PromptError} if it is not understood.
   * @throws {WorldError} if what is expected, or the bot that is waited for, does not come.
   */
  async obey(line: string): Promise<void> {
    const text = line.trim();
    if (text === "" || text.startsWith("# ")) return;
    const [first, rest] = firstWord(text);
    const order = this.#orders.get(first);
    if (order !== undefined) return await order.act(read(order, rest));
    const [verb, given] = firstWord(rest);
    const deed = this.#served.deeds.find(({ usage }) => firstWord(usage)[0] === verb);
    if (deed === undefined) throw new PromptError(`Cannot do "${text}": try "help"`);
    await deed.act(first, read(deed, given));
  }

  /** What can be asked for. */
  get help(): string {
    const people = this.#served.deeds.map(({ usage, does }) => [`ada ${usage}`, does] as const);
    const orders = [...this.#orders.values()].map(({ usage, does }) => [usage, does] as const);
    const all = [...people, ...orders];
    const width = Math.max(...all.map(([usage]) => usage.length));
    return all.map(([usage, does]) => `  ${usage.padEnd(width)}  ${does}`).join("\n");
  }

  #all(): Order[] {
    const { network, bot, stage, ready, print } = this.#setting;
    const served = this.#served;
    return [
      {
        usage: "ready [place]",
        does: "waits until a bot has logged in, and is in a channel",
        async act({ place }) {
          let isOver = false;
          const isThere = async () => {
            await bot;
            while (place !== undefined && !isOver && !served.isIn(place)) await pause(LOOKS_EVERY);
          };
          const there = isThere();
          if (await stage.settles(there, ready)) return await there;
          isOver = true;
          const missed = place === undefined ? "had logged in" : `was in ${place}`;
          stage.fail(`No bot ${missed} within ${inWords(ready)}`);
        },
      },
      {
        usage: "expect <place> <text…>",
        does: "waits until the bot says this, or what /matches/; @ada: to her alone",
        async act({ place = "", text = "" }) {
          await served.expect(place).toSay(wanted(text));
        },
      },
      {
        usage: "quiet <place> [duration]",
        does: "waits, and expects that the bot says nothing",
        act: ({ place = "", duration = "5s" }) => served.expect(place).toStayQuiet(readDuration(duration)),
      },
      {
        usage: "wait <duration>",
        does: "waits, such as 500ms or 5s",
        act: ({ duration = "" }) => pause(readDuration(duration)),
      },
      {
        usage: "cut",
        does: "breaks all links",
        act: () => Promise.resolve(network.reset()),
      },
      {
        usage: "partition <duration>",
        does: "lets nothing through for so long",
        act: ({ duration = "" }) => Promise.resolve(network.partition({}, readDuration(duration))),
      },
      {
        usage: "slow <latency> <duration>",
        does: "lets everything take longer for so long",
        act: ({ latency = "", duration = "" }) =>
          Promise.resolve(network.slow({}, readDuration(duration), readDuration(latency))),
      },
      {
        usage: "server <command…>",
        does: `gives the server a command: server {"kind":"reconnect"}`,
        async act({ command = "" }) {
          await served.command(record(command));
        },
      },
      { usage: "help", does: "shows this", act: () => Promise.resolve(print(this.help)) },
    ];
  }
}

function pause(ms: number): Promise<void> {
  return sleepUntil(systemClock, systemClock.now() + ms);
}

function wanted(text: string): string | RegExp {
  const [, pattern, flags] = /^\/(.+)\/([a-z]*)$/.exec(text) ?? [];
  return pattern === undefined ? text : new RegExp(pattern, flags);
}

function record(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "kind" in value) return { ...value };
  } catch {
    // Said below.
  }
  throw new PromptError(`Cannot read "${text}" as a command: write it as {"kind":"reconnect"}`);
}
