import { Driver } from "../../src/driver/driver.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../testing/irc/server.ts";
import type { Simulation } from "../../testing/world/simulation.ts";

/** An IRC server at `irc://irc.test`. */
export function ircServer(world: Simulation): Driver<IrcServerCommand, IrcServerEvent> {
  const server = new Driver<IrcServerCommand, IrcServerEvent>(new IrcServer(), {
    host: world.host("server"),
    label: "server",
    deliver: () => {},
  });
  server.start();
  world.serve("irc://irc.test", server);
  return server;
}
