import { Driver } from "../../src/driver/driver.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../testing/irc/server.ts";
import type { Simulation } from "../../testing/world/simulation.ts";

/** Runs a server of which nobody hears, where clients of the simulation dial. */
export function serveIrc(
  simulation: Simulation,
  url: string,
  core: IrcServer = new IrcServer(),
): Driver<IrcServerCommand, IrcServerEvent> {
  const server = new Driver<IrcServerCommand, IrcServerEvent>(core, {
    host: simulation.host("server"),
    label: "server",
    deliver: () => {},
  });
  server.start();
  simulation.serve(url, server);
  return server;
}
