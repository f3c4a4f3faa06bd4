import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { APIApplicationCommandOption } from "discord-api-types/v10";
import * as fc from "fast-check";
import { describe, it, test } from "node:test";
import {
  describeCommandDiff,
  diffCommands,
  registerCommands,
  type RegistrableCommand,
} from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { CommandStore } from "./_command_store.ts";

const ping = { name: "ping", description: "Answers pong" } satisfies RegistrableCommand;
const text = { type: 3, name: "text", description: "What" } as const;
const times = {
  type: 4,
  name: "times",
  description: "How often",
  choices: [{ name: "Once", value: 1 }],
} satisfies APIApplicationCommandOption;
const echo = { name: "echo", description: "Says it", options: [text, times] } satisfies RegistrableCommand;
const highFive = { name: "High Five", type: 2 } satisfies RegistrableCommand;

function register(store: CommandStore, commands: readonly RegistrableCommand[], more: object = {}) {
  return registerCommands({ rest: store.rest, applicationId: "2", commands, ...more });
}

test("registerCommands: creates what Discord lacks, in one request, then finds nothing to do", async () => {
  const store = new CommandStore();
  const diff = await register(store, [ping, echo, highFive]);
  assertEquals(diff.create.map(({ name }) => name), ["ping", "echo", "High Five"]);
  assertEquals(store.writes, ["PUT /applications/2/commands"]);
  const again = await register(store, [ping, echo, highFive]);
  assertEquals([again.create, again.edit, again.delete], [[], [], []]);
  assertEquals(again.unchanged.length, 3);
  assertEquals(store.writes.length, 1);
});

/** What says by Discord's defaults, or in another order, no more than `echo` does. */
const SAME: readonly [what: string, command: RegistrableCommand][] = [
  ["its type", { ...echo, type: 1 }],
  ["nsfw", { ...echo, nsfw: false }],
  ["no permissions", { ...echo, default_member_permissions: null }],
  ["no localisations", { ...echo, name_localizations: null, description_localizations: {} }],
  ["all contexts", { ...echo, contexts: [2, 1, 0] }],
  ["where the application can be installed", { ...echo, integration_types: [1, 0] }],
  ["that it is seen in direct messages", { ...echo, dm_permission: true }],
  ["options' defaults", {
    ...echo,
    options: [
      { ...text, autocomplete: false, name_localizations: {} },
      { ...times, required: false, name_localizations: null },
    ],
  }],
  ["undefined", { ...echo, contexts: undefined, nsfw: undefined } as RegistrableCommand],
];

describe("registerCommands, with nothing to do", () => {
  for (const [what, command] of SAME) {
    it(`registerCommands: to say ${what} is no difference`, async () => {
      const store = new CommandStore();
      store.put(echo);
      const diff = await register(store, [command]);
      assertEquals(diff.edit.map(({ changes }) => changes), []);
      assertEquals(store.writes, []);
    });
  }
});

/** What is a difference from `echo`, and how it is told. */
const CHANGED: readonly [path: string, command: RegistrableCommand][] = [
  ["description", { ...echo, description: "Says it again" }],
  ["nsfw", { ...echo, nsfw: true }],
  ["default_member_permissions", { ...echo, default_member_permissions: "8" }],
  ["name_localizations", { ...echo, name_localizations: { de: "sag" } }],
  ["contexts", { ...echo, contexts: [0] }],
  ["integration_types", { ...echo, integration_types: [1] }],
  ["options.text.required", { ...echo, options: [{ ...text, required: true }, times] }],
  ["options.times.choices", {
    ...echo,
    options: [text, { ...times, choices: [{ name: "Twice", value: 2 }] }],
  }],
  ["options.times", { ...echo, options: [text] }],
  ["options.loud", {
    ...echo,
    options: [...echo.options, { type: 5, name: "loud", description: "Loudly" }],
  }],
  ["options", { ...echo, options: [times, text] }],
];

describe("registerCommands, with a difference", () => {
  for (const mode of ["overwrite", "single"] as const) {
    for (const [path, command] of CHANGED) {
      it(`registerCommands: finds a change of ${path}, and settles it by mode ${mode}`, async () => {
        const store = new CommandStore();
        const { id } = store.put(echo);
        const diff = await register(store, [command], { mode });
        assertEquals(diff.edit.flatMap(({ changes }) => changes).map(({ path }) => path), [path]);
        assertEquals(store.writes, [
          mode === "single" ? `PATCH /applications/2/commands/${id}` : "PUT /applications/2/commands",
        ]);
        assertEquals((await register(store, [command], { mode })).unchanged.length, 1);
        assertEquals(store.list()[0]?.id, id);
        // And back, which takes away what is no longer said.
        const back = await register(store, [echo], { mode });
        assertEquals(back.edit.length, 1);
        assertEquals((await register(store, [echo], { mode })).unchanged.length, 1);
        assertEquals(store.created, 0);
      });
    }
  }
});

