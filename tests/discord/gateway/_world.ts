import { DiscordGateway, type DiscordGatewayOptions } from "../../../src/discord/gateway/mod.ts";
import { Driver } from "../../../src/driver/driver.ts";
import { discordServerFetch } from "../../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  type DiscordServerOptions,
} from "../../../testing/discord/server.ts";
import { Simulation, type SimulationOptions } from "../../../testing/world/simulation.ts";

export const CHANNEL = "81384788765712384";
export const GUILD = "197038439483310086";
export const GATEWAY = "wss://gateway.test";
export const API = "https://discord.test/api";

export interface GatewayWorld {
  readonly world: Simulation;
  readonly core: DiscordServer;
  readonly server: Driver<DiscordServerCommand, DiscordServerEvent>;
  /** `listen` is called before it connects. */
  readonly connect: (
    more?: Partial<DiscordGatewayOptions>,
    listen?: (gateway: DiscordGateway) => void,
  ) => Promise<DiscordGateway>;
}

/** A world with Discord in it, and what connects a bot to that. */
export function worldOf(
  options: DiscordServerOptions = {},
  deliver: (event: DiscordServerEvent) => void = () => {},
  conditions: SimulationOptions = {},
): GatewayWorld {
  const world = new Simulation({ seed: 1, ...conditions });
  const core = new DiscordServer({ url: GATEWAY, ...options });
  const server = new Driver<DiscordServerCommand, DiscordServerEvent>(core, {
    host: world.host("server"),
    label: "server",
    deliver,
  });
  server.start();
  world.serve(GATEWAY, server);
  world.serveHttp("https://discord.test", (input, init) => discordServerFetch(server)(input, init));
  const connect: GatewayWorld["connect"] = async (more = {}, listen) => {
    const gateway = new DiscordGateway({
      token: "parley.test.token",
      ...(more.events === undefined && { intents: 33281 }),
      runtime: world.host("client"),
      rest: { baseUrl: API },
      ...more,
    });
    listen?.(gateway);
    return await world.until(gateway.connect(), 200_000_000);
  };
  return { world, core, server, connect };
}
