import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, it, test } from "node:test";
import {
  autoDefer,
  checks,
  type Command,
  command,
  entryPoint,
  group,
  InteractionRouter,
  messageCommand,
  type Modal,
  modal,
  option,
  registerCommands,
  subcommand,
  textDisplay,
  userCommand,
} from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";

const done = () => {};

function times<T>(count: number, make: (n: number) => T): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`o${n}`, make(n)]));
}

test("command: takes the names Discord takes", () => {
  for (
    const name of ["ping", "a", "x".repeat(32), "sub-command_2", "l'heure", "проверка", "नमस्ते", "ภาษาไทย"]
  ) {
    assertEquals(command(name, "Does it", done).name, name);
  }
});

/** Adds what is defined to a router that checks. */
const checked = (define: () => Command<unknown> | Modal<string, unknown>) => () =>
  new InteractionRouter({ checks }).add(define());

test("command: refuses the names and descriptions Discord refuses", () => {
  for (const name of ["", "x".repeat(33), "two words", "Ping", "ÉTÉ", "a/b", "😀"]) {
    assertThrows(checked(() => command(name, "Does it", done)), OptionError, `command "${name}"`);
    assertThrows(
      checked(() => command("ok", "Does it", { [name]: option.string("A") }, done)),
      OptionError,
      `"${name}"`,
    );
  }
  for (const description of ["", "x".repeat(101)]) {
    assertThrows(checked(() => command("ping", description, done)), OptionError, "1 to 100");
    assertThrows(
      checked(() => command("ping", "Does it", { a: option.user(description) }, done)),
      OptionError,
      '"a"',
    );
  }
});

test("command: is registered as Discord wants it", () => {
  const json = command(
    "all",
    "Has all",
    {
      text: option.string("Text", { required: true, choices: ["a", { name: "B", value: "b" }] }),
      city: option.string("City", { autocomplete: (i) => i.suggest([]), max_length: 10 }),
      size: option.integer("Size", { min_value: 1, max_value: 3 }),
      where: option.channel("Where", { channel_types: [0] }),
      file: option.attachment("File", { file_types: ["image", ".pdf"] }),
    },
    done,
    {
      name_localizations: { de: "alles" },
      default_member_permissions: 8n,
      integration_types: [0, 1],
      contexts: [0],
      nsfw: true,
      autoDefer: autoDefer(),
    },
  ).json;
  assertEquals(JSON.parse(JSON.stringify(json)), {
    type: 1,
    name: "all",
    description: "Has all",
    name_localizations: { de: "alles" },
    nsfw: true,
    default_member_permissions: "8",
    integration_types: [0, 1],
    contexts: [0],
    options: [
      {
        name: "text",
        type: 3,
        description: "Text",
        required: true,
        choices: [{ name: "a", value: "a" }, { name: "B", value: "b" }],
      },
      { name: "city", type: 3, description: "City", autocomplete: true, max_length: 10 },
      { name: "size", type: 4, description: "Size", min_value: 1, max_value: 3 },
      { name: "where", type: 7, description: "Where", channel_types: [0] },
      { name: "file", type: 11, description: "File", file_types: ["image", ".pdf"] },
    ],
  });
});

test("commands: subcommands, context menus and the entry point are registered as Discord wants them", () => {
  const router = new InteractionRouter().add(
    command("tag", "Keeps texts", {
      list: subcommand("Lists", done),
      admin: group("Administers", {
        clear: subcommand("Clears", { sure: option.boolean("Sure") }, done, {
          name_localizations: { de: "leeren" },
        }),
      }),
    }),
    userCommand("High Five", done),
    messageCommand("Count words", done, { default_member_permissions: null }),
    entryPoint("Launch", "Opens it", (i) => i.launchActivity()),
  );
  assertEquals(JSON.parse(JSON.stringify(router.commands())), [
    {
      type: 1,
      name: "tag",
      description: "Keeps texts",
      options: [
        { type: 1, name: "list", description: "Lists" },
        {
          type: 2,
          name: "admin",
          description: "Administers",
          options: [{
            type: 1,
            name: "clear",
            description: "Clears",
            name_localizations: { de: "leeren" },
            options: [{ name: "sure", type: 5, description: "Sure" }],
          }],
        },
      ],
    },
    { type: 2, name: "High Five" },
    { type: 3, name: "Count words", default_member_permissions: null },
    { type: 4, name: "Launch", description: "Opens it", handler: 1 },
  ]);
  assertEquals(Object(entryPoint("Launch", "Opens it").json).handler, 2);
});

