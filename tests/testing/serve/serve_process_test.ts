import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { IrcClient } from "../../../src/irc/mod.ts";
import { TwitchApi } from "../../../src/twitch/api/mod.ts";
import { eventSubChat } from "../../../src/twitch/eventsub/mod.ts";
import { deviceLogin, TwitchAuth, TwitchClient } from "../../../src/twitch/mod.ts";
import { serveCommand } from "../../../testing/serve/command.ts";
import { ServedProcess } from "./_served.ts";

/** A bot that pongs. */
async function bot(url: string): Promise<IrcClient> {
  const irc = new IrcClient({ url, nick: "bot", channels: ["#deno"] });
  irc.on("PRIVMSG", async (event) => {
    if (event.text === "!ping") await irc.privmsg(event.replyTarget, "pong");
  });
  return await irc.connect();
}

const ASKS = "ready #deno\nada says #deno !ping\n";

describe("serve: ends", () => {
  it("with 0 if the bot does what its script expects, and says so", async () => {
    await using served = new ServedProcess("irc");
    await using _bot = await bot(await served.address("IRC"));
    assertEquals(await served.plays(`${ASKS}expect #deno pong\nada tells !ping\nexpect @ada pong`), 0);
    assertStringIncludes(served.lines.join("\n"), "bot says in #deno: pong");
  });

  it("with 1 at the first thing that is not so, and says what came instead", async () => {
    await using served = new ServedProcess("irc", "--patience", "1s");
    await using _bot = await bot(await served.address("IRC"));
    assertEquals(await served.plays(`${ASKS}expect #deno pang\nada says #deno not any more\n`), 1);
    const printed = served.lines.join("\n");
    assertStringIncludes(printed, `The bot was to say "pang" in #deno within 1 s, but it said "pong"`);
    assertEquals(printed.includes("not any more"), false);
  });

  it("with 1 if no bot logs in for as long as it may take, or is where it is waited for", async () => {
    await using alone = new ServedProcess("irc", "--ready", "100ms");
    assertEquals(await alone.plays(ASKS), 1);
    assertStringIncludes(alone.lines.join("\n"), "No bot was in #deno within 100 ms");
    await using served = new ServedProcess("irc", "--ready", "2s");
    await using _bot = await bot(await served.address("IRC"));
    assertEquals(await served.plays("ready\nready #elsewhere\n"), 1);
    assertStringIncludes(served.lines.join("\n"), "No bot was in #elsewhere within 2 s");
  });

  it("with 1 at a line that it does not understand", async () => {
    await using served = new ServedProcess("irc");
    assertEquals(await served.plays("ada dances\n"), 1);
    assertStringIncludes(served.lines.join("\n"), `Cannot do "ada dances": try "help"`);
  });

  for (
    const [why, args, said] of [
      ["for no network that there is", ["usenet"], `There is no network "usenet"`],
      ["without one", [], "Say which network"],
      ["with an option that there is not", ["irc", "--portt", "1"], "--portt"],
      ["with a password in the wrong place", ["irc", "--account", "sesame"], "--account nick:password"],
    ] as const
  ) {
    it(`with 2 and how it is used, if it is asked ${why}`, async () => {
      await using served = new ServedProcess(...args);
      assertEquals(await served.ends(), 2);
      const printed = served.lines.join("\n");
      assertStringIncludes(printed, said);
      assertStringIncludes(printed, "Usage: npx @parley/testing serve");
    });
  }

  it("with 2 if another program has its port", async () => {
    await using first = new ServedProcess("irc");
    const { port } = new URL(await first.address("IRC"));
    for (const network of ["irc", "discord", "twitch"]) {
      await using second = new ServedProcess(network, "--port", port);
      assertEquals(await second.ends(), 2);
      assertEquals(second.lines, [`Cannot listen on port ${port} of 127.0.0.1: another program has it`]);
    }
  });

  it("with 0 when a terminal has nothing to say any more, be it from the beginning", async () => {
    const printed: string[] = [];
    const code = await serveCommand(["irc"], {
      lines: ReadableStream.from<string>([]),
      isTerminal: true,
      stop: new AbortController().signal,
      print: (text) => void printed.push(text),
      printError: (text) => void printed.push(text),
      readFile: () => Promise.resolve(""),
    });
    assertEquals([code, printed.length], [0, 2]);
  });

  it("with 0 and a goodbye to the bot when it is asked to", async () => {
    await using served = new ServedProcess("irc");
    await using irc = await bot(await served.address("IRC"));
    const left = irc.wait("ERROR");
    assertEquals(await served.stop("SIGINT"), 0);
    assertEquals((await left).kind, "ERROR");
  });
});

it("serve twitch: gives tokens to a bot that is told where they are, and does what it asks of the API", async () => {
  await using served = new ServedProcess("twitch");
  const baseUrl = await served.address("tokens");
  const scopes = ["user:read:chat", "user:write:chat", "moderator:manage:announcements"];
  const login = deviceLogin({
    clientId: "any",
    scopes,
    baseUrl,
    show: () => {},
    signal: AbortSignal.timeout(45_000),
  });
  const auth = new TwitchAuth({ clientId: "any", tokens: await login, baseUrl });
  const api = new TwitchApi({ auth, baseUrl: await served.address("API") });
  const wire = eventSubChat({ url: await served.address("EventSub") });
  await using chat = new TwitchClient({ auth, api, wire, channels: ["#dallas"] });
  chat.on("PRIVMSG", (event) => event.text === "!ping" ? event.reply("pong") : undefined);
  chat.on("PRIVMSG", (event) => event.text === "!shout" ? chat.announce("#dallas", "PONG") : undefined);
  await chat.connect();
  const asks = "ready #dallas\nada says #dallas !shout\nada says #dallas !ping\nexpect #dallas pong\n";
  assertEquals(await served.plays(asks), 0, served.lines.join("\n"));
  assertStringIncludes(served.lines.join("\n"), "is asked POST /helix/chat/announcements");
});

it("serve: lets go wrong what its plan says, from when the bot is there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-"));
  const plan = join(folder, "plan.json");
  await writeFile(
    plan,
    `[{"kind":"reset","at":100},{"kind":"server","at":200,"command":{"kind":"topic","channel":"#deno","text":"late"}}]`,
  );
  try {
    await using served = new ServedProcess("irc", "--faults", plan, "--patience", "15s");
    await using irc = await bot(await served.address("IRC"));
    assertMatch(String((await irc.wait("reconnecting")).kind), /reconnecting/);
    await irc.wait("ready");
    assertEquals(await served.plays(`${ASKS}expect #deno pong\n`), 0, served.lines.join("\n"));
    assertStringIncludes(served.lines.join("\n"), `fault {"kind":"reset"}`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
