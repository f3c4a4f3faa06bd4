import { assert, assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import process from "node:process";
import { describe, it } from "node:test";
import { Driver, hostWith } from "@parley/parley/driver";
import { dialer } from "@parley/parley/transport";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  discordServerFetch,
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  listenTcp,
  listenWebSocket,
} from "@parley/testing";
import { Program, runArgs } from "../_program.ts";
import { within } from "../_within.ts";

const host = hostWith(dialer());
const CHANNEL = "81384788765712384";

/** An IRC server on loopback, on which ann greets who joins, and says how they left. */
async function irc() {
  const heard: string[] = [];
  const server = new Driver<IrcServerCommand, IrcServerEvent>(new IrcServer(), {
    host,
    label: "irc",
    deliver: (event) => {
      if (event.kind !== "line") return;
      heard.push(event.message.raw);
      if (event.message.command !== "JOIN") return;
      void server.command({ kind: "say", nick: "ann", channel: event.message.param(0), text: "hello" });
    },
  });
  server.start();
  const listener = await listenTcp(server, { scheme: "irc" });
  return {
    url: listener.url,
    heard,
    say: (text: string) => void server.command({ kind: "say", nick: "ann", channel: "#deno", text }),
    async [Symbol.asyncDispose]() {
      server.shutdown("end");
      await listener.close();
    },
  };
}

describe("parley, as a program", () => {
  it("tail irc: says QUIT at Ctrl-C, and exits with 130", async () => {
    await using server = await irc();
    await using program = new Program(runArgs("cli/main.ts", "tail", "irc", server.url, "#deno"));
    await program.prints("<ann> hello");
    assertEquals(await program.stop("SIGINT"), 130);
    assert(server.heard.some((line) => line.startsWith("QUIT")), server.heard.join("\n"));
  });

  it("tail discord: closes with 1000 at Ctrl-C, and nobody sees the token", async () => {
    const closes: number[] = [];
    let ended = () => {};
    const over = new Promise<void>((resolve) => ended = resolve);
    const server = new Driver<DiscordServerCommand, DiscordServerEvent>(new DiscordServer(), {
      host,
      label: "discord",
      deliver: (event) => {
        if (event.kind === "identified") {
          void server.command({ kind: "message", channel: CHANNEL, content: "hello" });
        }
        if (event.kind !== "closed") return;
        closes.push(event.info.code);
        ended();
      },
    });
    server.start();
    await using listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
    const api = `${listener.url.replace(/^ws/, "http")}/api`;
    const env = { DISCORD_TOKEN: "parley.test.token" };
    await using program = new Program(runArgs("cli/main.ts", "tail", "discord", "--api", api), env);
    await program.prints("hello");
    assertEquals(await program.stop("SIGINT"), 130);
    await within("the server to see it", over);
    assertEquals(closes, [1000]);
    assert(!program.lines.join("\n").includes("parley.test.token"));
    server.shutdown("end");
  });

  it("tail: ends where nobody reads any more", async () => {
    await using server = await irc();
    const [command = "", ...args] = [
      process.execPath,
      ...runArgs("cli/main.ts", "tail", "irc", server.url, "#deno"),
    ];
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
    const ends = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    child.stdout.destroy();
    // It finds out when it writes.
    const talk = setInterval(() => server.say("is anybody there?"), 100);
    try {
      assertEquals(await within("its end", ends, () => server.heard.join("\n")), 0);
    } finally {
      clearInterval(talk);
      child.kill("SIGKILL");
    }
    assert(server.heard.some((line) => line.startsWith("QUIT")), server.heard.join("\n"));
  });

  it("demo: cuts every connection, and the account closes", async () => {
    await using program = new Program(runArgs("cli/main.ts", "demo", "--seconds", "2"));
    assertEquals(await program.ends(), 0, program.lines.join("\n"));
    assert(program.lines.includes("The account closes."), program.lines.join("\n"));
    assert(!program.lines.join("").includes("\x1b["));
  });
});
