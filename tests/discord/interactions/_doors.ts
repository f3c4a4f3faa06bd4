import { DiscordGateway } from "../../../src/discord/gateway/mod.ts";
import { interactionHandler, type InteractionRouter } from "../../../src/discord/interactions/mod.ts";
import { DiscordRest } from "../../../src/discord/rest/mod.ts";
import { Driver } from "../../../src/driver/driver.ts";
import {
  DiscordServer,
  discordServerFetch,
  gatewayInteractions,
  InteractionClient,
  InteractionRecorder,
  type RecordedCall,
  SigningKeys,
  Simulation,
} from "../../../src/testing/mod.ts";
import { within } from "../../_within.ts";

/** A way into a router, with whoever uses the bot on one side and Discord's REST API on the other. */
export interface Door {
  readonly client: InteractionClient;
  /** What was asked of Discord after the first answer, in order. */
  later(): readonly RecordedCall[];
  /** Lets time pass until a promise settles. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets every handler come to its end. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Everything that handlers may need to come with an interaction. */
export interface Env {
  readonly env: { readonly greeting: string };
}

const ENV: Env = { env: { greeting: "hello" } };

function outside() {
  const world = new Simulation({ seed: 1 });
  const discord = new InteractionRecorder();
  const { clock } = world.host("bot");
  const rest = new DiscordRest({ token: "a.bot.token", fetch: discord.fetch, clock, timeout: Infinity });
  /** What is real and under way, for which virtual time waits. */
  const busy = new Set<Promise<unknown>>();
  const until = async <T>(promise: Promise<T>): Promise<T> => {
    let over = false;
    const done = () => void (over = true);
    promise.then(done, done);
    const passing = async () => {
      // Signatures take real time: virtual time alone does not settle everything.
      while (!over) {
        await new Promise((resolve) => setImmediate(resolve));
        if (busy.size === 0) world.clock.step();
      }
      return await promise;
    };
    return await within("what was asked for", passing()).finally(done);
  };
  return { world, discord, clock, rest, until, busy };
}

const isCallback = ({ path }: RecordedCall) => path.endsWith("/callback");

/** Signed requests, answered by their responses. */
export async function httpDoor(router: InteractionRouter<Env>): Promise<Door> {
  const { discord, clock, rest, until } = outside();
  const keys = await SigningKeys.generate();
  const endpoint = interactionHandler({ publicKey: keys.publicKey, router, clock, rest });
  const works: Promise<unknown>[] = [];
  const execution = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
  const client = new InteractionClient({ keys, handler: (request) => endpoint(request, ENV.env, execution) });
  return {
    client,
    later: () => discord.calls.filter((call) => !isCallback(call)),
    until,
    settle: async () => void await until(Promise.all(works)),
    close: () => Promise.resolve(),
  };
}

/** INTERACTION_CREATE through a gateway, answered by the callback endpoint. */
export async function gatewayDoor(router: InteractionRouter<Env>): Promise<Door> {
  const { world, discord, clock, until, busy } = outside();
  const url = "wss://gateway.test";
  const core = new DiscordServer({ url });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(url, server);
  const answer = discordServerFetch(server);
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const answered = discord.fetch(request.clone()).then(() => answer(request));
    busy.add(answered);
    return answered.finally(() => busy.delete(answered));
  };
  const rest = new DiscordRest({ token: "parley.test.token", fetch, clock, timeout: Infinity });
  const runtime = world.host("bot");
  const options = { token: "parley.test.token", intents: 0, shards: 1, url, rest, runtime } as const;
  const gateway = await until(DiscordGateway.connect(options));
  gateway.use(router, ENV);
  return {
    client: new InteractionClient({ handler: gatewayInteractions(server) }),
    later: () => discord.calls.filter((call) => !isCallback(call)),
    until,
    settle: () => until(world.run(10_000)),
    close: () => until(gateway.close()),
  };
}
