import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "node:test";
import { discordWorld, ircWorld, twitchWorld } from "@parley/testing";
import { run } from "../../cli/run.ts";
import { hostIn, Terminal } from "./_terminal.ts";

/** A line without the time that it begins with. */
const untimed = (line: string) => line.replace(/^\d\d:\d\d:\d\d /, "");

describe("parley tail", () => {
  it("twitch: a line for each event, and Ctrl-C ends it politely with 130", async () => {
    const world = await twitchWorld();
    const terminal = new Terminal({ host: await hostIn(world) });
    const running = run(["tail", "twitch", "dallas"], terminal);
    await world.run("5s");
    await world.user("ronni").says("#dallas", "hello \x1b[31mthere");
    await world.simulation.until(terminal.writes("hello"));
    terminal.interrupt();
    assertEquals(await world.simulation.until(running), 130);
    assertEquals(terminal.lines.map(untimed), ["* connected", "#dallas <ronni> hello \\u001b[31mthere"]);
    assertMatch(terminal.lines[1] ?? "", /^\d\d:\d\d:\d\d #dallas /);
    assertEquals(terminal.told, "");
    await world.close();
  });

  it("irc: a line for each event, says QUIT at Ctrl-C, and is away for a cut", async () => {
    const world = await ircWorld();
    const terminal = new Terminal({ host: await hostIn(world) });
    const running = run(["tail", "irc", "irc.libera.chat", "#deno", "--nick", "reader"], terminal);
    await world.run("5s");
    const ada = world.user("ada");
    await ada.says("#deno", "hello");
    await world.simulation.until(terminal.writes("<ada> hello"));
    world.cut();
    await world.run("1min");
    terminal.interrupt();
    assertEquals(await world.simulation.until(running), 130);
    const lines = terminal.lines.map(untimed);
    for (const line of ["* connected", "* reader JOIN #deno", "#deno <ada> hello"]) {
      assert(lines.includes(line), line);
    }
    assert(lines.some((line) => /^\* not connected: the connection was lost; again in \d\.\d s$/.test(line)));
    assert(lines.some((line) => /^\* was away for \d+\.\d s$/.test(line)));
    assertEquals(world.core.members("#deno"), ["ada"]);
    await world.close();
  });

  it("irc --json: has all of an event, also what is called a token there", async () => {
    const world = await ircWorld();
    const terminal = new Terminal({ host: await hostIn(world) });
    const running = run(["tail", "irc", "irc.libera.chat", "#deno", "--json", "--kind", "PONG"], terminal);
    await world.simulation.until(terminal.writes("PONG"));
    terminal.interrupt();
    assertEquals(await world.simulation.until(running), 130);
    assertEquals(JSON.parse(terminal.lines[0] ?? "").token, "parley-1");
    await world.close();
  });

  it("discord: one channel alone, if it is named", async () => {
    const world = await discordWorld({ guilds: ["home#general", "home#random"], token: "a.bot.token" });
    const id = world.channel("#general").id;
    const terminal = new Terminal({
      host: await hostIn(world),
      env: { DISCORD_TOKEN: "a.bot.token" },
    });
    const running = run(["tail", "discord", id], terminal);
    await world.run("10s");
    await world.user("ada").says("#random", "not here");
    await world.user("ada").says("#general", "here");
    await world.simulation.until(terminal.writes("here"));
    terminal.interrupt();
    assertEquals(await world.simulation.until(running), 130);
    assertEquals(terminal.lines.map(untimed), ["* connected", `#${id} <ada> here`]);
    await world.close();
  });

  it("--json: one object a line, of which nothing is secret", async () => {
    const world = await discordWorld();
    const terminal = new Terminal({
      host: await hostIn(world),
      env: { DISCORD_TOKEN: "a.bot.token" },
    });
    const running = run(
      ["tail", "discord", "--json", "--kind", "INTERACTION_CREATE,MESSAGE_CREATE"],
      terminal,
    );
    await world.run("10s");
    await world.user("ada").says("#general", "one\u009b");
    void world.discord.command({
      kind: "interaction",
      interaction: { type: 2, data: { id: "1", name: "ping", type: 1 } },
    })
      .catch(() => {});
    await world.simulation.until(terminal.writes("INTERACTION_CREATE"));
    terminal.interrupt();
    assertEquals(await world.simulation.until(running), 130);
    const events = terminal.lines.map((line) => JSON.parse(line));
    assertEquals(events.map(({ kind }) => kind), ["MESSAGE_CREATE", "INTERACTION_CREATE"]);
    assertEquals(events[0].data.content, "one\u009b");
    assert(!terminal.written.includes("\u009b"));
    assertEquals(events[1].data.token, undefined);
    assert(events[1].data.id !== undefined);
    await world.close();
  });

  it("discord: a token that is refused is told, not shown, and exits with 1", async () => {
    const world = await discordWorld({ token: "a.bot.token" });
    const terminal = new Terminal({
      host: await hostIn(world),
      env: { DISCORD_TOKEN: "another.bot.token" },
    });
    assertEquals(await world.simulation.until(run(["tail", "discord"], terminal)), 1);
    assertStringIncludes(terminal.told, "token");
    assert(!`${terminal.told}${terminal.written}`.includes("another.bot"));
    await world.close();
  });

  it("without a secret in the environment: asks for it at a terminal, and does not show it", async () => {
    const world = await discordWorld({ token: "a.bot.token" });
    const terminal = new Terminal({
      host: await hostIn(world),
      isTerminal: true,
      typed: "a.bot.token",
      env: { NO_COLOR: "1" },
    });
    const running = run(["tail", "discord"], terminal);
    await world.simulation.until(terminal.writes("connected"));
    await world.run("1s");
    terminal.interrupt();
    assertEquals(await world.simulation.until(running), 130);
    assertEquals(terminal.told, "The bot's token, which is not shown: \n");
    await world.close();
  });
});
