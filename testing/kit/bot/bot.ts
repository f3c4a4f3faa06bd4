import type { Host } from "@parley/parley/driver";
import type { Life } from "./_life.ts";

/** Starts a bot in the process given: `runtime` is for the option of that name of each client. */
export type StartBot<Value> = (runtime: Host) => Value | Promise<Value>;

/** How a bot's process ends: it is asked to (SIGTERM), killed (SIGKILL), or its machine is gone, and no link is closed. */
export type StopHow = "asked" | "killed" | "gone";

/**
 * A bot that was started in a world, for `world.cut`, `world.freeze` and `world.restart`.
 *
 * @typeParam Value What the function that starts it gives.
 *
 * @example
 * ```ts
 * import { IrcClient } from "@parley/parley/irc";
 * import { ircWorld } from "@parley/testing";
 *
 * const world = await ircWorld();
 * const bot = await world.start((runtime) => {
 *   const irc = new IrcClient({ host: "irc.test", nick: "bot", channels: ["#deno"], runtime });
 *   irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, `You said ${event.text}`));
 *   return irc.connect();
 * });
 * bot.value.nick; // "bot": of the client that the function gave
 * await world.restart(bot, { how: "killed" });
 * bot.running; // true
 * await world.close();
 * ```
 */
export class Bot<Value = unknown> {
  /** What its machine is called, in the transcript and in the scopes of faults. */
  readonly name: string;
  readonly #start: StartBot<Value>;
  readonly #lives: Life<Value>[] = [];

  /** Takes its name and what starts it; `world.start` does. */
  constructor(name: string, start: StartBot<Value>) {
    this.name = name;
    this.#start = start;
  }

  /**
   * What the function that started it gave, the last time.
   *
   * @throws if it has not started yet.
   */
  get value(): Value {
    const value = this.#lives.at(-1)?.value;
    if (value === undefined) throw new Error(`The bot "${this.name}" has not started`);
    return value.value;
  }

  /** Whether its process is there. */
  get running(): boolean {
    const life = this.#lives.at(-1);
    return life !== undefined && !life.dead;
  }

  /** @internal */
  static livesOf<Value>(bot: Bot<Value>): Life<Value>[] {
    return bot.#lives;
  }

  /** @internal */
  static startOf<Value>(bot: Bot<Value>): StartBot<Value> {
    return bot.#start;
  }
}
