import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import type { APIInteractionResponse, APIInteractionResponseCallbackData } from "discord-api-types/v10";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  answerByCallback,
  checks,
  command,
  type CommandHandler,
  type CommandInteraction,
  InteractionRouter,
  type NoOptions,
} from "../../../src/discord/interactions/mod.ts";
import { DiscordRest } from "../../../src/discord/rest/mod.ts";
import { CommandError, OptionError, TimeoutError } from "../../../src/protocol/errors.ts";
import { InteractionRecorder } from "../../../testing/interactions/recorder.ts";
import { other, PING, typed, use } from "./_payloads.ts";

/** The message a response holds. */
function messageOf(response: APIInteractionResponse): APIInteractionResponseCallbackData {
  if (response.type === 4) return response.data;
  throw new Error(`a response of type ${response.type} holds no message`);
}

/** Runs one command, and gives back the response and what was reported. */
async function run(
  handler: CommandHandler<NoOptions, unknown>,
): Promise<{ response: APIInteractionResponse; content: string; flags: number; errors: unknown[] }> {
  const errors: unknown[] = [];
  let work = Promise.resolve();
  const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error) })
    .add(command("ping", "Answers pong", handler));
  const { response } = await router.handle(typed(use("ping")), { waitUntil: (promise) => work = promise });
  await work;
  const { content = "", flags = 0 } = messageOf(response);
  return { response, content, flags, errors };
}

test("InteractionRouter: answers PING with PONG", async () => {
  for (const payload of [PING, { type: 1 }]) {
    assertEquals((await new InteractionRouter().handle(typed(payload))).response, { type: 1 });
  }
});

test("InteractionRouter: a command is answered by its handler", async () => {
  const { response, errors } = await run((i) => i.reply("pong"));
  assertEquals(response, { type: 4, data: { content: "pong" } });
  assertEquals(errors, []);
});

test("InteractionRouter: a reply may carry whatever Discord takes", async () => {
  const { response } = await run((i) => i.reply({ content: "psst", flags: 64, embeds: [{ title: "t" }] }));
  assertEquals(response, { type: 4, data: { content: "psst", flags: 64, embeds: [{ title: "t" }] } });
});

test("InteractionRouter: the handler sees the command and who used it", async () => {
  const { content } = await run((i) => i.reply(`${i.name} by ${i.user?.username} as ${i.payload.data.id}`));
  assertEquals(content, "ping by ada as 4");
});

test("InteractionRouter: the answer goes out with the reply, while the handler works on", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let finished = false;
  let work = Promise.resolve();
  const router = new InteractionRouter().add(command("slow", "Works on", async (i) => {
    await i.reply("on it");
    await gate;
    finished = true;
  }));
  await router.handle(typed(use("slow")), { waitUntil: (promise) => work = promise });
  assertFalse(finished);
  open();
  await work;
  assert(finished);
});

test("InteractionRouter: what nothing matches gets a clear answer that only the user sees", async () => {
  const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
  // A user command of the same name, a name that no object should be asked for, and other types.
  const unmatched = [use("gone"), use("ping", 2), use("__proto__"), use("constructor")];
  const others = [
    { ...other(3, { custom_id: "x" }), message: { id: "9" } },
    other(5, { custom_id: "x" }),
    other(99),
  ];
  for (const payload of [...unmatched, ...others]) {
    const { content, flags, allowed_mentions } = messageOf((await router.handle(typed(payload))).response);
    assertEquals([flags, allowed_mentions], [64, { parse: [] }]);
    assert(content?.startsWith("This bot "));
  }
  const autocomplete = await router.handle(typed(other(4, { name: "ping", type: 1 })));
  assertEquals(autocomplete.response, { type: 8, data: { choices: [] } });
});

for (
  const [how, handler] of [
    ["throws", () => {
      throw new Error("boom");
    }],
    ["rejects", () => Promise.reject(new Error("boom"))],
  ] as [string, CommandHandler<NoOptions, unknown>][]
) {
  test(`InteractionRouter: a handler that ${how} is reported, and still answered`, async () => {
    const { content, flags, errors } = await run(handler);
    assertEquals([content, flags], ["Something went wrong with this command. Please try again later.", 64]);
    assertEquals(errors.map(String), ["Error: boom"]);
  });
}

