import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { describe, it, test } from "node:test";
import {
  autoDefer,
  command,
  component,
  InteractionRouter,
  label,
  option,
  textInput,
} from "../../../src/discord/interactions/mod.ts";
import { CommandError, TimeoutError } from "../../../src/protocol/errors.ts";
import { other, typed, use } from "./_payloads.ts";
import { type Handler, run, World } from "./_world.ts";

const FAILED = {
  content: "Something went wrong with this command. Please try again later.",
  flags: 64,
  allowed_mentions: { parse: [] },
};

describe("first answers", () => {
  it("defer: takes only the flag EPHEMERAL; IS_COMPONENTS_V2 goes on the edit", async () => {
    const world = await run(async (i) => {
      await i.defer({ ephemeral: true });
      await i.edit({ flags: 32768, components: [{ type: 10, content: "text" }] });
    });
    assertEquals(world.first?.response, { type: 5, data: { flags: 64 } });
    assertEquals(world.calls, [
      ["PATCH", "/messages/@original", { flags: 32768, components: [{ type: 10, content: "text" }] }],
    ]);
    assertEquals(world.errors, []);
  });

  it("reply: after it another first answer is a typed error, whatever it is", async () => {
    const codes: unknown[] = [];
    await run(async (i) => {
      await i.reply("one");
      const seconds = [
        () => i.reply("two"),
        () => i.defer(),
        () => i.launchActivity(),
        () => i.modal({ custom_id: "m", title: "M", components: [label("T", textInput("t"))] }),
      ];
      for (const second of seconds) {
        codes.push(assertThrows(() => second(), CommandError, "an answer already").code);
      }
      assertEquals(i.replied, true);
    });
    assertEquals(codes, Array(4).fill("invalid_command"));
  });

  it("reply: one later than 3 s is a typed error, and goes nowhere", async () => {
    for (const by of ["response", "callback"] as const) {
      let code: unknown;
      const world = new World();
      world.router.add(command("ping", "Answers pong", async (i) => {
        await world.sleep(3_001);
        code = assertThrows(() => i.reply("too late"), CommandError, "Discord waits").code;
        await i.reply("still too late");
      }));
      await world.handle(use("ping"), by);
      assertEquals([code, world.first, world.calls], ["closed", undefined, []]);
      // That there was none is told once.
      assertEquals(world.errors.map((error) => Object(error).name), ["TimeoutError"]);
    }
  });

  it("InteractionRouter.handle: without an answer for 3 s nobody waits any longer, and that is told", async () => {
    const world = await run((_, sleep) => sleep(3_600_000));
    assertInstanceOf(world.refused, TimeoutError);
    assertEquals([world.firstAt, world.errors], [3_000, [world.refused]]);
    assert(world.refused.message.startsWith('Cannot answer "ping": its handler gave no answer within 3 s'));
  });

  it("InteractionRouter.handle: what fails after 3 s is told as well", async () => {
    const world = await run(async (_, sleep) => {
      await sleep(4_000);
      throw new Error("boom");
    });
    assertEquals(world.codes, [`${world.refused}`, "Error: boom"]);
  });

  it("InteractionRouter.handle: choices that never come are not waited for, whatever else is deferred", async () => {
    const world = new World({ autoDefer: autoDefer() });
    const autocomplete = () => world.sleep(10_000);
    world.router.add(command("find", "Finds", { what: option.string("What", { autocomplete }) }, () => {}));
    const data = {
      id: "1",
      name: "find",
      type: 1,
      options: [{ name: "what", type: 3, value: "", focused: true }],
    };
    await world.handle({ ...use("find"), type: 4, data });
    assertInstanceOf(world.refused, TimeoutError);
    assertEquals(world.firstAt, 3_000);
  });

  it("reply: files that Discord would refuse are a typed error, and a better one may follow", async () => {
    const world = await run((i) => {
      const file = { name: "a.txt", data: "a" };
      for (const files of [[file, file], [{ ...file, name: "a/b" }]]) {
        assertEquals(assertThrows(() => i.reply({ files }), CommandError).code, "invalid_command");
      }
      return i.reply({ files: [file] });
    });
    assertEquals(world.errors, []);
    assertEquals([...world.first?.form?.keys() ?? []], ["payload_json", "files[0]"]);
  });

  it("reply: one that Discord refuses may be replaced by another", async () => {
    let answers = 0;
    const world = new World({}, (path) => path.endsWith("/callback") && answers++ === 0 ? 400 : undefined);
    world.router.add(command("ping", "Answers pong", async (i) => {
      await i.reply("bad").catch(() => {});
      await i.reply("good");
    }));
    await world.handle(use("ping"), "callback");
    assertEquals(world.errors, []);
    assertEquals(world.discord.calls.map(({ body }) => Object(body).data.content), ["bad", "good"]);
  });
});

