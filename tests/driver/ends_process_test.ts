import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import type { Protocol } from "../../src/protocol/protocol.ts";
import { dialer } from "../../src/transport/dial.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { listenTcp, listenWebSocket } from "../../testing/world/network/listen.ts";
import { deaf } from "../_deaf.ts";
import { ownRuntime, Program, runArgs } from "../_program.ts";

const CHILD = fileURLToPath(new URL("./_bot.ts", import.meta.url));

/** Where Linux tells of them. */
const CONNECTIONS = "/proc/net/tcp";

/** In milliseconds: the least that a timer left behind has to wait is longer. */
const AT_ONCE = 1_000;

/** A network on a real socket. */
interface Network extends AsyncDisposable {
  /** Where bots find it. */
  readonly url: string;
  say(text: string): unknown;
  /** Throws the bot out, and lets it in never again. */
  revoke(): unknown;
}

function started<Command, Event extends { readonly kind: string }>(
  core: Protocol<Command, Event>,
): Driver<Command, Event> {
  const driver = new Driver(core, { host: hostWith(dialer()), label: "server", deliver: () => {} });
  driver.start();
  return driver;
}

const networks: Readonly<Record<string, () => Promise<Network>>> = {
  async irc() {
    const server = started(new IrcServer());
    const listener = await listenTcp(server, { scheme: "irc" });
    return {
      url: listener.url,
      say: (text) => server.command({ kind: "say", nick: "ann", channel: "#a", text }),
      revoke: () => server.command({ kind: "kline", nick: "bot", reason: "no bots" }),
      [Symbol.asyncDispose]: async () => {
        server.shutdown("end");
        await listener.close();
      },
    };
  },
  async twitch() {
    const server = started(new TwitchServer({ accounts: { bot: "abc123" } }));
    const listener = await listenWebSocket(server);
    return {
      url: listener.url,
      say: (text) => server.command({ kind: "say", channel: "#a", login: "ronni", text }),
      revoke: async () => {
        await server.command({ kind: "token", login: "bot", token: "another" });
        listener.cut();
      },
      [Symbol.asyncDispose]: async () => {
        server.shutdown("end");
        await listener.close();
      },
    };
  },
  async discord() {
    const server = started(new DiscordServer({ token: "a.b.c" }));
    const listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
    return {
      url: `${listener.url.replace(/^ws/, "http")}/api`,
      say: (content) => server.command({ kind: "message", channel: "81384788765712384", content }),
      revoke: () => server.command({ kind: "close", code: 4004, reason: "Authentication failed" }),
      [Symbol.asyncDispose]: async () => {
        server.shutdown("end");
        await listener.close();
      },
    };
  },
};

const WHY: Readonly<Record<string, string>> = {
  irc: "ConnectionError: The server has banned us",
  twitch: "TwitchLoginError: ",
  discord: "AuthenticationError: ",
};

/** How long it took to end once it had nothing to do. */
function tookOf({ lines }: Program): number {
  return Number(/^ended after (.+)$/.exec(lines.at(-1) ?? "")?.[1] ?? NaN);
}

for (const [name, begin] of Object.entries(networks)) {
  const bot = (network: Network, what: string) => new Program(runArgs(CHILD, name, network.url, what));

  test(`${name}: a bot whose handler throws on one line in ten runs on, and exits non-zero once it is let in no more`, async () => {
    await using network = await begin();
    await using program = bot(network, "throws");
    await program.prints("connected");
    // Whether it is in its channel already is not known.
    for (let round = 0; !program.lines.includes("heard hello"); round++) {
      assert(round < 100, "It never heard a word");
      await network.say("hello");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    for (let line = 0; line < 30; line++) await network.say(`line ${line}`);
    await program.prints("heard line 29");
    await network.revoke();
    const code = await program.ends();
    assert(code !== 0 && code !== null, `It ended with ${code}`);
    assertStringIncludes(program.lines.join("\n"), WHY[name] ?? "");
    const failures = program.lines.filter((line) =>
      line.includes(`a handler of "`) && line.includes("failed")
    );
    assert(failures.length >= 3 && failures.length <= 10, program.lines.join("\n"));
    // With its stack.
    assert(program.lines.some((line) => /^\s+at hear \(.*_bot\.ts/.test(line)), program.lines.join("\n"));
  });

  test(`${name}: after close(), and after an end with an error that is heard, the process ends at once`, async () => {
    await using network = await begin();
    await using closing = bot(network, "closes");
    assertEquals(await closing.ends(), 0, closing.lines.join("\n"));
    assert(tookOf(closing) < AT_ONCE, closing.lines.join("\n"));
    await using hearing = bot(network, "hears");
    await hearing.prints("connected");
    await network.revoke();
    assertEquals(await hearing.ends(), 0, hearing.lines.join("\n"));
    assert(tookOf(hearing) < AT_ONCE, hearing.lines.join("\n"));
  });

  test(`${name}: a promise that is left alone ends no process, and what failed is printed`, async () => {
    await using network = await begin();
    await using program = bot(network, "leaves");
    await program.prints("connected");
    for (let round = 0; !program.lines.some((line) => line.includes("was left alone, and failed")); round++) {
      assert(round < 100, program.lines.join("\n"));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assertEquals(await program.stop("SIGTERM"), 0, program.lines.join("\n"));
  });

  test(`${name}: by SIGTERM and SIGINT it is closed, and the process ends within 5 s`, async () => {
    await using network = await begin();
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      await using program = bot(network, "runs");
      await program.prints("connected");
      const began = performance.now();
      assertEquals(await program.stop(signal), 0, program.lines.join("\n"));
      assert(performance.now() - began < 5_000);
    }
  });
}

/** How many connections to a port of this machine have no answer yet. */
function waitingFor(port: number): number {
  const to = `:${port.toString(16).toUpperCase().padStart(4, "0")} 02 `;
  return readFileSync(CONNECTIONS, "utf8").split("\n").filter((line) => line.includes(to)).length;
}

test("irc: a bot that is closed while nobody answers its dial ends at once", {
  // `Bun.connect` cannot be given up before it has connected.
  skip: ownRuntime() === "bun" || !existsSync(CONNECTIONS),
}, async () => {
  await using server = await deaf("127.0.0.1");
  for (const scheme of ["irc", "ircs"]) {
    const others = waitingFor(server.port);
    await using program = new Program(runArgs(CHILD, "irc", `${scheme}://127.0.0.1:${server.port}`, "dials"));
    await program.prints("dials");
    for (let round = 0; waitingFor(server.port) === others; round++) {
      assert(round < 200, "It never dialled");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const began = performance.now();
    assertEquals(await program.stop("SIGTERM"), 0, program.lines.join("\n"));
    assert(performance.now() - began < 5_000, `The process lived on for ${performance.now() - began} ms`);
  }
});
