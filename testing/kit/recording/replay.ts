import { type Clock, systemClock } from "@parley/parley/driver";
import { checkNamesAndKinds } from "@parley/parley/internal";
import type { CloseInfo, Data, Dial, Link, LinkEvents } from "@parley/parley/protocol";
import { builtin } from "../../world/_builtin.ts";
import { linksIn, type RecordedLink, type Step } from "./_recording.ts";

/** How a recording is given again. */
export interface ReplayOptions {
  /** What it goes by: a world's, say. @default the runtime's own */
  readonly clock?: Clock;
  /** How many times as fast as it was: above 0; Infinity: at once. @default {1} */
  readonly speed?: number;
  /** Whose links, by the label that the client had. @default those of all */
  readonly label?: string;
}

/** What gives a client again what was sent to one. */
export interface Replay {
  /** Opens links: the n-th that is dialled is the n-th that was. For the option `runtime.dial`. */
  readonly dial: Dial;
  /** Resolves once everything was given. */
  readonly finished: Promise<void>;
}

/** How much longer it is waited for what was sent, in milliseconds, before it goes on without. */
const MISSED = 5_000;

/**
 * Gives a client what was sent to one whom {@linkcode record} watched: each thing as long after the one before it, and not
 * before the client has sent as much as that one had. Words that differ in what the two send, such as a PING's, are put
 * in the place of those that came back. What was secret is missing; HTTP is not recorded.
 *
 * @throws if the file cannot be read, or is no recording; one that ends within a line does so where its process was ended.
 *
 * @example A report of a bug, in virtual time
 * ```ts no-eval
 * import { IrcClient } from "@parley/parley/irc";
 * import { ircWorld, replay } from "@parley/testing";
 *
 * const world = await ircWorld();
 * const bot = await world.start((runtime) => {
 *   const { dial } = replay("bug.jsonl", runtime);
 *   return new IrcClient({ host: "irc.libera.chat", nick: "bot", runtime: { ...runtime, dial } }).connect();
 * });
 * await world.run("10min");
 * bot.value.channels; // as they were then
 * ```
 */
export function replay(file: string, options: ReplayOptions = {}): Replay {
  checkNamesAndKinds<ReplayOptions>("replay", options, {
    clock: ["object", "undefined"],
    speed: ["number", "undefined"],
    label: ["string", "undefined"],
  });
  const { clock = systemClock, speed = 1, label } = options;
  if (!(speed > 0)) throw new RangeError(`Cannot replay ${speed} times as fast: give a number above 0`);
  const fs = builtin("node:fs");
  if (fs === undefined) throw new Error("Cannot replay: this runtime has no node:fs");
  const links = linksIn(fs.readFileSync(file, "utf8")).filter((link) =>
    label === undefined || link.label === label
  );
  if (links.length === 0) {
    throw new Error(`Cannot replay "${file}": there is no link in it${label ? ` of "${label}"` : ""}`);
  }
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const words = new Words();
  let next = 0;
  let left = links.length;
  const over = () => {
    if (--left === 0) resolve();
  };
  const dial: Dial = (_request, events) => {
    const recorded = links[next++];
    return new Player(recorded ?? NOWHERE, events, {
      clock,
      speed,
      words,
      over: recorded === undefined ? () => {} : over,
    });
  };
  return { dial, finished };
}

const REFUSED: CloseInfo = { code: 1006, reason: "The recording is over", clean: false, cause: "refused" };
/** What is dialled that was not. */
const NOWHERE: RecordedLink = { label: "", dialledAt: 0, steps: [{ kind: "closed", at: 0, info: REFUSED }] };

interface Playing {
  readonly clock: Clock;
  readonly speed: number;
  readonly words: Words;
  over(): void;
}

/** Gives what came on a link. */
class Player implements Link {
  readonly #steps: readonly Step[];
  readonly #events: LinkEvents;
  readonly #playing: Playing;
  #next = 0;
  /** When the step before was recorded. */
  #at: number;
  /** What the client has sent that stands for nothing recorded yet. */
  readonly #sent: Data[] = [];
  #undo: () => void = () => {};
  #gone = false;

  constructor({ steps, dialledAt }: RecordedLink, events: LinkEvents, playing: Playing) {
    this.#steps = steps;
    this.#events = events;
    this.#playing = playing;
    this.#at = dialledAt;
    this.#plan();
  }

  send(data: Data): void {
    this.#sent.push(data);
    if (this.#steps[this.#next]?.kind === "sent") this.#take();
  }

  close(code: number, reason: string): void {
    if (this.#gone) return;
    this.#end();
    const { clock } = this.#playing;
    const info: CloseInfo = { code, reason, clean: true, cause: "peer" };
    clock.setTimer(clock.now(), () => this.#events.closed(info));
  }

  abort(): void {
    if (!this.#gone) this.#end();
  }

  /** Waits for the next step: as long as it took, or until the client has sent what is to come first. */
  #plan(): void {
    this.#undo();
    if (this.#gone) return;
    const step = this.#steps[this.#next];
    if (step === undefined) return this.#playing.over();
    if (step.kind === "sent" && this.#sent.length > 0) return this.#take();
    const { clock, speed } = this.#playing;
    const wait = Math.max(0, step.at - this.#at) / speed;
    const missed = step.kind === "sent" ? MISSED : 0;
    this.#undo = clock.setTimer(clock.now() + wait + missed, () => this.#take());
  }

  #take(): void {
    this.#undo();
    const step = this.#steps[this.#next++];
    if (step === undefined || this.#gone) return;
    this.#at = step.at;
    switch (step.kind) {
      case "sent":
        this.#playing.words.compare(step.data, this.#sent.shift());
        break;
      case "opened":
        this.#events.opened(step.info);
        break;
      case "received":
        if (step.data !== undefined) this.#events.receive(this.#playing.words.put(step.data));
        break;
      case "closed":
        this.#end();
        return this.#events.closed(step.info);
    }
    this.#plan();
  }

  #end(): void {
    this.#gone = true;
    this.#undo();
    this.#playing.over();
  }
}

/** A word that may be one's own choice. */
const WORD = /[\w+/=-]{4,}/g;

/** What a client calls otherwise than the one that was recorded. */
class Words {
  readonly #instead = new Map<string, string>();

  /** Looks where two say the same in other words. */
  compare(recorded: Data | undefined, sent: Data | undefined): void {
    if (typeof recorded !== "string" || typeof sent !== "string") return;
    if (recorded.replaceAll(WORD, "") !== sent.replaceAll(WORD, "")) return;
    const [before, now] = [recorded.match(WORD) ?? [], sent.match(WORD) ?? []];
    for (const [index, word] of before.entries()) {
      const instead = now[index];
      if (instead !== undefined && instead !== word) this.#instead.set(word, instead);
    }
  }

  /** Puts them into what came back. */
  put(data: Data): Data {
    if (typeof data !== "string" || this.#instead.size === 0) return data;
    return data.replaceAll(WORD, (word) => this.#instead.get(word) ?? word);
  }
}
