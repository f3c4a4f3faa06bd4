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
} from "../../../testing/mod.ts";

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
  return { world, host: world.host("bot"), discord: new InteractionRecorder() };
}

const isCallback = ({ path }: RecordedCall) => path.endsWith("/callback");

/** Signed requests, answered by their responses. */
export async function httpDoor(router: InteractionRouter<Env>): Promise<Door> {
  const { world, host, discord } = outside();
  world.serveHttp("https://discord.com", discord.fetch);
  const { clock, fetch } = host;
  const rest = new DiscordRest({ token: "a.bot.token", fetch, clock, timeout: Infinity });
  const keys = await SigningKeys.generate(host.crypto);
  const endpoint = interactionHandler({ publicKey: keys.publicKey, router, clock, rest });
  const works: Promise<unknown>[] = [];
  const execution = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
  const handler = (request: Request) =>
    world.track(async () => await endpoint(request, ENV.env, execution), "the endpoint");
  return {
    client: new InteractionClient({ keys, handler }),
    later: () => discord.calls.filter((call) => !isCallback(call)),
    until: (promise) => world.until(promise),
    settle: async () => void await world.until(Promise.all(works)),
    close: () => Promise.resolve(),
  };
}

/** A gateway in virtual time, its server, and what was asked of Discord. */
export async function connectedGateway() {
  const { world, host, discord } = outside();
  const url = "wss://gateway.test";
  const core = new DiscordServer({ url });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(url, server);
  const answer = discordServerFetch(server);
  world.serveHttp("https://discord.com", async (input, init) => {
    const request = new Request(input, init);
    await discord.fetch(request.clone());
    return await answer(request);
  });
  const { clock, fetch } = host;
  const rest = new DiscordRest({ token: "parley.test.token", fetch, clock, timeout: Infinity });
  const options = { token: "parley.test.token", intents: 0, shards: 1, url, rest, runtime: host } as const;
  const gateway = await world.until(new DiscordGateway(options).connect());
  return { world, gateway, server, discord };
}

/** INTERACTION_CREATE through a gateway, answered by the callback endpoint. */
export async function gatewayDoor(router: InteractionRouter<Env>): Promise<Door> {
  const { world, gateway, server, discord } = await connectedGateway();
  gateway.use(router, ENV);
  return {
    client: new InteractionClient({ handler: gatewayInteractions(server) }),
    later: () => discord.calls.filter((call) => !isCallback(call)),
    until: (promise) => world.until(promise),
    settle: () => world.run(10_000),
    close: () => world.until(gateway.close()),
  };
}
