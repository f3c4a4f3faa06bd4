import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { describe, it, test } from "node:test";
import {
  actionRow,
  awaitComponent,
  type AwaitComponentOptions,
  checks,
  command,
  component,
  dangerButton,
  type EditOptions,
  InteractionRouter,
  type InteractionRouterOptions,
  linkButton,
  stringSelect,
} from "../../../src/discord/interactions/mod.ts";
import { TimeoutError } from "../../../src/protocol/errors.ts";
import { gatewayInteractions, InteractionClient } from "../../../testing/mod.ts";
import { connectedGateway } from "./_doors.ts";

/** A gateway in virtual time with routers, somebody who uses it, and what was asked of Discord. */
async function connected(...routers: InteractionRouter[]) {
  const { world, gateway, server, discord } = await connectedGateway();
  for (const router of routers) gateway.use(router);
  const handler = gatewayInteractions(server);
  const ada = new InteractionClient({ handler, user: { id: "7", username: "ada" } });
  // Of one use: each client counts by itself.
  const extra = { id: "5000", token: "aW50ZXJhY3Rpb246eve" };
  const eve = new InteractionClient({ handler, user: { id: "8", username: "eve" }, extra });
  return { world, gateway, discord, ada, eve };
}

const row = actionRow(dangerButton("yes", "Wipe"), linkButton("https://x.example", "Why?"));
/** The message that a reply made, as Discord sends it along. */
const shown = (interaction: string) => ({
  id: "900",
  interaction_metadata: { id: interaction, type: 2, user: { id: "7" } },
} as object);

/** A router with a command that awaits a click, what came of it, and the command's own ID. */
function wiping(
  options: (clicked: AbortSignal) => AwaitComponentOptions = () => ({}),
  more: InteractionRouterOptions = {},
) {
  const ended: unknown[] = [];
  const errors: unknown[] = [];
  const ids: string[] = [];
  const abort = new AbortController();
  const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error), ...more }).add(
    command("wipe", "Wipes", async (i) => {
      ids.push(i.id);
      await i.reply({ content: "Sure?", components: [row] });
      try {
        const click = await awaitComponent(i, {
          where: (c) => c.user.id === i.user.id,
          ...options(abort.signal),
        });
        await click.update({ content: "Done", components: [] });
        ended.push(click.customId);
      } catch (error) {
        ended.push(error);
      }
    }),
    component("other", (i) => i.update("other")),
  );
  return { router, ended, errors, ids, abort };
}

