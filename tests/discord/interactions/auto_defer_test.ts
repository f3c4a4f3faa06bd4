import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import {
  autoDefer,
  command,
  type CommandInteraction,
  component,
  label,
  modal,
  textInput,
} from "../../../src/discord/interactions/mod.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { other, use } from "./_payloads.ts";
import { type Handler, run, World } from "./_world.ts";

const FAILED = {
  content: "Something went wrong with this command. Please try again later.",
  flags: 64,
  allowed_mentions: { parse: [] },
};

describe("autoDefer", () => {
  const slow = (answer: (i: CommandInteraction) => unknown): Handler => async (i, sleep) => {
    await sleep(2_500);
    await answer(i);
  };

  it("autoDefer: defers by a safe margin, and the reply gives the message", async () => {
    const world = await run(slow((i) => i.reply("done")), { autoDefer: autoDefer() });
    assertEquals([world.first?.response, world.firstAt], [{ type: 5 }, 2_000]);
    assertEquals(world.calls, [["PATCH", "/messages/@original", { content: "done" }]]);
    assertEquals(world.errors, []);
  });

  it("autoDefer: a reply that is wanted back is what the deferred message has become", async () => {
    const ids: unknown[] = [];
    const world = await run(
      slow(async (i) => ids.push(typeof (await i.reply({ content: "done", withResponse: true })).id)),
      { autoDefer: autoDefer() },
    );
    assertEquals([ids, world.calls], [["string"], [["PATCH", "/messages/@original", { content: "done" }]]]);
  });

  it("autoDefer: leaves alone what is answered in time", async () => {
    const world = await run(async (i, sleep) => {
      await sleep(1_999);
      await i.reply("in time");
      await sleep(2_000);
    }, { autoDefer: autoDefer() });
    assertEquals([world.first?.response, world.calls], [{ type: 4, data: { content: "in time" } }, []]);
  });

  it("autoDefer: is off by default, and a command's own choice comes first", async () => {
    const off = await run(slow((i) => i.reply("done")));
    assertEquals(off.firstAt, 2_500);
    const world = new World({ autoDefer: autoDefer() });
    const own = autoDefer({ after: 500, ephemeral: true });
    world.router.add(command("ping", "Answers pong", async (i) => {
      await world.sleep(2_500);
      await i.reply({ content: "secret", ephemeral: true });
    }, { autoDefer: own }));
    await world.handle(use("ping"));
    assertEquals([world.first?.response, world.firstAt], [{ type: 5, data: { flags: 64 } }, 500]);
    assertEquals(world.calls, [["PATCH", "/messages/@original", { content: "secret" }]]);
    const never = new World({ autoDefer: autoDefer() });
    never.router.add(command("ping", "Answers pong", async (i) => {
      await never.sleep(2_500);
      await i.reply("done");
    }, { autoDefer: false }));
    await never.handle(use("ping"));
    assertEquals(never.firstAt, 2_500);
  });

  it("autoDefer: what is meant for one is shown to no one else, and the other way round", async () => {
    for (const ephemeral of [true, false]) {
      const world = await run(
        slow(async (i) => {
          await i.reply({ content: "first", ephemeral });
          await i.edit("changed");
          await i.original();
        }),
        { autoDefer: autoDefer({ ephemeral: !ephemeral }) },
      );
      assertEquals(world.first?.response, { type: 5, ...(!ephemeral && { data: { flags: 64 } }) });
      assertEquals(world.calls, [
        ["DELETE", "/messages/@original", undefined],
        ["POST", "", { content: "first", ...(ephemeral && { flags: 64 }) }],
        ["PATCH", "/messages/1", { content: "changed" }],
        ["GET", "/messages/1", undefined],
      ]);
      assertEquals(world.errors, []);
    }
  });

  it("autoDefer: a deferral that is meant for one comes to the same, early or late", async () => {
    const world = await run(
      slow(async (i) => {
        await i.defer({ ephemeral: true });
        await i.edit({ content: "secret", embeds: null });
        await i.followUp("for all");
      }),
      { autoDefer: autoDefer() },
    );
    assertEquals(world.calls, [
      ["DELETE", "/messages/@original", undefined],
      ["POST", "", { content: "secret", flags: 64 }],
      ["POST", "", { content: "for all" }],
    ]);
    assertEquals(world.errors, []);
  });

  it("autoDefer: a reply has all its flags, early or late", async () => {
    const flags = 1 << 12 | 1 << 2;
    const world = await run(slow((i) => i.reply({ content: "quiet", flags })), { autoDefer: autoDefer() });
    assertEquals(world.calls.at(-1), ["POST", "", { content: "quiet", flags }]);
    const kept = await run(slow((i) => i.reply({ content: "bare", flags: 4 })), { autoDefer: autoDefer() });
    assertEquals(kept.calls, [["PATCH", "/messages/@original", { content: "bare", flags: 4 }]]);
  });

  it("autoDefer: a file has its description, early or late, and a deferral's edit as well", async () => {
    const files = [{ name: "c.png", data: "c", description: "A chart" }];
    const attachments = [{ id: "0", filename: "c.png", description: "A chart" }];
    for (const answer of [(i: CommandInteraction) => i.reply({ files }), deferred]) {
      const world = await run(slow(answer), { autoDefer: autoDefer() });
      assertEquals(world.calls, [["PATCH", "/messages/@original", { attachments }]]);
      assertEquals(world.errors, []);
    }
    async function deferred(i: CommandInteraction): Promise<void> {
      await i.defer();
      await i.edit({ files });
    }
  });

  it("update: keeps the files of the message, whether one that is added has a description or not, early or late", async () => {
    const files = [{ name: "c.png", data: "c", description: "A chart" }];
    const attachments = [{ id: "77" }, { id: "0", filename: "c.png", description: "A chart" }];
    const message = { id: "9", attachments: [{ id: "77", filename: "a.png" }] };
    const click = { ...other(3, { custom_id: "update", component_type: 2 }), message };
    for (const ms of [0, 2_500]) {
      const world = new World({ autoDefer: autoDefer() });
      world.router.add(component("update", async (i) => {
        if (ms > 0) await world.sleep(ms);
        await i.update({ files });
      }));
      await world.handle(click);
      const data = ms === 0 ? world.first?.response : { type: 7, data: Object(world.calls[0])[2] };
      assertEquals(ms === 0 ? payloadOf(world) : data, { type: 7, data: { attachments } });
      assertEquals(world.errors, []);
    }
    function payloadOf(world: World): unknown {
      return JSON.parse(String(world.first?.form?.get("payload_json")));
    }
  });

  it("autoDefer: what a component replied late is what an edit changes, not the message that it is in", async () => {
    const world = new World({ autoDefer: autoDefer() });
    world.router.add(component("reply", async (i) => {
      await world.sleep(2_500);
      await i.reply("new");
      await i.edit("newer");
    }));
    await world.handle({ ...other(3, { custom_id: "reply", component_type: 2 }), message: { id: "9" } });
    assertEquals(world.calls, [["POST", "", { content: "new" }], ["PATCH", "/messages/1", {
      content: "newer",
    }]]);
  });

  it("autoDefer: may depend on what was used, and how", async () => {
    const deferred = autoDefer((i) =>
      i.kind === "command" && { after: 100, ephemeral: i.path[0] === "whisper" }
    );
    for (const name of ["whisper", "say"]) {
      const world = new World({ autoDefer: deferred });
      world.router.add(command(name, "Says it", async (i) => {
        await world.sleep(200);
        await i.reply({ content: "done", ephemeral: name === "whisper" });
      }));
      await world.handle(use(name));
      assertEquals(world.first?.response, { type: 5, ...(name === "whisper" && { data: { flags: 64 } }) });
      assertEquals(world.calls, [["PATCH", "/messages/@original", { content: "done" }]]);
    }
    const broken = await run((i) => i.reply("ok"), { autoDefer: autoDefer(() => ({ after: 5_000 })) });
    assertEquals(broken.errors.map((error) => Object(error).name), ["OptionError"]);
  });

  it("autoDefer: a failure is told to the user alone, early or late", async () => {
    const world = await run(
      slow(() => {
        throw new Error("boom");
      }),
      { autoDefer: autoDefer() },
    );
    assertEquals(world.calls, [["DELETE", "/messages/@original", undefined], ["POST", "", FAILED]]);
  });

  it("autoDefer: an explicit deferral that comes later is the same", async () => {
    const world = await run(
      slow(async (i) => {
        await i.defer();
        assertThrows(() => i.reply("x"), CommandError, "an answer already");
        await i.edit("done");
      }),
      { autoDefer: autoDefer() },
    );
    assertEquals([world.calls.length, world.errors], [1, []]);
  });

  it("autoDefer: after it a modal comes too late", async () => {
    const form = { custom_id: "m", title: "M", components: [label("T", textInput("t"))] };
    const world = await run(slow((i) => i.modal(form)), { autoDefer: autoDefer() });
    assertEquals(world.codes, ["invalid_command"]);
  });

  it("autoDefer: defers a component without a trace; update changes its message, reply makes another", async () => {
    const world = new World({ autoDefer: autoDefer() });
    world.router.add(
      component("update", async (i) => {
        await world.sleep(2_500);
        await i.update("changed");
      }),
      component("reply", async (i) => {
        await world.sleep(2_500);
        await i.reply({ content: "for you", ephemeral: true });
      }),
    );
    const message = { id: "9" };
    await world.handle({ ...other(3, { custom_id: "update", component_type: 2 }), message });
    assertEquals(world.first?.response, { type: 6 });
    await world.handle({ ...other(3, { custom_id: "reply", component_type: 2 }), message });
    assertEquals(world.calls, [
      ["PATCH", "/messages/@original", { content: "changed" }],
      ["POST", "", { content: "for you", flags: 64 }],
    ]);
    assertEquals(world.errors, []);
  });

  it("autoDefer: defers a modal that a command showed as a message", async () => {
    const world = new World({ autoDefer: autoDefer() });
    world.router.add(modal("m", { title: "M", components: [label("T", textInput("t"))] }, async (i) => {
      await world.sleep(2_500);
      assertThrows(() => i.update("x"), CommandError, "a command showed");
      await i.reply(i.fields.t);
    }));
    const components = [{ type: 18, component: { type: 4, custom_id: "t", value: "typed" } }];
    await world.handle(other(5, { custom_id: "m", components }));
    assertEquals(world.first?.response, { type: 5 });
    assertEquals(world.calls, [["PATCH", "/messages/@original", { content: "typed" }]]);
  });
});