describe("Discord's limits on commands", () => {
  const cases: readonly (readonly [what: string, define: () => Command<unknown>, said: string])[] = [
    ["25 options", () => command("x", "X", times(26, () => option.string("A")), done), '"26" options'],
    ["25 choices", () => {
      const choices = Array.from({ length: 26 }, (_, n) => n);
      return command("x", "X", { a: option.integer("A", { choices }) }, done);
    }, '"26" choices'],
    [
      "25 subcommands",
      () => command("x", "X", times(26, () => subcommand("A", done))),
      '"26" options',
    ],
    ["no empty group", () => command("x", "X", { a: group("A", {}) }), "no subcommand"],
    [
      "required options first",
      () => command("x", "X", { a: option.string("A"), b: option.string("B", { required: true }) }, done),
      "required ones first",
    ],
    [
      "choices or autocomplete",
      () => command("x", "X", { a: option.string("A", { choices: ["a"], autocomplete: done }) }, done),
      "cannot autocomplete",
    ],
    [
      "choice names of 1 to 100 characters",
      () => command("x", "X", { a: option.string("A", { choices: [{ name: "", value: "a" }] }) }, done),
      "1 to 100",
    ],
    [
      "choice values of at most 100 characters",
      () =>
        command(
          "x",
          "X",
          { a: option.string("A", { choices: [{ name: "a", value: "x".repeat(101) }] }) },
          done,
        ),
      "at most 100",
    ],
    [
      "whole choices",
      () => command("x", "X", { a: option.integer("A", { choices: [1.5] }) }, done),
      "whole number",
    ],
    [
      "numbers up to 2^53",
      () => command("x", "X", { a: option.number("A", { max_value: 2 ** 54 }) }, done),
      "2^53",
    ],
    [
      "a range that is one",
      () => command("x", "X", { a: option.number("A", { min_value: 2, max_value: 1 }) }, done),
      "above its max_value",
    ],
    [
      "lengths up to 6000",
      () => command("x", "X", { a: option.string("A", { max_length: 6001 }) }, done),
      "1 to 6000",
    ],
    [
      "a length that is one",
      () => command("x", "X", { a: option.string("A", { min_length: 2, max_length: 1 }) }, done),
      "above its max_length",
    ],
    [
      "10 file types",
      () => command("x", "X", { a: option.attachment("A", { file_types: Array(11).fill(".a") }) }, done),
      '"11" file_types',
    ],
    [
      "known file types",
      () => command("x", "X", { a: option.attachment("A", { file_types: [".a/b"] }) }, done),
      "no file type",
    ],
    [
      "locales that Discord has",
      () => command("x", "X", done, { name_localizations: Object({ tlh: "x" }) }),
      '"tlh"',
    ],
    [
      "localised names as others",
      () => command("x", "X", done, { name_localizations: { de: "Zwei Wörter" } }),
      'name in "de"',
    ],
    [
      "localised descriptions as others",
      () => command("x", "X", done, { description_localizations: { de: "" } }),
      'description in "de"',
    ],
    [
      "permissions that are a bit set",
      () => command("x", "X", done, { default_member_permissions: "ADMIN" }),
      "bit set",
    ],
    ["a handler", () => Reflect.apply(command, undefined, ["x", "X"]), "pass one last"],
    [
      "a handler of each subcommand",
      () => command("x", "X", { a: Reflect.apply(subcommand, undefined, ["X", {}]) }),
      "pass one last",
    ],
    ["names of user commands", () => userCommand("x".repeat(33), done), "1 to 32"],
    ["names of message commands", () => messageCommand("", done), "1 to 32"],
    ["descriptions of entry points", () => entryPoint("x", ""), "1 to 100"],
  ];
  for (const [what, define, said] of cases) {
    it(`command: is held to ${what}`, () => {
      const error = assertThrows(checked(define), OptionError);
      assert(error.message.includes(said), error.message);
    });
  }

  it("command: is held to 8000 characters in all, of each localisation the longest", () => {
    const choices = Array.from(
      { length: 25 },
      (_, n) => ({ name: "n".repeat(100), value: String(n).padStart(100) }),
    );
    // Each option has 2 + 98 characters beside its choices' 5,000.
    const define = (rest: number) =>
      command(
        "x",
        "X",
        {
          oa: option.string("d".repeat(98), { choices }),
          ob: option.string("d".repeat(98), { choices: choices.slice(0, 14) }),
        },
        done,
        { description_localizations: { de: "d".repeat(rest), fr: "d" } },
      );
    // 1 + 200 + 5,000 + 2,800 is one too many even without a description.
    assertThrows(checked(() => define(1)), OptionError, '"8002" characters');
    const exact = () =>
      command("x", "X", {
        oa: option.string("d".repeat(98), { choices }),
        ob: option.string("d".repeat(97), { choices: choices.slice(0, 14) }),
      }, done);
    assertThrows(checked(exact), OptionError, '"8001" characters');
    checked(() =>
      command("x", "X", {
        oa: option.string("d".repeat(98), { choices }),
        ob: option.string("d".repeat(96), { choices: choices.slice(0, 14) }),
      }, done)
    )();
  });
});

