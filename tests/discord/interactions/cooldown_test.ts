import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  command,
  cooldown,
  type CooldownOptions,
  InteractionRouter,
} from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { VirtualClock } from "../../../testing/mod.ts";
import { typed, use } from "./_payloads.ts";

/** Uses a command behind a cooldown as a user, in a guild or not; resolves to what was said. */
function cooling(options: CooldownOptions) {
  const clock = new VirtualClock(0);
  const router = new InteractionRouter()
    .use(cooldown({ clock, ...options }))
    .add(command("roll", "Rolls", (i) => i.reply("six")));
  const say = async (id: string, guild_id?: string) => {
    const payload = { ...use("roll"), user: { id, username: id }, ...(guild_id && { guild_id }) };
    const { response } = await router.handle(typed(payload));
    return Object(response).data;
  };
  return { clock, say };
}

test("cooldown: each user may use it so often, and is told when again", async () => {
  const { clock, say } = cooling({ every: 10_000, uses: 2 });
  assertEquals([(await say("ada")).content, (await say("ada")).content], ["six", "six"]);
  clock.advance(4_500);
  assertEquals(await say("ada"), { content: "Not so fast: try again in 6 s.", flags: 64 });
  assertEquals((await say("eve")).content, "six");
  clock.advance(5_500);
  assertEquals((await say("ada")).content, "six");
});

test("cooldown: counts each guild, outside of one each user, or what it is told", async () => {
  const guilds = cooling({ every: 10_000, per: "guild", reply: () => "later" });
  const said = [];
  for (const [id, guild] of [["ada", "1"], ["eve", "1"], ["eve", "2"], ["ada"], ["eve"]] as const) {
    said.push((await guilds.say(id, guild)).content);
  }
  assertEquals(said, ["six", "later", "six", "six", "six"]);
  const free = cooling({ every: 10_000, per: ({ user }) => user.id === "ada" ? undefined : "others" });
  const ids = ["ada", "ada", "eve", "bob"];
  const replies = [];
  for (const id of ids) replies.push((await free.say(id)).content === "six");
  assertEquals(replies, [true, true, true, false]);
});

test("cooldown: remembers so many, and forgets the oldest first", async () => {
  const { say } = cooling({ every: 10_000, capacity: 2 });
  const said = [];
  for (const id of ["a", "b", "b", "c", "b", "a"]) said.push((await say(id)).content === "six");
  assertEquals(said, [true, true, false, true, false, true]);
});

test("cooldown: refuses numbers that are none", () => {
  for (const options of [{ every: 0 }, { every: 1, uses: 0 }, { every: 1, capacity: NaN }]) {
    assertThrows(() => cooldown(options), OptionError, "above 0");
  }
});
