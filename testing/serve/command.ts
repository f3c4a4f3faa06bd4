import { hostWith, sleepUntil, systemClock } from "@parley/parley/driver";
import { Transcript } from "../kit/_transcript.ts";
import { type Duration, milliseconds } from "../kit/time/duration.ts";
import type { Stage } from "../kit/expectation.ts";
import { WorldError } from "../kit/world_error.ts";
import { happenTo } from "../world/faults.ts";
import { Network } from "../world/network/network.ts";
import { type Asked, readArguments, USAGE } from "./_arguments.ts";
import type { ServeFault } from "./_plan.ts";
import { Prompt } from "./_prompt.ts";
import type { Served, ServeSetting } from "./_served.ts";

/** What {@linkcode serveCommand} needs of its process. */
export interface ServeProcess {
  /** The lines that it is given. */
  readonly lines: AsyncIterable<string>;
  /** Whether somebody types them, who is told of a mistake and goes on. */
  readonly isTerminal: boolean;
  /** Is aborted when it is asked to stop. */
  readonly stop: AbortSignal;
  print(text: string): void;
  printError(text: string): void;
  readFile(path: string): Promise<string>;
}

/** As `listenTcp` and `listenWebSocket` have it, in bytes. */
const MAX_BUFFERED = 67_108_864;

/**
 * What `npx @parley/testing serve` does: serves a network until it is stopped, or its lines end. Resolves to the exit code.
 *
 * @example
 * ```ts no-eval
 * import { serveCommand, type ServeProcess } from "@parley/testing/serve";
 *
 * declare const process: ServeProcess;
 * await serveCommand(["serve", "irc", "--port", "6667"], process);
 * ```
 */
export async function serveCommand(args: readonly string[], process: ServeProcess): Promise<number> {
  let asked: Asked | "help";
  try {
    asked = await readArguments(args, process);
  } catch (error) {
    process.printError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (asked === "help") {
    process.print(USAGE);
    return 0;
  }
  const { open, faults, patience, ready, port } = asked;
  const setting = new RealSetting(process, patience, port);
  let served: Served;
  try {
    served = await open(setting);
  } catch (error) {
    const why = isTaken(error) ? "another program has it" : String(error);
    process.printError(`Cannot listen on port ${port} of 127.0.0.1: ${why}`);
    return 2;
  }
  for (const address of served.addresses) process.print(address);
  const prompt = new Prompt(served, {
    network: setting.network,
    bot: setting.bot,
    stage: setting.stage,
    ready,
    print: (text) => process.print(text),
  });
  if (process.isTerminal) process.print(`Play people: ada says … ("help" shows more, Ctrl-C ends)`);
  void setting.bot.then(() => letHappen(faults, setting, served, process));
  const stopped = new Promise<"stopped">((resolve) => {
    if (process.stop.aborted) resolve("stopped");
    process.stop.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  const code = await Promise.race([obeyAll(prompt, process), stopped]);
  await served.close();
  return code === "stopped" ? 0 : code;
}

/** Does what lines ask for, one after the other; resolves to the exit code. */
async function obeyAll(prompt: Prompt, { lines, isTerminal, printError }: ServeProcess): Promise<number> {
  let count = 0;
  for await (const line of lines) {
    count++;
    try {
      await prompt.obey(line);
    } catch (error) {
      printError(error instanceof Error ? error.message : String(error));
      if (!isTerminal) return 1;
    }
  }
  // Of one that runs in the background nobody has said anything; on a terminal somebody has ended it.
  if (count === 0 && !isTerminal) await new Promise(() => {});
  return 0;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function letHappen(
  faults: readonly ServeFault[],
  { network, host }: RealSetting,
  served: Served,
  process: ServeProcess,
): void {
  for (const fault of faults) {
    const { at, ...what } = fault;
    host.clock.setTimer(host.clock.now() + at, () => {
      process.print(`fault ${JSON.stringify(what)}`);
      if (fault.kind !== "server") return happenTo(network, fault);
      served.command(fault.command).catch((error: unknown) => process.printError(String(error)));
    });
  }
}

/** People and bots in real time. */
class RealSetting implements ServeSetting {
  readonly host = hostWith(() => {
    throw new Error("A server dials nobody");
  });
  readonly network: Network = new Network(systemClock, 1, { latency: 0, maxBuffered: MAX_BUFFERED });
  readonly stage: Stage;
  readonly port: number;
  /** Resolves once a bot has logged in. */
  readonly bot: Promise<void>;
  readonly loggedIn: () => void;
  readonly #transcript = new Transcript(systemClock);
  readonly #process: ServeProcess;

  constructor(process: ServeProcess, patience: Duration, port: number) {
    this.#process = process;
    this.port = port;
    ({ promise: this.bot, resolve: this.loggedIn } = Promise.withResolvers<void>());
    this.stage = {
      settles: async (promise, within) => {
        const over = new AbortController();
        const late = sleepUntil(systemClock, systemClock.now() + milliseconds(within), over.signal)
          .then(() => false, () => false);
        const settled = await Promise.race([promise.then(() => true, () => true), late]);
        over.abort();
        return settled;
      },
      run: (duration) => sleepUntil(systemClock, systemClock.now() + milliseconds(duration)),
      fail: (message) => {
        throw new WorldError(`${message}\n\nWhat happened last:\n${this.#transcript.render()}`);
      },
      patience,
    };
  }

  note(who: string, what: string): void {
    this.#transcript.add(who, what);
    this.#process.print(`${who} ${what}`);
  }

  isOfBot(): boolean {
    return true;
  }
}