test("registerCommands: by mode single, deletes, edits and creates, a request for each", async () => {
  const store = new CommandStore();
  const { id: gone } = store.put({ name: "gone", description: "d" });
  const { id: old } = store.put({ ...ping, description: "Old" });
  await register(store, [ping, echo], { mode: "single" });
  assertEquals(store.writes, [
    `DELETE /applications/2/commands/${gone}`,
    `PATCH /applications/2/commands/${old}`,
    "POST /applications/2/commands",
  ]);
  assertEquals(store.list().map(({ name }) => name), ["ping", "echo"]);
});

test("registerCommands: by mode single, an edit says of options what was said of them, and no more", async () => {
  const store = new CommandStore();
  const sub = { type: 1, name: "one", description: "One", options: [{ ...text, required: true }] };
  const command = { name: "many", description: "d", options: [sub] } as RegistrableCommand;
  store.put({ ...command, options: [{ ...sub, description: "Old" }] });
  await register(store, [command], { mode: "single" });
  // A subcommand is never required, and has no choices.
  assertEquals(store.bodies, [{ options: [sub] }]);
  // What is no longer said has to be said to be gone.
  await register(store, [{ name: "many", description: "d" }], { mode: "single" });
  assertEquals(store.bodies[1], { options: [] });
});

test("registerCommands: a dry run tells and changes nothing", async () => {
  const store = new CommandStore();
  store.put({ name: "gone", description: "d" });
  const diff = await register(store, [ping], { dryRun: true });
  assertEquals([diff.create.length, diff.delete.length], [1, 1]);
  assertEquals(store.writes, []);
});

test("registerCommands: the entry point command stays, whichever the mode", async () => {
  for (const mode of ["overwrite", "single"] as const) {
    const store = new CommandStore();
    const launch = store.put({ name: "launch", type: 4, handler: 2, description: "Launch" });
    const diff = await register(store, [ping], { mode });
    assertEquals(diff.kept.map(({ name }) => name), ["launch"]);
    assertEquals(diff.delete, []);
    const kept = store.list().find(({ type }) => type === 4);
    assertEquals([kept?.id, kept?.handler], [launch.id, 2]);
    assertEquals((await register(store, [ping], { mode })).edit, []);
  }
});

test("registerCommands: an entry point command that is not to be kept is deleted by itself", async () => {
  const store = new CommandStore();
  const { id } = store.put({ name: "launch", type: 4, handler: 2 });
  await register(store, [ping], { keep: () => false });
  assertEquals(store.writes, [`DELETE /applications/2/commands/${id}`, "PUT /applications/2/commands"]);
  assertEquals(store.list().map(({ name }) => name), ["ping"]);
});

test("registerCommands: an entry point command that does not say its handler keeps Discord's", async () => {
  const store = new CommandStore();
  store.put({ name: "launch", type: 4, handler: 2, description: "Go" });
  const diff = await register(store, [{ name: "launch", type: 4, description: "Go" }]);
  assertEquals(diff.unchanged.length, 1);
});

test("registerCommands: keeps what it is told to keep, as it is", async () => {
  const store = new CommandStore();
  const other = store.put({ ...echo, name: "other", contexts: [0] });
  await register(store, [ping], { keep: ({ name }: { name: string }) => name === "other" });
  const { version: _, ...kept } = store.list().find(({ name }) => name === "other") ?? {};
  const { version: _was, ...was } = other;
  assertEquals(kept, was);
});

test("registerCommands: a guild's commands have no contexts, and the global ones stay", async () => {
  const store = new CommandStore();
  store.put(echo);
  const commands = [{ ...ping, contexts: [0], integration_types: [0] } satisfies RegistrableCommand];
  await register(store, commands, { guildId: "3" });
  assertEquals(store.writes, ["PUT /applications/2/guilds/3/commands"]);
  assertEquals((await register(store, commands, { guildId: "3" })).unchanged.length, 1);
  assertEquals(store.list().map(({ name }) => name), ["echo"]);
});

test("registerCommands: asks for the application's ID if it is not told", async () => {
  const store = new CommandStore();
  await registerCommands({ rest: store.rest, commands: [ping], guildId: "3" });
  assertEquals(store.asked[0], "GET /applications/@me");
  assertEquals(store.list("3").length, 1);
});