describe("later answers", () => {
  it("edit, followUp, delete, original: before any first answer they are a typed error", async () => {
    await run(async (i) => {
      for (const early of [() => i.edit("x"), () => i.followUp("x"), () => i.delete(), () => i.original()]) {
        assertEquals(assertThrows(early, CommandError, "no answer yet").code, "invalid_command");
      }
      await i.reply("now");
    });
  });

  it("edit: waits a moment for Discord to take the response to its request", async () => {
    let at = 0;
    const world: World = await run(async (i) => {
      await i.reply("one");
      await i.edit("two");
      at = 1;
    });
    assertEquals([world.firstAt, world.clock.now() - 1_000_000 >= 250, at], [0, true, 1]);
  });

  it("edit, followUp: what comes before Discord has taken the answer is tried again, and nothing is held against it", async () => {
    for (const knownAt of [0, 400, 2_000, 6_000]) {
      const world: World = new World({}, () => world.elapsed < knownAt ? "unknown" : undefined);
      world.router.add(command("ping", "Answers pong", async (i) => {
        await i.reply("one");
        await i.edit("two");
        await i.followUp("three");
      }));
      await world.handle(use("ping"));
      assertEquals(world.errors, []);
      assertEquals(world.discord.calls.slice(-2).map(({ method }) => method), ["PATCH", "POST"]);
    }
  });

  it("edit: what Discord never comes to know is given up after some seconds, as Discord's refusal", async () => {
    const world: World = new World({}, () => "unknown");
    const failed: unknown[] = [];
    world.router.add(command("ping", "Answers pong", async (i) => {
      await i.reply("one");
      await i.edit("two").catch((error) => failed.push(error.discordCode, world.elapsed < 15_000));
    }));
    await world.handle(use("ping"));
    assertEquals(failed, [10015, true]);
  });

  it("edit, followUp, delete, original: after 15 minutes they are a typed error", async () => {
    const world = await run(async (i, sleep) => {
      await i.reply("one");
      await sleep(15 * 60_000 - 1);
      await i.edit("two");
      await sleep(1);
      for (const late of [() => i.edit("x"), () => i.followUp("x"), () => i.delete(), () => i.original()]) {
        assertEquals(assertThrows(late, CommandError, "15 minutes").code, "closed");
      }
    });
    assertEquals([world.errors, world.calls], [[], [["PATCH", "/messages/@original", { content: "two" }]]]);
  });

  it("edit, followUp, delete, original: are asked of Discord, each by ID too", async () => {
    const world = await run(async (i) => {
      await i.reply("one");
      const { id } = await i.followUp({ content: "two", ephemeral: true });
      await i.edit("three", id);
      await i.original();
      await i.delete(id);
      await i.delete();
    });
    assertEquals(world.calls, [
      ["POST", "", { content: "two", flags: 64 }],
      ["PATCH", "/messages/1", { content: "three" }],
      ["GET", "/messages/@original", undefined],
      ["DELETE", "/messages/1", undefined],
      ["DELETE", "/messages/@original", undefined],
    ]);
  });

  it("followUp: is no way to give a deferred message, since its flags would be ignored", async () => {
    const world = await run(async (i) => {
      await i.defer();
      const error = assertThrows(() => i.followUp({ content: "for you", ephemeral: true }), CommandError);
      assertEquals(error.code, "invalid_command");
      await i.edit("for all");
      await i.followUp({ content: "for you", ephemeral: true });
    });
    assertEquals(world.calls.length, 2);
  });

  it("followUp: an app that only the user installed may do so five times", async () => {
    const follow: Handler = async (i) => {
      await i.reply("0");
      for (let n = 1; n <= 6; n++) await i.followUp(String(n));
    };
    const own = await run(follow, {}, { authorizing_integration_owners: { 1: "3" } });
    assertEquals([own.codes, own.calls.length], [["invalid_command"], 5]);
    const both = await run(follow, {}, { authorizing_integration_owners: { 0: "8", 1: "3" } });
    assertEquals([both.codes, both.calls.length], [[], 6]);
  });

  it("edit: after a modal there is no message for it", async () => {
    await run(async (i) => {
      await i.modal({ custom_id: "m", title: "M", components: [label("T", textInput("t"))] });
      assertThrows(() => i.edit("x"), CommandError, "no message");
    });
  });

  it("waitUntil: what is not awaited is waited for, and its failure is told", async () => {
    const world = new World({}, (path) => path.endsWith("@original") ? 400 : undefined);
    world.router.add(command("ping", "Answers pong", async (i) => {
      await i.reply("one");
      void i.edit("two");
      i.waitUntil(world.sleep(500).then(() => Promise.reject(new Error("in the background"))));
    }));
    await world.handle(use("ping"));
    assertEquals(world.calls.length, 1);
    assertEquals(world.errors.map((error) => Object(error).name), ["DiscordHttpError", "Error"]);
  });
});

