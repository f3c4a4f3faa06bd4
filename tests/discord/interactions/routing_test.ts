import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import {
  answerByCallback,
  autoDefer,
  checks,
  command,
  component,
  fallback,
  InteractionRouter,
  label,
  type Middleware,
  modal,
  option,
  subcommand,
  textInput,
  userCommand,
} from "../../../src/discord/interactions/mod.ts";
import { CommandError, OptionError, ProtocolError } from "../../../src/protocol/errors.ts";
import { other, typed, use } from "./_payloads.ts";

async function contentOf(router: InteractionRouter, payload: object): Promise<string | undefined> {
  const { response } = await router.handle(typed(payload));
  return "data" in response && response.data && "content" in response.data
    ? response.data.content
    : undefined;
}

const click = (custom_id: string, component_type = 2, more: object = {}) => ({
  ...other(3, { custom_id, component_type, ...more }),
  message: { id: "9" },
});

const answer = (name: string, content: string) => command(name, "Answers", (i) => i.reply(content));

describe("InteractionRouter.add", () => {
  it("InteractionRouter.add: tells commands of one name apart by their type", async () => {
    const router = new InteractionRouter().add(
      answer("look", "slash"),
      userCommand("look", (i) => i.reply("user")),
    );
    const user = { ...use("look", 2), data: { id: "4", type: 2, name: "look", target_id: "5" } };
    const resolved = { users: { 5: { id: "5" } } };
    assertEquals(await contentOf(router, use("look")), "slash");
    assertEquals(await contentOf(router, { ...user, data: { ...user.data, resolved } }), "user");
    assertThrows(() => router.add(answer("look", "again")), OptionError, '"look"');
  });

  it("InteractionRouter.add: prefers a custom_id without parameters, then what was added first", async () => {
    const router = new InteractionRouter().add(
      component("a:{x}", (i) => i.reply(`x ${i.params.x}`)),
      component("{y}:{z}", (i) => i.reply(`yz ${i.params.y} ${i.params.z}`)),
      component("a:b", (i) => i.reply("exact")),
    );
    assertEquals(await contentOf(router, click("a:b")), "exact");
    assertEquals(await contentOf(router, click("a:c")), "x c");
    assertEquals(await contentOf(router, click("b:c")), "yz b c");
  });

  it("InteractionRouter.add: tells components of one custom_id apart by their kind", async () => {
    const router = new InteractionRouter().add(
      component("x", "button", (i) => i.reply("button")),
      component("x", "string_select", (i) => i.reply(i.values.join())),
    );
    assertEquals(await contentOf(router, click("x")), "button");
    assertEquals(await contentOf(router, click("x", 3, { values: ["a", "b"] })), "a,b");
    assert((await contentOf(router, click("x", 5, { values: [] })))?.startsWith("This bot does not know"));
  });

  it("InteractionRouter.add: refuses two that match just the same", () => {
    const form = { title: "M", components: [label("T", textInput("t"))] } as const;
    const router = new InteractionRouter().add(component("a:{x}", () => {}), modal("a:{x}", form, () => {}));
    assertThrows(() => router.add(component("a:{y}", () => {})), OptionError, '"a:{y}"');
    assertThrows(() => router.add(modal("a:{y}", form, () => {})), OptionError, '"a:{y}"');
    assertThrows(() => router.add(fallback(() => {}), fallback(() => {})), OptionError, "fallback");
  });

  it("InteractionRouter.add: takes over all that another router has, which can then change no more", async () => {
    const part = new InteractionRouter().add(answer("a", "A"), component("x", (i) => i.update("X")));
    const router = new InteractionRouter().add(
      part,
      answer("b", "B"),
      new InteractionRouter().add(answer("c", "C")),
    );
    assertEquals(router.commands().map(({ name }) => name), ["a", "b", "c"]);
    assertEquals([await contentOf(router, use("a")), await contentOf(router, click("x"))], ["A", "X"]);
    assertEquals(await contentOf(part, use("a")), "A");
    assertThrows(() => part.add(answer("d", "D")), OptionError, "part of another: change it before that");
    assertThrows(() => part.use((_, next) => next()), OptionError, "part of another");
    assertThrows(() => router.add(router), OptionError, "itself");
  });

  it("InteractionRouter.add: gives a part its own onError and autoDefer, and else those of the whole", async () => {
    const told: string[] = [];
    const fail = (name: string) => command(name, "Fails", () => Promise.reject(new Error(name)));
    const router = new InteractionRouter({ checks, onError: () => void told.push("whole") }).add(
      new InteractionRouter({ checks, onError: () => void told.push("part") }).add(fail("a")),
      new InteractionRouter().add(fail("b")),
    );
    for (const name of ["a", "b"]) await contentOf(router, use(name));
    assertEquals(told, ["part", "whole"]);
    assertThrows(() => autoDefer({ after: 3_000 }), OptionError, "3000");
    assertThrows(() => autoDefer({ after: -1 }), OptionError, "-1");
  });
});

