import { Intents } from "../../../src/discord/gateway/mod.ts";
import { GuildState, type GuildStateOptions } from "../../../src/discord/state/mod.ts";
import { type GatewayWorld, worldOf } from "../gateway/_world.ts";
import type { DiscordServerOptions } from "../../../testing/discord/server.ts";

/** A world in which a bot keeps the state of guilds; `dispatch` lets Discord say something, and waits until it is heard. */
export async function keptWorld(
  options: DiscordServerOptions = {},
  of: GuildStateOptions = {},
): Promise<
  GatewayWorld & {
    state: GuildState;
    dispatch: (t: string, d: unknown) => Promise<void>;
    gateway: Awaited<ReturnType<GatewayWorld["connect"]>>;
  }
> {
  const world = worldOf(options);
  const state = new GuildState({ now: () => world.world.clock.wall(), ...of });
  const gateway = await world.connect({ intents: state.intents | Intents.GuildMessages }, (gateway) => {
    gateway.keep(state);
  });
  await world.world.run(100);
  const dispatch = async (t: string, d: unknown) => {
    void world.server.command({ kind: "dispatch", t, d });
    await world.world.run(100);
  };
  return { ...world, state, gateway, dispatch };
}
