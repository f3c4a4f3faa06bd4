import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "node:test";
import { discordWorld, ircWorld, twitchWorld } from "@parley/testing";
import { run } from "../../cli/run.ts";
import { hostIn, Terminal } from "./_terminal.ts";

describe("parley say", () => {
  it("irc: joins the channel, says the words, and leaves", async () => {
    const world = await ircWorld();
    const ada = world.user("ada");
    await ada.joins("#deno");
    const terminal = new Terminal({ host: await hostIn(world) });
    const args = ["say", "irc", "irc.libera.chat", "#deno", "hello", "there", "--nick", "bot"];
    assertEquals(await world.simulation.until(run(args, terminal)), 0);
    await world.expect("#deno").toSay("hello there");
    assertEquals(world.core.members("#deno"), ["ada"]);
    await world.close();
  });

  it("twitch: says each line that comes in, as the account of TWITCH_TOKEN", async () => {
    const world = await twitchWorld({ login: "bot" });
    const terminal = new Terminal({
      host: await hostIn(world),
      env: { TWITCH_TOKEN: "secret" },
      lines: ["one", "", "two"],
    });
    assertEquals(await world.simulation.until(run(["say", "twitch", "dallas"], terminal)), 0);
    await world.expect("#dallas").toSay("one");
    await world.expect("#dallas").toSay("two");
    assertEquals([terminal.written, terminal.told], ["", ""]);
    await world.close();
  });

  it("discord: says the words, and pings nobody", async () => {
    const world = await discordWorld();
    const terminal = new Terminal({ host: await hostIn(world), env: { DISCORD_TOKEN: "a.bot.token" } });
    const { id } = world.channel("#general");
    assertEquals(await world.simulation.until(run(["say", "discord", id, "hello @everyone"], terminal)), 0);
    await world.expect("#general").toSay("hello @everyone");
    await world.close();
  });

  it("discord: what is refused is told, and exits with 1", async () => {
    const world = await discordWorld();
    const terminal = new Terminal({ host: await hostIn(world), env: { DISCORD_TOKEN: "a.bot.token" } });
    const running = run(["say", "discord", "81384788765712384", "hello"], terminal);
    assertEquals(await world.simulation.until(running), 1);
    assertMatch(terminal.told, /Unknown Channel/);
    await world.close();
  });
});
