import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { mockTimers } from "../_mocked_timers.ts";

/** A world in which everything that waits waits: a login by SCRAM, a request, and minutes of PINGs. */
async function live(): Promise<string> {
  const world = new Simulation({ latency: 10 });
  const core = new IrcServer({ accounts: { bot: "sesame" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve("irc://irc.test", server);
  world.serveHttp("https://api.test", () => Promise.resolve(Response.json("ok")));
  const runtime = world.host("bot");
  const sasl = { username: "bot", password: "sesame" };
  const irc = await world.until(
    new IrcClient({ url: "irc://irc.test", nick: "bot", sasl, runtime }).connect(),
  );
  const response = await world.until(runtime.fetch("https://api.test/"));
  const body = await world.until(response.json());
  await world.run(600_000);
  await world.until(irc.close());
  return `${body} ${irc.nick}`;
}

test("Simulation: lives while node:test mocks the timers", async () => {
  const restore = mockTimers(["setTimeout", "setInterval", "setImmediate"]);
  try {
    assertEquals(await live(), "ok bot");
  } finally {
    restore();
  }
});

test(
  "Simulation: lives while all timers and clocks are fakes, as vitest's are",
  async () => {
    const names = [
      "setTimeout",
      "setInterval",
      "setImmediate",
      "clearTimeout",
      "clearImmediate",
      "Date",
      "performance",
    ];
    const real = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
    class FakeDate extends Date {
      static override now = () => 0;
    }
    const fakes: Readonly<Record<string, unknown>> = { Date: FakeDate, performance: { now: () => 0 } };
    for (const name of names) {
      const value = fakes[name] ?? (() => 0);
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    try {
      assertEquals(await live(), "ok bot");
    } finally {
      for (const [name, property] of real) {
        // In workerd they are the prototype's.
        if (property) Object.defineProperty(globalThis, name, property);
        else Reflect.deleteProperty(globalThis, name);
      }
    }
  },
);