test("InteractionRouter: a handler that throws after its reply is reported, and its reply stands", async () => {
  const { content, errors } = await run(async (i) => {
    await i.reply("pong");
    throw new Error("boom");
  });
  assertEquals(content, "pong");
  assertEquals(errors.map(String), ["Error: boom"]);
});

test("InteractionRouter: a handler that never replies is reported, and still answered", async () => {
  const { flags, errors } = await run(() => {});
  assertEquals(flags, 64);
  assertInstanceOf(errors[0], CommandError);
  assertEquals(errors[0].code, "invalid_command");
});

test("InteractionRouter: an onError that throws changes nothing", async () => {
  const router = new InteractionRouter({
    onError() {
      throw new Error("again");
    },
  }).add(command("ping", "Answers pong", () => {}));
  assertEquals((await router.handle(typed(use("ping")))).response.type, 4);
});

test("reply: a second one is a typed error, at once, and the first stands", async () => {
  const { content, errors } = await run((i) => {
    i.reply("one");
    i.reply("two");
  });
  assertEquals(content, "one");
  assertInstanceOf(errors[0], CommandError);
  assertEquals(errors[0].code, "invalid_command");
});

test("reply: one that Discord would refuse is a typed error, and a better one may follow", async () => {
  const { content, errors } = await run((i) => {
    for (const bad of ["", "x".repeat(2001)]) {
      const error = assertThrows(() => i.reply(bad), CommandError);
      assertEquals(error.code, "invalid_command");
    }
    return i.reply("good");
  });
  assertEquals([content, errors], ["good", []]);
});

test("reply: one that comes after the handler has ended is told so", async () => {
  let late: CommandInteraction | undefined;
  await run((i) => {
    late = i;
  });
  const error = assertThrows(() => late?.reply("too late"), CommandError);
  assertEquals(error.code, "closed");
});

test("CommandInteraction: shows no token when it is logged", async () => {
  let seen: CommandInteraction | undefined;
  await run((i) => {
    seen = i;
    return i.reply("pong");
  });
  const shown = [inspect(seen, { depth: 9, showHidden: true }), JSON.stringify(seen)];
  for (const text of shown) assertFalse(text.includes("aW50ZXJhY3Rpb246c2VjcmV0"), text);
});

test("InteractionRouter: two commands of one name are refused", () => {
  const ping = command("ping", "Answers pong", (i) => i.reply("pong"));
  const router = new InteractionRouter().add(ping);
  assertThrows(() => router.add(ping), OptionError, '"ping"');
  assertEquals(router.commands(), [{ type: 1, name: "ping", description: "Answers pong" }]);
});

test("InteractionRouter: what is no interaction is refused, such as a promise of one", async () => {
  const router = new InteractionRouter();
  for (const value of [undefined, null, {}, Promise.resolve(typed(PING)), { type: "1" }, { type: 2 }]) {
    const call = () => Reflect.apply(router.handle, router, [value]);
    const error = await assertRejects(call, CommandError);
    assertEquals(error.code, "invalid_command");
  }
});

test("answerByCallback: what Discord waits for no more calls no handler, and is told", async () => {
  const errors: unknown[] = [];
  const late: number[] = [];
  let handled = 0;
  const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error) })
    .add(command("ping", "Answers pong", (i) => (handled++, i.reply("pong"))));
  const rest = new DiscordRest({ token: "a.bot.token", fetch: new InteractionRecorder().fetch });
  const old = typed(use("ping")); // its ID is of 2015
  const error = await assertRejects(
    () => answerByCallback(router, old, { context: undefined, rest }),
    TimeoutError,
  );
  assertMatch(error.message, /^Cannot answer interaction "\d+": it was made \d+\.\d s ago/);
  await answerByCallback(router, old, {
    context: undefined,
    rest,
    expired: (age: number) => void late.push(age),
  });
  assertEquals([handled, errors.length, late.length], [0, 0, 1]);
  await answerByCallback(router, old, { context: undefined, rest, age: 2_000 });
  assertEquals([handled, errors.length, late.length], [1, 0, 1]);
});