describe("InteractionRouter.use", () => {
  const note = (told: string[], name: string): Middleware => async (_, next) => {
    told.push(`> ${name}`);
    await next();
    told.push(`< ${name}`);
  };

  it("InteractionRouter.use: runs around handlers, the first outermost, those of a part inside of the whole's", async () => {
    const told: string[] = [];
    const part = new InteractionRouter().use(note(told, "part")).add(answer("a", "A"));
    const router = new InteractionRouter().add(part, answer("b", "B")).use([
      note(told, "1"),
      note(told, "2"),
    ]);
    await contentOf(router, use("a"));
    await new Promise((resolve) => setImmediate(resolve));
    assertEquals(told, ["> 1", "> 2", "> part", "< part", "< 2", "< 1"]);
    told.length = 0;
    await contentOf(router, use("b"));
    assertEquals(told.slice(0, 2), ["> 1", "> 2"]);
  });

  it("InteractionRouter.use: may answer instead of the handler, and catch what it throws", async () => {
    const guarded = new InteractionRouter()
      .use((i, next) => i.kind === "command" && i.name === "a" ? i.reply("no") : next())
      .use(async (i, next) => {
        try {
          await next();
        } catch (error) {
          if (i.kind === "command") await i.reply(`caught ${Object(error).message}`);
        }
      })
      .add(answer("a", "A"), command("b", "B", () => Promise.reject(new Error("boom"))));
    assertEquals(await contentOf(guarded, use("a")), "no");
    assertEquals(await contentOf(guarded, use("b")), "caught boom");
  });

  it("InteractionRouter.use: one that neither goes on nor answers is a handler that never answers", async () => {
    const errors: unknown[] = [];
    const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error) })
      .use(() => {}).add(answer("a", "A"));
    assert((await contentOf(router, use("a")))?.startsWith("Something went wrong"));
    assert(errors[0] instanceof CommandError);
  });

  it("InteractionRouter.use: may go on once", async () => {
    const errors: unknown[] = [];
    const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error) })
      .use(async (_, next) => {
        await next();
        await next();
      }).add(answer("a", "A"));
    assertEquals(await contentOf(router, use("a")), "A");
    await new Promise((resolve) => setImmediate(resolve));
    assert(errors[0] instanceof CommandError && errors[0].message.includes("call next once"));
  });
});

describe("InteractionRouter.handle", () => {
  const errors: unknown[] = [];
  const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error) }).add(
    command("need", "Needs", { a: option.string("A", { required: true }), b: option.user("B") }, (i) => {
      return i.reply(i.options.a);
    }),
    command("sub", "Has", { x: subcommand("X", (i) => i.reply("X")) }),
  );
  const need = (options: object, resolved?: object) => ({
    ...use("need"),
    data: { id: "4", type: 1, name: "need", options, resolved },
  });

  it("InteractionRouter.handle: reports what does not fit the definition, and answers all the same", async () => {
    const outdated = [
      need([]),
      need([{ name: "a", type: 4, value: 1 }]),
      need([{ name: "a", type: 3, value: "x" }, { name: "b", type: 6, value: "5" }], { users: {} }),
      need([{ name: "a", type: 3, value: "x" }, { name: "b", type: 6, value: "__proto__" }], { users: {} }),
    ];
    for (const payload of outdated) {
      errors.length = 0;
      assert((await contentOf(router, payload))?.startsWith("Something went wrong"));
      assert(errors[0] instanceof ProtocolError, String(errors[0]));
    }
    assertEquals(await contentOf(router, need([{ name: "a", type: 3, value: "x" }])), "x");
  });

  it("InteractionRouter.handle: tells the user of a subcommand that is gone", async () => {
    const gone = {
      ...use("sub"),
      data: { id: "4", type: 1, name: "sub", options: [{ name: "y", type: 1 }] },
    };
    assert((await contentOf(router, gone))?.startsWith('This bot has no command "sub"'));
  });

  it("InteractionRouter.handle: answers no choices where nothing suggests any, or that fails", async () => {
    const failing = new InteractionRouter({ checks }).add(command("c", "C", {
      a: option.string("A", {
        autocomplete: () => {
          throw new Error("boom");
        },
      }),
      many: option.integer("B", {
        autocomplete: (i) => i.suggest(Array.from({ length: 26 }, (_, n) => n)),
      }),
      quiet: option.string("C", { autocomplete: () => {} }),
    }, () => {}));
    for (const name of ["a", "many", "quiet", "other"]) {
      const options = [{ name, type: 3, value: "", focused: true }];
      const { response } = await failing.handle(typed(other(4, { id: "4", type: 1, name: "c", options })));
      assertEquals(response, { type: 8, data: { choices: [] } });
    }
  });

  it("InteractionRouter.handle: a fallback gets what nothing matches, of every kind", async () => {
    const kinds: string[] = [];
    const router = new InteractionRouter().add(fallback((i) => {
      kinds.push(i.kind);
      if (i.kind !== "autocomplete") return i.reply("?");
    }));
    const message = { messages: { 5: { id: "5" } } };
    const payloads = [
      use("x"),
      { ...use("x"), data: { id: "4", type: 2, name: "x", target_id: "5", resolved: { users: { 5: {} } } } },
      { ...use("x"), data: { id: "4", type: 3, name: "x", target_id: "5", resolved: message } },
      use("x", 4),
      click("x"),
      other(5, { custom_id: "x", components: [] }),
      other(4, { id: "4", type: 1, name: "x", options: [] }),
    ];
    for (const payload of payloads) await contentOf(router, payload);
    assertEquals(kinds, [
      "command",
      "user_command",
      "message_command",
      "entry_point",
      "component",
      "modal",
      "autocomplete",
    ]);
    assert((await contentOf(router, other(99)))?.startsWith("This bot"));
  });

  it("InteractionRouter.handle: refuses what is no interaction", async () => {
    await assertRejects(() => Reflect.apply(router.handle, router, [{}]), CommandError);
    await assertRejects(
      () => Reflect.apply(answerByCallback, undefined, [router, { type: 1 }, {}]),
      CommandError,
    );
  });
});