describe("failures", () => {
  it("InteractionRouter.handle: a failure after a deferral edits it, so that nobody waits for ever", async () => {
    const world = await run(async (i) => {
      await i.defer();
      throw new Error("boom");
    });
    assertEquals(world.calls, [
      ["PATCH", "/messages/@original", { content: FAILED.content, allowed_mentions: { parse: [] } }],
    ]);
    assertEquals(world.codes, ["Error: boom"]);
  });

  it("InteractionRouter.handle: an edit that Discord refuses leaves nobody waiting, either", async () => {
    let edits = 0;
    const world = new World({}, (path) => path.endsWith("@original") && edits++ === 0 ? 400 : undefined);
    world.router.add(command("ping", "Answers pong", async (i) => {
      await i.defer();
      await i.edit("refused");
    }));
    await world.handle(use("ping"));
    assertEquals(world.calls.map((call) => Object(call)[2].content), ["refused", FAILED.content]);
    assertEquals(world.errors.map((error) => Object(error).name), ["DiscordHttpError"]);
  });

  it("InteractionRouter.handle: to get the deferred message does not give it", async () => {
    const world = await run(async (i) => {
      await i.defer();
      await i.original();
    });
    assertEquals(world.codes, ["invalid_command"]);
  });

  it("InteractionRouter.handle: a deferral that nothing follows is a failure, too", async () => {
    const world = await run((i) => i.defer());
    assertEquals([world.codes, world.calls.length], [["invalid_command"], 1]);
    assertInstanceOf(world.errors[0], CommandError);
    assert(world.errors[0].message.includes("deferred, and ended"));
  });

  it("InteractionRouter.handle: a failure after a deferred update is told to the user alone", async () => {
    const world = new World();
    world.router.add(component("x", async (i) => {
      await i.deferUpdate();
      throw new Error("boom");
    }));
    await world.handle({ ...other(3, { custom_id: "x", component_type: 2 }), message: { id: "9" } });
    assertEquals(world.calls, [["POST", "", FAILED]]);
  });

  it("onError: says what the user is told", async () => {
    const fail: Handler = () => Promise.reject(new Error("boom"));
    const text = await run(fail, { onError: (error) => `It failed: ${Object(error).message}` });
    assertEquals(text.first?.response, {
      type: 4,
      data: { content: "It failed: boom", flags: 64, allowed_mentions: { parse: [] } },
    });
    const message = await run(fail, { onError: () => Promise.resolve({ content: "Oops", ephemeral: true }) });
    assertEquals(message.first?.response, { type: 4, data: { content: "Oops", flags: 64 } });
  });

  it("InteractionRouter.handle: of a failure after a reply nothing is said to the user", async () => {
    const world = await run(async (i) => {
      await i.reply("pong");
      throw new Error("boom");
    });
    assertEquals([world.first?.response, world.calls], [{ type: 4, data: { content: "pong" } }, []]);
    assertEquals(world.codes, ["Error: boom"]);
  });
});

test("InteractionRouter: without a client for it, later answers go to Discord's API without a bot's token", async () => {
  const { fetch } = globalThis;
  const seen: Request[] = [];
  globalThis.fetch = (input, init) => {
    seen.push(new Request(input, init));
    return Promise.resolve(Response.json({ id: "1" }));
  };
  try {
    let work: Promise<unknown> = Promise.resolve();
    const router = new InteractionRouter().add(command("ping", "Answers pong", async (i) => {
      await i.reply("one");
      await i.followUp("two");
    }));
    await router.handle(typed(use("ping")), { waitUntil: (of) => work = of });
    await work;
  } finally {
    globalThis.fetch = fetch;
  }
  assertEquals(seen.map(({ url }) => url), [
    "https://discord.com/api/v10/webhooks/2/aW50ZXJhY3Rpb246c2VjcmV0",
  ]);
  assertEquals(seen[0]?.headers.get("authorization"), null);
});