describe("awaitComponent", () => {
  it("awaitComponent: gives the click that is meant, which is answered as any other", async () => {
    const { router, ended, errors, ids } = wiping();
    const { world, ada } = await connected(router);
    await world.until(ada.command("wipe"));
    const [id = ""] = ids;
    const use = { message: shown(id) };
    const done = await world.until(ada.click("other", use));
    assertEquals([done.type, done.content], [7, "Done"]);
    await world.run(1_000);
    assertEquals([ended, errors], [["other"], []]);
    // Once only.
    assertEquals((await world.until(ada.click("other", use))).content, "other");
  });

  it("awaitComponent: what it is not meant for goes where it would have gone", async () => {
    const { router, ended, ids } = wiping(() => ({
      where: (c) => c.customId === "yes" && c.user.id === "7",
    }));
    const { world, ada, eve } = await connected(router);
    await world.until(ada.command("wipe"));
    const use = { message: shown(ids[0] ?? "") };
    assertEquals((await world.until(ada.click("other", use))).content, "other");
    assertEquals((await world.until(eve.click("yes", use))).isEphemeral, true);
    assertEquals((await world.until(ada.click("yes", { message: shown("1") }))).isEphemeral, true);
    assertEquals(ended, []);
    const done = await world.until(ada.click("yes", use));
    await world.run(1_000);
    assertEquals([done.type, done.content, ended], [7, "Done", ["yes"]]);
  });

  it("awaitComponent: ends by its time, and disables what can be used", async () => {
    const { router, ended, errors } = wiping(() => ({ timeout: 60_000 }));
    const { world, discord, ada } = await connected(router);
    await world.until(ada.command("wipe"));
    await world.run(59_000);
    assertEquals(ended, []);
    await world.run(2_000);
    assertInstanceOf(ended[0], TimeoutError);
    const edit = discord.find({ method: "PATCH" })[0];
    const [yes, why] = row.components;
    assertEquals(Object(edit?.body).components, [{ ...row, components: [{ ...yes, disabled: true }, why] }]);
    assertEquals(errors, []);
  });

  it("awaitComponent: ends by its signal, and tidies up as it is told, or not at all", async () => {
    const edits: (EditOptions | false)[] = [{ content: "Too late", components: [] }, false];
    for (const tidy of edits) {
      const { router, ended, abort } = wiping((signal) => ({ signal, tidy }));
      const { world, discord, ada } = await connected(router);
      await world.until(ada.command("wipe"));
      abort.abort(new Error("enough"));
      await world.run(5_000);
      assertEquals(ended.map(String), ["Error: enough"]);
      assertEquals(discord.find({ method: "PATCH" }).map(({ body }) => body), tidy ? [tidy] : []);
    }
  });

  it("awaitComponent: ends before its token does, and a click that nobody answers is told", async () => {
    const { router, ended } = wiping();
    const { world, ada } = await connected(router);
    await world.until(ada.command("wipe"));
    await world.run(15 * 60_000);
    assertInstanceOf(ended[0], TimeoutError);

    const errors: unknown[] = [];
    let id = "";
    const silent = new InteractionRouter({ onError: (error) => void errors.push(error) }).add(
      command("choose", "Chooses", async (i) => {
        id = i.id;
        await i.reply({ components: [actionRow(stringSelect("s", [{ label: "A", value: "a" }]))] });
        const chosen = await awaitComponent(i);
        assertEquals(chosen.values, ["a"]);
      }),
    );
    const other = await connected(silent);
    await other.world.until(other.ada.command("choose"));
    const reply = await other.world.until(other.ada.select("s", ["a"], { message: shown(id) }));
    assertEquals(reply.isEphemeral, true);
    assertEquals(errors.map(String), [
      'CommandError: Cannot answer "s": its handler ended without a reply; call reply before it ends, and await all before that',
    ]);
  });

  it("awaitComponent: ends though the token has expired while the process stood still, of which the rest is told", async () => {
    const { router, ended, errors } = wiping();
    const { world, discord, ada } = await connected(router);
    await world.until(ada.command("wipe"));
    await world.run(880_000);
    world.freeze("bot", 60_000);
    await world.run(70_000);
    assertInstanceOf(ended[0], TimeoutError);
    assertEquals(errors.map(String), [
      'CommandError: Cannot await a component of "wipe": its token was valid for 15 minutes; create a message in the channel',
    ]);
    assertEquals(discord.find({ method: "PATCH" }), []);
  });

  it("awaitComponent: ends with the gateway, so that nothing keeps the process, and disables what can be used", async () => {
    const { router, ended, errors } = wiping();
    const { world, gateway, discord, ada } = await connected(router);
    await world.until(ada.command("wipe"));
    await world.until(gateway.close());
    await world.run(1_000);
    assertEquals(ended.map(String), [
      'CommandError: Cannot await a component of "wipe": the gateway has ended',
    ]);
    assertEquals(discord.find({ method: "PATCH" }).length, 1);
    assertEquals(errors, []);
  });

  it("awaitComponent: refuses at once what cannot be awaited", async () => {
    const mistakes: readonly (readonly [options: object, why: string])[] = [
      [{ timeout: NaN }, 'its timeout is "NaN" ms; it must be above 0'],
      [{ timeout: -1 }, 'its timeout is "-1" ms; it must be above 0'],
      [{ timeout: "60000" }, 'its timeout is "60000" ms; it must be above 0'],
      [{ where: "yes" }, "its `where` is no function"],
    ];
    const told: unknown[] = [];
    const router = new InteractionRouter().add(command("wipe", "Wipes", async (i) => {
      await i.reply({ content: "Sure?", components: [row] });
      for (const [options] of mistakes) {
        told.push(await Promise.resolve().then(() => awaitComponent(i, options)).catch(String));
      }
    }));
    const { world, ada } = await connected(router);
    await world.until(ada.command("wipe"));
    await world.run(1_000);
    assertEquals(
      told,
      mistakes.map(([, why]) => `CommandError: Cannot await a component of "wipe": ${why}`),
    );
  });

  it("awaitComponent: before the reply it is a typed error, at once", async () => {
    const early = new InteractionRouter().add(command("early", "Too early", async (i) => {
      await assertRejects(async () => await awaitComponent(i), Error, "no answer yet");
      await i.reply("ok");
    }));
    const { world, ada } = await connected(early);
    assertEquals((await world.until(ada.command("early"))).content, "ok");
  });
});

test('InteractionRouter: with unknown: "ignore" two routers and wait live together on one gateway', async () => {
  const one = new InteractionRouter({ unknown: "ignore" }).add(command("one", "One", (i) => i.reply("1")));
  const two = new InteractionRouter({ unknown: "ignore" }).add(command("two", "Two", (i) => i.reply("2")));
  const { world, gateway, discord, ada } = await connected(one, two);
  assertEquals((await world.until(ada.command("one"))).content, "1");
  assertEquals((await world.until(ada.command("two"))).content, "2");
  const coming = gateway.wait("INTERACTION_CREATE", { where: ({ data }) => data.type === 3 });
  const clicked = ada.click("free");
  const { data } = await world.until(coming);
  await world.run(1_000);
  assertEquals(discord.find({ path: data.token }), []);
  await world.until(
    gateway.rest.createInteractionResponse(data.id, data.token, { type: 4, data: { content: "free" } }),
  );
  assertEquals((await world.until(clicked)).content, "free");
});

test("gateway: handlers reach it, and over HTTP there is none", async () => {
  const seen: unknown[] = [];
  const router = new InteractionRouter().add(command("where", "Where", (i) => {
    seen.push(i.gateway);
    return i.reply("here");
  }));
  const { world, gateway, ada } = await connected(router);
  await world.until(ada.command("where"));
  await router.handle(
    JSON.parse('{"type":2,"id":"1","token":"t","user":{"id":"1"},"data":{"name":"where","type":1}}'),
  );
  assertEquals([seen[0] === gateway, seen[1]], [true, undefined]);
});
