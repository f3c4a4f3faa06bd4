import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { bridge } from "../../examples/irc_bridge.ts";
import { catchUp } from "../../examples/irc_catch_up.ts";
import { echoBot } from "../../examples/irc_echo.ts";
import { logger } from "../../examples/irc_logger.ts";
import { moderationBot } from "../../examples/irc_moderation.ts";
import { titleBot } from "../../examples/irc_titles.ts";
import { Driver } from "../../src/driver/driver.ts";
import type { IrcClient } from "../../src/irc/client.ts";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../testing/irc/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";

const CAPABILITIES = [
  "batch",
  "draft/chathistory",
  "echo-message",
  "labeled-response",
  "message-tags",
  "multi-prefix",
  "server-time",
];

/** A network where a bot is, and what the bot sends. */
class Network {
  readonly world: Simulation;
  readonly url: string;
  readonly lines: string[] = [];
  readonly #server: Driver<IrcServerCommand, IrcServerEvent>;

  constructor(world: Simulation = new Simulation({ seed: 1 }), name = "s", options: IrcServerOptions = {}) {
    this.world = world;
    this.url = `irc://${name}`;
    this.#server = new Driver<IrcServerCommand, IrcServerEvent>(
      new IrcServer({ capabilities: CAPABILITIES, ...options }),
      {
        host: world.host(name),
        label: name,
        deliver: (event) => {
          if (event.kind === "line") this.lines.push(event.message.raw.replace(/^@\S+ /, ""));
        },
      },
    );
    this.#server.start();
    world.serve(this.url, this.#server);
  }

  /** What any bot here is given. */
  get options() {
    return {
      url: this.url,
      nick: "bot",
      channels: ["#a"],
      flood: false,
      runtime: this.world.host("bot"),
    } as const;
  }

  async begin(...clients: readonly IrcClient[]): Promise<void> {
    await this.world.until(Promise.all(clients.map((client) => client.connect())));
    await this.world.run(5_000);
    this.lines.length = 0;
  }

  async does(command: IrcServerCommand): Promise<void> {
    void this.#server.command(command);
    await this.world.run(2_000);
  }

  async says(nick: string, text: string): Promise<void> {
    await this.does({ kind: "say", nick, channel: "#a", text });
  }

  /** What was sent that matches, and is now forgotten. */
  sent(matching: RegExp): string[] {
    return this.lines.splice(0).filter((line) => matching.test(line));
  }
}

test("examples/irc_echo.ts: says again what others say, and not what it says itself", async () => {
  const net = new Network();
  await net.begin(echoBot(net.options));
  await net.says("ann", "hello");
  await net.world.run(60_000);
  assertEquals(net.sent(/^PRIVMSG/), ["PRIVMSG #a hello"]);
});

test("examples/irc_logger.ts: writes what happens, to a file for each channel and day", async () => {
  const net = new Network();
  const written: string[] = [];
  const write = (file: string, text: string) => {
    written.push(`${/^[^.]*/.exec(file)?.[0]} ${text.replace(/^\S+ /, "").trimEnd()}`);
  };
  await net.begin(logger({ ...net.options, channels: ["#a", "#b"] }, write));
  for (const channel of ["#a", "#b"]) await net.does({ kind: "say", nick: "ann", channel, text: "hello" });
  await net.says("ann", "\x01ACTION waves\x01");
  await net.does({ kind: "raw", line: ":ann!ann@people.test NICK anna" });
  await net.does({ kind: "raw", line: ":anna!ann@people.test TOPIC #a :News" });
  await net.does({ kind: "raw", line: ":anna!ann@people.test PART #b :bye" });
  await net.does({ kind: "raw", line: ":anna!ann@people.test QUIT :gone" });
  assertEquals(written, [
    "#a bot has come",
    "#b bot has come",
    "#a ann has come",
    "#a <ann> hello",
    "#b ann has come",
    "#b <ann> hello",
    "#a * ann waves",
    "#a ann is called anna",
    "#b ann is called anna",
    "#a anna has set the topic: News",
    "#b anna has left (bye)",
    "#a anna has quit (gone)",
  ]);
});

test("examples/irc_bridge.ts: carries what is said to the other network, both ways, and back to none", async () => {
  const here = new Network();
  const there = new Network(here.world, "t");
  await here.begin(...bridge([here.options, { ...there.options, nick: "tob" }], "#a"));
  there.lines.length = 0;
  await here.says("ann", "hello");
  await there.says("ben", "\x01ACTION waves\x01");
  await here.world.run(60_000);
  assertEquals([here.sent(/^PRIVMSG/), there.sent(/^PRIVMSG/)], [
    ["PRIVMSG #a :* ben waves"],
    ["PRIVMSG #a :<ann> hello"],
  ]);
});

test("examples/irc_moderation.ts: does what operators say, and nobody else, and bans who floods", async () => {
  const net = new Network(new Simulation({ seed: 1 }), "s", {
    accounts: { bot: "sesame" },
    capabilities: [...CAPABILITIES, "sasl"],
  });
  const sasl = { username: "bot", password: "sesame", mechanisms: ["PLAIN"] } as const;
  await net.begin(moderationBot({ ...net.options, sasl }, () => net.world.clock.now()));
  await net.says("ann", "!op eve");
  await net.says("eve", "hello");
  await net.does({ kind: "mode", channel: "#a", modes: "+o", args: ["ann"] });
  assertEquals(net.sent(/^(?:MODE|KICK)/), []);
  await net.says("ann", "!op eve");
  await net.says("ann", "!ban fay spam and more");
  assertEquals(net.sent(/^(?:MODE|KICK|PRIVMSG)/), [
    "MODE #a +o eve",
    "MODE #a +b fay!*@*",
    "KICK #a fay :spam and more",
  ]);
  await net.says("ann", "!bans");
  assertEquals(net.sent(/^(?:MODE|PRIVMSG)/), ["MODE #a +b", "PRIVMSG #a fay!*@*"]);
  await net.says("gus", "0");
  for (let n = 1; n < 6; n++) void net.does({ kind: "say", nick: "gus", channel: "#a", text: String(n) });
  await net.world.run(5_000);
  assertEquals(net.sent(/^(?:MODE|KICK)/), ["MODE #a +b *!*@people.test", "KICK #a gus Flooding"]);
});

test("examples/irc_titles.ts: tells the title of a page that is named", async () => {
  const net = new Network();
  const get = (url: string | URL | Request) => {
    return Promise.resolve(
      new Response(url === "https://deno.com/x" ? "<title>\n Deno,\n the runtime </title>" : "none"),
    );
  };
  await net.begin(titleBot(net.options, get));
  await net.says("ann", "see https://deno.com/x and more");
  await net.says("ann", "or https://example.org");
  await net.world.run(5_000);
  assertEquals(net.sent(/^PRIVMSG/), ["PRIVMSG #a :Deno, the runtime"]);
});

test("examples/irc_catch_up.ts: shows what was said while it was away, once, in its order", async () => {
  const net = new Network();
  const shown: string[] = [];
  await net.says("ann", "before");
  await net.begin(catchUp(net.options, (line) => shown.push(line.replace(/^\S+ /, ""))));
  await net.says("ann", "now");
  await net.does({ kind: "drop", nick: "bot" });
  void net.says("ann", "away");
  await net.world.run(120_000);
  await net.says("ann", "back");
  assertEquals(shown, ["#a <ann> before", "#a <ann> now", "#a <ann> away", "#a <ann> back"]);
});
