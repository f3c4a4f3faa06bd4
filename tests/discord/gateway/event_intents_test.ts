import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { dispatchNames } from "../../../src/discord/gateway/wire/dispatch_names.ts";
import {
  deriveIntents,
  intentsOf,
  reachableEvents,
} from "../../../src/discord/gateway/wire/event_intents.ts";
import { Intents } from "../../../src/discord/gateway/wire/intents.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { intentsFor } from "../../../testing/discord/gateway/_intents.ts";
import { GUILD, worldOf } from "./_world.ts";

test("intentsOf: says what the server's own table says, of every event", () => {
  // Written twice, from the documentation, by two hands.
  for (const event of dispatchNames) {
    const needed = intentsFor(event) ?? { guild: 0, direct: 0 };
    assertEquals([event, intentsOf(event, "guild")], [event, needed.guild]);
    assertEquals([event, intentsOf(event, "direct")], [event, needed.direct]);
  }
});

test("intentsOf: as many events as the documentation has fall under several intents, or under none", () => {
  const counts = dispatchNames.map((event) =>
    Object.values(Intents).filter((bit) =>
      ((intentsOf(event, "guild") | intentsOf(event, "direct")) & bit) !== 0
    ).length
  );
  assertEquals(counts.filter((count) => count > 1).length, 12);
  // The documentation's 16 less READY and RESUMED.
  assertEquals(counts.filter((count) => count === 0).length, 14);
});

test("deriveIntents: takes as few as bring the events, and keeps guilds and direct messages apart", () => {
  assertEquals(deriveIntents([]), 0);
  assertEquals(deriveIntents(["INTERACTION_CREATE"]), 0);
  assertEquals(deriveIntents(["TYPING_START"]), Intents.GuildMessageTyping | Intents.DirectMessageTyping);
  assertEquals(deriveIntents({ direct: ["TYPING_START"] }), Intents.DirectMessageTyping);
  assertEquals(deriveIntents({ guild: ["CHANNEL_PINS_UPDATE"] }), Intents.Guilds);
  // Under a privileged intent, too, but there is another.
  assertEquals(deriveIntents(["THREAD_MEMBERS_UPDATE"]), Intents.Guilds);
  assertEquals(deriveIntents(["PRESENCE_UPDATE"]), Intents.GuildPresences);
});

test("deriveIntents: what it derives brings every wanted event that can be brought", () => {
  const names = fc.subarray([...dispatchNames]);
  fc.assert(fc.property(names, names, (guild, direct) => {
    const reached = reachableEvents({ guild, direct }, deriveIntents({ guild, direct }));
    for (const event of guild) assert(reached.has(event) || intentsOf(event, "guild") === 0, event);
    for (const event of direct) assert(reached.has(event) || intentsOf(event, "direct") === 0, event);
  }));
});

test("reachableEvents: prunes what the intents never bring", () => {
  const wanted = ["MESSAGE_CREATE", "GUILD_CREATE", "INTERACTION_CREATE"] as const;
  assertEquals([...reachableEvents(wanted, Intents.DirectMessages)].sort(), [
    "INTERACTION_CREATE",
    "MESSAGE_CREATE",
  ]);
  assertEquals([...reachableEvents({ direct: ["GUILD_CREATE"] }, Intents.Guilds)], []);
});

test("DiscordGateway: the update of the bot's own member is told whatever the intents", async () => {
  const { world, server, connect } = worldOf();
  const told: string[] = [];
  const events = ["GUILD_MEMBER_UPDATE"] as const;
  const gateway = await connect({ intents: Intents.Guilds, events }, (gateway) => {
    gateway.on("GUILD_MEMBER_UPDATE", ({ data }) => told.push(data.user.id));
  });
  for (const id of [gateway.userId, "5"]) {
    await server.command({
      kind: "dispatch",
      t: "GUILD_MEMBER_UPDATE",
      d: { guild_id: GUILD, user: { id }, roles: [] },
    });
  }
  await world.run(1_000);
  assertEquals(told, [gateway.userId]);
  await world.until(gateway.close());
});

test("deriveIntents: knows its events by name", () => {
  assertThrows(() => deriveIntents(["MESSAGE_CREATED" as "MESSAGE_CREATE"]), OptionError, "MESSAGE_CREATED");
});

test("deriveIntents: in plain JavaScript, too, says where events can be wanted of", () => {
  const loose: (wanted: object) => number = deriveIntents as never;
  const message = (wanted: object) => assertThrows(() => loose(wanted), OptionError).message;
  assertEquals(
    message({ guilds: ["MESSAGE_CREATE"] }),
    'Cannot choose events of "guilds": give a list of them, or one each as `guild` and `direct`',
  );
  assertEquals(
    message({ guild: "MESSAGE_CREATE" }),
    'Cannot choose events of "guild": give a list of them, or one each as `guild` and `direct`',
  );
  assertEquals([loose({}), loose(new Set(["GUILD_CREATE"]))], [0, Intents.Guilds]);
});
