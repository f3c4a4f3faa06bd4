import { assert } from "@std/assert";
import {
  answerByCallback,
  checks,
  command,
  type CommandInteraction,
  type InteractionAnswer,
  InteractionRouter,
  type InteractionRouterOptions,
} from "../../../src/discord/interactions/mod.ts";
import { DiscordRest } from "../../../src/discord/rest/mod.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { InteractionRecorder } from "../../../testing/mod.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";
import { typed, use } from "./_payloads.ts";

/** Answers a command, and may let time pass. */
export type Handler = (i: CommandInteraction, sleep: (ms: number) => Promise<void>) => unknown;

/** One interaction in virtual time, with what came of it. */
export class World {
  readonly clock: VirtualClock = new VirtualClock(1_000_000);
  readonly discord: InteractionRecorder = new InteractionRecorder();
  readonly errors: unknown[] = [];
  readonly router: InteractionRouter;
  first: InteractionAnswer | undefined;
  /** Why there was no first answer. */
  refused: unknown;
  firstAt: number | undefined;
  #status: (path: string) => number | "unknown" | undefined;

  constructor(
    options: InteractionRouterOptions = {},
    status: (path: string) => number | "unknown" | undefined = () => undefined,
  ) {
    this.router = new InteractionRouter({
      checks,
      onError: (error) => void this.errors.push(error),
      ...options,
    });
    this.#status = status;
  }

  /** How long it has lasted, in milliseconds. */
  get elapsed(): number {
    return this.clock.now() - 1_000_000;
  }

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => void this.clock.setTimer(this.clock.now() + ms, wake));

  /** Handles an interaction, and lets time pass until all of it is over. */
  async handle(payload: object, by: "response" | "callback" = "response"): Promise<void> {
    const fetch = async (input: string, init?: RequestInit): Promise<Response> => {
      const status = this.#status(new URL(input).pathname);
      const answer = await this.discord.fetch(input, init);
      if (status === "unknown") {
        return Response.json({ message: "Unknown Webhook", code: 10015 }, { status: 404 });
      }
      return status === undefined ? answer : Response.json({ message: "no", code: 0 }, { status });
    };
    const rest = new DiscordRest({ fetch, clock: this.clock, timeout: Infinity });
    let work: Promise<unknown> = Promise.resolve();
    const options = {
      clock: this.clock,
      rest,
      context: undefined,
      waitUntil: (of: Promise<void>) => work = of,
    };
    if (by === "callback") work = answerByCallback(this.router, typed(payload), { ...options, age: 0 });
    else {
      const done = () => void (this.firstAt = this.clock.now() - 1_000_000);
      void this.router.handle(typed(payload), options).then(
        (answer) => void (this.first = answer),
        (error) => void (this.refused = error),
      ).then(done);
    }
    let settled = false;
    void work.finally(() => settled = true);
    for (let turns = 0; !settled && turns < 1_000; turns++) {
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (!settled) this.clock.step();
    }
    assert(settled, "the handler never ends");
    await new Promise((resolve) => setImmediate(resolve));
    // What a handler asserts in vain is the test's failure, not the handler's.
    for (const error of this.errors) if (Object(error).name === "AssertionError") throw error;
  }

  /** What was asked of Discord: method, what of a message, body. */
  get calls(): unknown[] {
    return this.discord.calls.map(({ method, path, body }) => [
      method,
      path.replace(/^\/(webhooks|interactions)\/\d+\/[^/]+/, ""),
      body,
    ]);
  }

  get codes(): unknown[] {
    return this.errors.map((error) => error instanceof CommandError ? error.code : String(error));
  }
}

/** One use of the command "ping", answered by a handler, until all of it is over. */
export async function run(
  handler: Handler,
  options: InteractionRouterOptions = {},
  extra: object = {},
): Promise<World> {
  const world = new World(options);
  world.router.add(command("ping", "Answers pong", (i) => handler(i, world.sleep)));
  await world.handle({ ...use("ping"), ...extra });
  return world;
}
