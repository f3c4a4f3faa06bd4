import { checkNamesAndKinds } from "@parley/parley/internal";
import { type Duration, inWords } from "./time/duration.ts";

/** What is to be said: exactly this text, one that matches, or one of which this is true. */
export type Wanted<Said> = string | RegExp | ((said: Said) => boolean);

/** How long an expectation waits. */
export interface ExpectOptions {
  /** For how long, in virtual time. @default the world's `patience` */
  readonly within?: Duration;
}

/** What is done where something is heard. */
export interface Doing {
  /** As in "was to say". */
  readonly does: string;
  /** As in "it said". */
  readonly did: string;
}

const SAYING: Doing = { does: "say", did: "said" };

/** What has been said in a place by those whom nobody plays, and how far expectations have read. */
export class Hearing<Said> {
  /** What it is called. */
  readonly place: string;
  readonly doing: Doing;
  readonly #textOf: (said: Said) => string;
  readonly #said: Said[] = [];
  readonly #listeners = new Set<() => void>();
  #read = 0;

  constructor(place: string, textOf: (said: Said) => string, doing: Doing = SAYING) {
    this.place = place;
    this.doing = doing;
    this.#textOf = textOf;
  }

  /** Something was said. */
  hear(said: Said): void {
    this.#said.push(said);
    for (const listener of [...this.#listeners]) listener();
  }

  /** What was said behind what was last expected. */
  get unread(): readonly string[] {
    return this.#said.slice(this.#read).map((said) => JSON.stringify(this.#textOf(said)));
  }

  /** Everything up to now was expected. */
  readAll(): void {
    this.#read = this.#said.length;
  }

  /** Resolves once something is said that is wanted, or was behind what was last expected; rejects with what `wanted` throws. */
  next(wanted: Wanted<Said>): { readonly heard: Promise<Said>; readonly stop: () => void } {
    const { promise: heard, resolve, reject } = Promise.withResolvers<Said>();
    const stop = () => void this.#listeners.delete(look);
    const find = () => {
      for (let index = this.#read; index < this.#said.length; index++) {
        const said = this.#said[index];
        if (said === undefined || !this.#fits(said, wanted)) continue;
        this.#read = index + 1;
        stop();
        return resolve(said);
      }
    };
    const look = () => {
      try {
        find();
      } catch (error) {
        stop();
        reject(error);
      }
    };
    this.#listeners.add(look);
    look();
    return { heard, stop };
  }

  #fits(said: Said, wanted: Wanted<Said>): boolean {
    if (typeof wanted === "function") return isTrue(wanted(said));
    const text = this.#textOf(said);
    return typeof wanted === "string" ? text === wanted : text.search(wanted) >= 0;
  }
}

/** What an expectation needs of its world. */
export interface Stage {
  /** Lets virtual time pass until the promise settles; false if it has not within this. */
  settles(promise: Promise<unknown>, within: Duration): Promise<boolean>;
  /** Lets virtual time pass. */
  run(duration: Duration): Promise<void>;
  /** Throws, saying what happened last. */
  fail(message: string): never;
  /** For how long is waited where nothing else is said. */
  readonly patience: Duration;
}

/**
 * What is expected of a place, in virtual time: nothing sleeps. Each expectation reads on behind what the one before
 * it has read there.
 *
 * @typeParam Said What is said there.
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
 * await world.user("ada").says("#deno", "hello");
 * await world.expect("#deno").toSay(/hello/, { within: "30s" });
 * await world.expect("#deno").toStayQuiet("1h");
 * bot.running; // true
 * await world.close();
 * ```
 */
export class Expectation<Said> {
  readonly #stage: Stage;
  readonly #hearing: Hearing<Said>;

  /** Takes where to look; `world.expect(place)` does. */
  constructor(stage: Stage, hearing: Hearing<Said>) {
    this.#stage = stage;
    this.#hearing = hearing;
  }

  /**
   * Waits until the bot says this here, be it by now or later; gives what it said. Other things that it says before
   * are passed over.
   *
   * @throws {WorldError} if it does not in time: with what it said instead, and what happened last.
   * @throws {TypeError} if `wanted` is neither a text, nor a regular expression, nor a function that tells at once.
   * @throws what that function throws.
   */
  async toSay(wanted: Wanted<Said>, options: ExpectOptions = {}): Promise<Said> {
    checkWanted(wanted);
    checkNamesAndKinds<ExpectOptions>("expect anything", options, {
      within: ["number", "string", "undefined"],
    });
    const { within = this.#stage.patience } = options;
    const before = this.#hearing.unread.length;
    const { heard, stop } = this.#hearing.next(wanted);
    if (await this.#stage.settles(heard, within)) return await heard;
    stop();
    const { place, unread, doing: { does, did } } = this.#hearing;
    const instead = `it ${did} ${unread.length === 0 ? "nothing" : unread.slice(-5).join(", ")}`;
    const when = before < unread.length || unread.length === 0 ? "" : ", before this";
    this.#stage.fail(
      `The bot was to ${does} ${shown(wanted)} in ${place} within ${inWords(within)}, but ${instead}${when}`,
    );
  }

  /**
   * Lets virtual time pass, in which the bot says nothing here; nor has it behind what was last expected.
   *
   * @throws {WorldError} if it says something: with what it said, and what happened last.
   */
  async toStayQuiet(duration: Duration = this.#stage.patience): Promise<void> {
    await this.#stage.run(duration);
    const { place, unread } = this.#hearing;
    if (unread.length === 0) return;
    this.#stage.fail(
      `The bot was to say nothing in ${place} for ${inWords(duration)}, but it said ${unread.join(", ")}`,
    );
  }
}

/** @throws {TypeError} if nothing can be expected by it. */
function checkWanted(wanted: unknown): void {
  if (typeof wanted === "string" || typeof wanted === "function" || wanted instanceof RegExp) return;
  throw new TypeError(
    `Cannot expect the bot to say ${wanted}: give a text, a regular expression, or a function that tells`,
  );
}

/** @throws {TypeError} if it is a promise, which all that is said would be true of. */
function isTrue(told: unknown): boolean {
  if (told instanceof Promise) {
    told.catch(() => {});
    throw new TypeError(
      "Cannot expect what a promise tells: the function must tell at once whether it is meant",
    );
  }
  return Boolean(told);
}

function shown<Said>(wanted: Wanted<Said>): string {
  if (typeof wanted === "function") return "something of which the function given is true";
  return typeof wanted === "string" ? JSON.stringify(wanted) : `something like ${wanted}`;
}
