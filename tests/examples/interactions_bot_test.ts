import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { router } from "../../examples/interactions_bot.ts";
import { register } from "../../examples/register.ts";
import { interactionHandler } from "../../src/discord/interactions/mod.ts";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import { InteractionClient, InteractionRecorder, SigningKeys } from "../../testing/mod.ts";
import { CommandStore } from "../discord/interactions/_command_store.ts";

const keys = await SigningKeys.generate();
const discord = new InteractionRecorder();
const rest = new DiscordRest({ token: "a.bot.token", fetch: discord.fetch });
const handler = interactionHandler({ publicKey: keys.publicKey, router, rest });
const commands = router.commands();
const ada = new InteractionClient({ keys, handler, commands });

test("examples/interactions_bot.ts: answers, rolls dice in public and in secret, and greets", async () => {
  assertEquals((await ada.command("ping")).content, "pong");
  const rolled = await ada.command("roll", { options: { sides: 6, count: 3, secret: true } });
  assertMatch(rolled.content ?? "", /^🎲 [1-6], [1-6], [1-6]$/);
  assertEquals(rolled.isEphemeral, true);
  assertEquals((await ada.command("roll", { options: { sides: 20 } })).isEphemeral, false);
  const greeting = await ada.userCommand("Greet", { user: { id: "10" } });
  assertEquals([greeting.content, greeting.data.allowed_mentions], ["Hello <@10>!", { users: ["10"] }]);
});

test("examples/interactions_bot.ts: counts votes in its buttons", async () => {
  const poll = await ada.command("poll");
  assertEquals(poll.data.flags, 1 << 15);
  let shown = poll;
  for (const choice of ["yes", "yes", "no"]) {
    const button = shown.components.find(({ custom_id }) => String(custom_id).endsWith(choice));
    shown = await ada.click(String(button?.custom_id), { message: shown });
    assertEquals(shown.type, 7);
  }
  const text = shown.components.find(({ type }) => type === 10);
  assertStringIncludes(String(text?.content), "2 for it, 1 against");
});

test("examples/interactions_bot.ts: asks by a modal, and gives the deferred answer", async () => {
  const modal = await ada.command("feedback");
  assertEquals([modal.type, modal.data.title], [9, "Feedback"]);
  const deferred = await ada.submit(modal, { topic: ["bot"], thoughts: "Nice!" });
  assertEquals([deferred.type, deferred.isEphemeral], [5, true]);
  const edit = await discord.wait({ method: "PATCH", path: deferred.token });
  assertEquals(edit.body, { content: 'Thank you for 5 characters about "bot"!' });
});

test("examples/register.ts: shows what would change, changes it, and has nothing left to do", async () => {
  const store = new CommandStore();
  store.put({ name: "gone", description: "d" });
  const dry = await register(store.rest, ["--dry-run"]);
  assertStringIncludes(dry, "Everywhere, this would change:\n+ /ping");
  assertStringIncludes(dry, '+ "Greet" (user)');
  assertStringIncludes(dry, "- /gone");
  assertEquals(store.writes, []);
  assertStringIncludes(await register(store.rest, []), "Everywhere, this has changed:\n+ /ping");
  assertEquals(store.writes, ["PUT /applications/2/commands"]);
  assertEquals(await register(store.rest, ["--single"]), "Everywhere, this has changed:\n5 unchanged");
  assertStringIncludes(
    await register(store.rest, ["--guild", "3"], true),
    "In guild 3, this has changed:\n\x1b[32m+",
  );
  assertEquals(store.list("3").length, commands.length);
});
