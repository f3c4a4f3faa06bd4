import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { describe, it, test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import { ecdsaSigner, IrcClient, type SaslMechanism, type SaslOptions } from "../../src/irc/mod.ts";
import { IrcServer, Simulation } from "../../testing/mod.ts";
import { TWITCH_URL, TwitchClient } from "../../src/twitch/mod.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";

const URL = "irc://irc.test";
const pem = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
  .export({ type: "pkcs8", format: "pem" }).toString();

/** In how many worlds each mechanism logs in: what `PARLEY_LOGINS` says, as CI does, or a few. */
const LOGINS = Number(process.env.PARLEY_LOGINS) || 25;
/** In milliseconds: a thousand take three seconds, and a machine may be busy. */
const LONGEST = 300_000;

/** A world in which a bot logs in, and when it was let in. */
async function login(seed: number, mechanism: SaslMechanism, sasl: SaslOptions) {
  const world = new Simulation({ seed, latency: 40, jitter: 20 });
  const server = new Driver(
    new IrcServer({
      accounts: { bot: "sesame" },
      signers: { bot: pem },
      certificate: "bot",
      mechanisms: [mechanism],
    }),
    { host: world.host("server"), label: "server", deliver: () => {} },
  );
  server.start();
  world.serve(URL, server);
  const runtime = world.host("bot");
  const irc = await world.until(new IrcClient({ url: URL, nick: "bot", sasl, runtime }).connect(), 60_000);
  const after = world.clock.now();
  await world.until(irc.close());
  return { after, trace: world.trace };
}

const CREDENTIALS: Readonly<Record<SaslMechanism, SaslOptions>> = {
  PLAIN: { username: "bot", password: "sesame" },
  EXTERNAL: {},
  "SCRAM-SHA-256": { username: "bot", password: "sesame" },
  "SCRAM-SHA-512": { username: "bot", password: "sesame" },
  "ECDSA-NIST256P-CHALLENGE": { username: "bot", sign: ecdsaSigner(pem) },
};

describe("Simulation: a login takes no virtual time but its lines'", () => {
  for (const mechanism of Object.keys(CREDENTIALS) as SaslMechanism[]) {
    const sasl = { ...CREDENTIALS[mechanism], mechanisms: [mechanism] };
    const name = `Simulation: every world is let in by ${mechanism}, and the same one in the same way`;
    it(name, { timeout: LONGEST }, async () => {
      for (let seed = 1; seed <= LOGINS; seed++) {
        const { after } = await login(seed, mechanism, sasl);
        assert(after < 2_000, `seed ${seed} took ${after} ms`);
      }
      assertEquals(await login(1, mechanism, sasl), await login(1, mechanism, sasl));
    });
  }
});

/** Takes real time, and no virtual time. */
const reallyReads = async () => (await readFile(new globalThis.URL(import.meta.url), "utf8")).length;

test("Simulation.track: a handler that reads a file is done before the clock goes on", async () => {
  const world = new Simulation();
  const read: [at: number, length: number][] = [];
  for (let at = 1_000; at <= 20_000; at += 1_000) {
    world.clock.setTimer(at, async () => {
      const length = await world.track(reallyReads(), "the file");
      read.push([world.clock.now(), length]);
    });
  }
  await world.run(20_000);
  assertEquals(read.map(([at]) => at), Array.from({ length: 20 }, (_, n) => 1_000 * (n + 1)));
  assert(read.every(([, length]) => length > 0));
});

test("Simulation.track: work that waits for virtual time as well has both", async () => {
  const world = new Simulation();
  let done: number | undefined;
  world.clock.setTimer(1_000, () => {
    void world.track(async () => {
      await reallyReads();
      await sleepUntil(world.clock, world.clock.now() + 5_000);
      await reallyReads();
      done = world.clock.now();
    });
  });
  world.clock.setTimer(30_000, () => {});
  await world.run(30_000);
  assertEquals(done, 6_000);
});

test("Simulation.track: what never ends fails the world with an error that names it", async () => {
  const world = new Simulation({ patience: 50 });
  void world.track(new Promise(() => {}), "the answer of a friend");
  const error = await assertRejects(() => world.run(1_000), Error);
  assertEquals(
    error.message,
    "The world waits for the answer of a friend, which has not ended within 50 ms of real time",
  );
  assertEquals(world.clock.now(), 0);
});

test("Simulation.track: gives back what it was given, and what it rejects with", async () => {
  const world = new Simulation();
  assertEquals(await world.track(Promise.resolve(7)), 7);
  await assertRejects(() => world.track(() => Promise.reject(new Error("no file"))), Error, "no file");
  await world.run(1);
});

/** A Twitch client whose token takes what `provide` takes. */
async function twitch(provide: (world: Simulation) => Promise<string>, limit = 60_000): Promise<number> {
  const world = new Simulation({ latency: 10 });
  const core = new TwitchServer({ accounts: { bot: "good" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  world.serveHttp("https://id.twitch.tv", async () => {
    await sleepUntil(world.clock, world.clock.now() + 500);
    return Response.json({ token: "good" });
  });
  // Whatever comes of it, something else goes on.
  const tick = () => void world.clock.setTimer(world.clock.now() + 100, tick);
  tick();
  const runtime = world.host("bot");
  const chat = await world.until(
    new TwitchClient({ login: "bot", token: () => provide(world), runtime }).connect(),
    limit,
  );
  const after = world.clock.now();
  await world.until(chat.close());
  return after;
}

test("Driver: the clock of a simulation stands while an ask is answered", async () => {
  const at = await twitch(() => Promise.resolve("good"));
  assertEquals(await twitch(async () => (await reallyReads()) > 0 ? "good" : ""), at);
});

test("Driver: it goes on while the answer waits for a request or a clock", async () => {
  const at = await twitch(() => Promise.resolve("good"));
  const requested = await twitch(async (world) => {
    const response = await world.host("bot").fetch("https://id.twitch.tv/token");
    const { token } = await response.json();
    return token;
  });
  assertEquals(requested, at + 520);
  const slept = await twitch(async ({ clock }) => {
    await sleepUntil(clock, clock.now() + 3_000);
    return "good";
  });
  assertEquals(slept, at + 3_000);
});

test("Driver: it goes on after a second if nothing comes of an answer that is real", async () => {
  const limit = 5_000;
  const error = await assertRejects(() => twitch(() => new Promise(() => {}), limit), Error);
  assertEquals(error.message, `Nothing happened that settles the promise within ${limit} ms`);
});

test("Simulation.host: random bytes follow from the seed and the name, as keys for ECDH do", async () => {
  const bytes = (seed: number, name: string) =>
    new Simulation({ seed }).host(name).crypto.getRandomValues(new Uint8Array(8)).join();
  assertEquals(bytes(1, "bot"), bytes(1, "bot"));
  assert(bytes(1, "bot") !== bytes(2, "bot") && bytes(1, "bot") !== bytes(1, "other"));
  const key = async (seed: number) => {
    const { subtle } = new Simulation({ seed }).host("bot").crypto;
    const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    return (await subtle.exportKey("jwk", pair.privateKey)).d;
  };
  assertEquals(await key(1), await key(1));
  assert(await key(1) !== await key(2));
});

test("Simulation: who lets time pass while somebody else does overtakes no promise", async () => {
  const world = new Simulation();
  const order: string[] = [];
  for (let at = 1; at <= 100; at++) {
    world.clock.setTimer(at, async () => {
      for (let i = 0; i < 10; i++) await undefined;
      order.push(`${at} has settled`);
    });
    world.clock.setTimer(at + 0.5, () => order.push(`${at} is over`));
  }
  await Promise.all([world.run(101), world.run(101)]);
  const expected = Array.from({ length: 100 }, (_, i) => [`${i + 1} has settled`, `${i + 1} is over`]).flat();
  assertEquals(order, expected);
});