test("registerCommands: takes back an installation context that is no longer said", async () => {
  for (const mode of ["overwrite", "single"] as const) {
    const store = new CommandStore();
    await register(store, [{ ...ping, integration_types: [1] }], { mode });
    await register(store, [ping], { mode });
    assertEquals(store.list()[0]?.integration_types, [0, 1]);
  }
});

test("registerCommands: refuses names that are there twice, and more than Discord takes", async () => {
  const store = new CommandStore();
  const many = (count: number, type: 1 | 2) =>
    Array.from({ length: count }, (_, i) => ({ name: `n${i}`, type, description: "d" }));
  const refused: [RegistrableCommand[], string, object?][] = [
    [[ping, { ...echo, name: "ping" }], '"ping"'],
    [many(101, 1) as RegistrableCommand[], '"100"'],
    [many(16, 2) as RegistrableCommand[], '"15"'],
    [[{ name: "launch", type: 4 }], '"0"', { guildId: "3" }],
  ];
  for (const [commands, said, more] of refused) {
    await assertRejects(() => register(store, commands, more), OptionError, said);
  }
  await register(store, [ping, { name: "ping", type: 3 }]);
  assertEquals(store.asked.filter((line) => line.startsWith("PUT")).length, 1);
});

test("describeCommandDiff: tells people what would be done, plain", () => {
  const had = new CommandStore();
  had.put({ ...echo, description: "Old" });
  had.put({ name: "gone", description: "d" });
  had.put({ name: "Rude\u001b[2J", type: 3 });
  had.put({ name: "launch", type: 4 });
  had.put(ping);
  const existing = JSON.parse(JSON.stringify(had.list()));
  const wanted = [ping, highFive, { ...echo, options: [{ ...text, required: true }, times] }];
  const told = describeCommandDiff(diffCommands(wanted, existing, { integrationTypes: [0, 1] }));
  assertEquals(
    told,
    [
      '+ "High Five" (user)',
      "~ /echo",
      '    description: "Old" → "Says it"',
      "    options.text.required: false → true",
      "- /gone",
      '- "Rude\\u001b[2J" (message)',
      '1 unchanged; kept: "launch" (entry point)',
    ].join("\n"),
  );
});

test("describeCommandDiff: colours only if it is told to", () => {
  const diff = diffCommands([ping], []);
  assertEquals(describeCommandDiff(diff).includes("\x1b"), false);
  assertStringIncludes(describeCommandDiff(diff, { colors: true }), '\x1b[32m+ /ping: "Answers pong"\x1b[0m');
});

test("registerCommands: whatever is registered is unchanged afterwards, by either mode", async () => {
  const localizations = fc.option(fc.dictionary(fc.constantFrom("de", "fr"), fc.constantFrom("a", "b")));
  const option = fc.record({
    type: fc.constantFrom(3, 4, 5, 6, 7),
    name: fc.constantFrom("a", "b", "c"),
    description: fc.constantFrom("x", "y"),
    required: fc.boolean(),
    choices: fc.array(fc.record({ name: fc.constantFrom("p", "q"), value: fc.constantFrom("1", "2") })),
    channel_types: fc.uniqueArray(fc.integer({ min: 0, max: 5 })),
    name_localizations: localizations,
    min_value: fc.integer(),
  }, { requiredKeys: ["type", "name", "description"] })
    .map(({ choices, ...rest }) => rest.type === 3 && choices ? { ...rest, choices } : rest);
  const command = fc.record({
    name: fc.constantFrom("one", "two", "three"),
    description: fc.constantFrom("x", "y"),
    nsfw: fc.boolean(),
    contexts: fc.uniqueArray(fc.constantFrom(0, 1, 2), { minLength: 1 }),
    integration_types: fc.uniqueArray(fc.constantFrom(0, 1), { minLength: 1 }),
    default_member_permissions: fc.option(fc.constantFrom("0", "8")),
    description_localizations: localizations,
    options: fc.uniqueArray(option, { selector: ({ name }) => name })
      .map((options) =>
        options.toSorted((a, b) => Number(b.required ?? false) - Number(a.required ?? false))
      ),
  }, { requiredKeys: ["name", "description"] });
  const commands = fc.uniqueArray(command, { selector: ({ name }) => name }) as fc.Arbitrary<
    RegistrableCommand[]
  >;
  await fc.assert(
    fc.asyncProperty(
      commands,
      commands,
      fc.constantFrom("overwrite", "single"),
      async (first, second, mode) => {
        const store = new CommandStore();
        for (const wanted of [first, second]) {
          await register(store, wanted, { mode });
          const { unchanged } = await register(store, wanted, { dryRun: true });
          assertEquals(unchanged.length, wanted.length);
          assertEquals(store.list().length, wanted.length);
        }
      },
    ),
    { numRuns: 100 },
  );
});