test("InteractionRouter: takes as many commands of each type as Discord does", () => {
  const slash = new InteractionRouter({ checks }).add(
    ...Array.from({ length: 100 }, (_, n) => command(`c${n}`, "C", done)),
  );
  assertThrows(() => slash.add(command("c100", "C", done)), OptionError, "at most 100 slash commands");
  const user = new InteractionRouter({ checks }).add(
    ...Array.from({ length: 15 }, (_, n) => userCommand(`c${n}`, done)),
  );
  assertThrows(() => user.add(userCommand("c15", done)), OptionError, "at most 15 user commands");
  slash.add(...Array.from({ length: 15 }, (_, n) => messageCommand(`c${n}`, done)), entryPoint("go", "Go"));
  assertThrows(() => slash.add(messageCommand("c15", done)), OptionError, "at most 15 message commands");
  assertThrows(() => slash.add(entryPoint("go2", "Go")), OptionError, "at most 1 primary entry point");
});

test("modal: is checked when it is added to a router that does so", () => {
  const components = [textDisplay("x")] as const;
  assertThrows(checked(() => modal("m", { title: "", components }, done)), OptionError, 'modal "m"');
  assertThrows(checked(() => modal("m", { title: "x".repeat(46), components }, done)), OptionError, "title");
  assertThrows(checked(() => modal("m", { title: "M", components: [] }, done)), OptionError, "1 to 5");
  assertThrows(() => modal("", { title: "M", components }, done), OptionError);
});

test("command: without checks it is as it was written, and what Discord would refuse is refused when it is registered", async () => {
  const { json } = command("Two Words", "", { a: option.string("A", { choices: [] }) }, done);
  assertEquals(json.name, "Two Words");
  const commands = new InteractionRouter().add(command("Two Words", "", done)).commands();
  const rest = Object({});
  await assertRejects(
    () => registerCommands({ rest, applicationId: "2", commands }),
    OptionError,
    "Two Words",
  );
});

test("command: an option of a type that parley does not know goes as it is", async () => {
  const future = {
    type: 99,
    name: "a",
    description: "A",
    choices: [{ name: "b", value: { c: 1 } }],
    min_value: "x",
  };
  const json = { name: "x", description: "X", options: [future] };
  checks.definition(Object({ kind: "command", json }), []);
  const commands = [Object(json)];
  const rest = Object({ getApplicationCommands: () => Promise.resolve([]) });
  const diff = await registerCommands({ rest, applicationId: "2", guildId: "3", commands, dryRun: true });
  assertEquals(diff.create.map((one) => Object(one).options), [[future]]);
});
