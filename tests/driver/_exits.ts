/**
 * Sets timers in the way it is told and lets go of them, and prints how many milliseconds the process then took to
 * end by itself.
 *
 * @module
 */
import process from "node:process";
import { PooledClock } from "../../src/driver/clock/_pooled_clock.ts";
import { type Clock, sleepUntil, systemClock, within } from "../../src/driver/clock/clock.ts";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { listenTcp } from "../../testing/world/network/listen.ts";
import { dialer } from "../../src/transport/dial.ts";

async function letGo(clock: Clock): Promise<void> {
  const later = clock.now() + 60_000;
  const undo = clock.setTimer(later, () => {});
  await sleepUntil(clock, clock.now() + 1);
  const controller = new AbortController();
  const sleeping = sleepUntil(clock, later, controller.signal).catch(() => {});
  await within(clock, 60_000, "Nothing came", () => {});
  controller.abort();
  await sleeping;
  undo();
}

async function closeClient(): Promise<void> {
  const driver = new Driver(new IrcServer(), {
    host: hostWith(dialer()),
    label: "server",
    deliver: () => {},
  });
  driver.start();
  const listener = await listenTcp(driver, { scheme: "irc" });
  const irc = await new IrcClient({ url: listener.url, nick: "bot", channels: ["#a"] }).connect();
  await irc.close();
  driver.shutdown("end");
  await listener.close();
}

switch (process.argv[2]) {
  case "client":
    await closeClient();
    break;
  case "systemClock":
    await letGo(systemClock);
    break;
  case "PooledClock":
    await letGo(new PooledClock(systemClock));
    break;
}
const done = performance.now();
process.on("exit", () => console.log(performance.now() - done));
