import { assert, assertThrows } from "@std/assert";
import type {
  APIAttachment,
  APIEntitlement,
  APIInteractionDataResolvedChannel,
  APIMessage,
  APIRole,
  APIUser,
} from "discord-api-types/v10";
import { Hono } from "hono";
import { test } from "node:test";
import type { DiscordGateway } from "../../../src/discord/gateway/mod.ts";
import {
  awaitComponent,
  checkbox,
  checkboxGroup,
  command,
  component,
  type CustomId,
  fileUpload,
  group,
  interactionHandler,
  InteractionRouter,
  label,
  messageCommand,
  modal,
  option,
  radioGroup,
  type ResolvedMentionable,
  type ResolvedUser,
  roleSelect,
  stringSelect,
  subcommand,
  textDisplay,
  textInput,
  userCommand,
  userSelect,
} from "../../../src/discord/interactions/mod.ts";
import { interactions } from "../../../src/hono/mod.ts";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";
import { SigningKeys } from "../../../testing/mod.ts";

/** Compiles only if both types are the same. */
function same<A, B>(
  ..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]
): void {}

const { publicKey } = await SigningKeys.generate();

test("command: what the handler gets of options is inferred, required or not", () => {
  command("all", "Has all options", {
    text: option.string("Text", { required: true }),
    whole: option.integer("Whole", { required: true, min_value: 1 }),
    any: option.number("Any", { required: true }),
    flag: option.boolean("Flag", { required: true }),
    who: option.user("Who", { required: true }),
    where: option.channel("Where", { required: true }),
    role: option.role("Role", { required: true }),
    whom: option.mentionable("Whom", { required: true }),
    file: option.attachment("File", { required: true }),
    maybe: option.string("Maybe"),
    never: option.user("Never", { required: false }),
  }, (i) => {
    same<typeof i.options, {
      readonly text: string;
      readonly whole: number;
      readonly any: number;
      readonly flag: boolean;
      readonly who: ResolvedUser;
      readonly where: APIInteractionDataResolvedChannel;
      readonly role: APIRole;
      readonly whom: ResolvedMentionable;
      readonly file: APIAttachment;
      readonly maybe: string | undefined;
      readonly never: ResolvedUser | undefined;
    }>();
    // @ts-expect-error: no such option
    i.options.other;
    // @ts-expect-error: it may be missing
    i.options.maybe.length;
  });
});

test("command: choices are literal unions, with names or without", () => {
  command("choose", "Has choices", {
    size: option.string("Size", { required: true, choices: ["s", "l"] }),
    sides: option.integer("Sides", { choices: [{ name: "Six", value: 6 }, { name: "Twenty", value: 20 }] }),
  }, (i) => {
    same<typeof i.options.size, "s" | "l">();
    same<typeof i.options.sides, 6 | 20 | undefined>();
    // @ts-expect-error: no such choice
    return i.options.size === "m";
  });
  // @ts-expect-error: a text is no choice of a number
  option.integer("Sides", { choices: ["six"] });
});

test("command: each subcommand has its own options, and a mixture does not compile", () => {
  command("tag", "Keeps texts", {
    show: subcommand("Shows", { name: option.string("Name", { required: true }) }, (i) => {
      same<typeof i.options, { readonly name: string }>();
    }),
    admin: group("Administers", {
      clear: subcommand("Clears", { sure: option.boolean("Sure") }, (i) => {
        same<typeof i.options.sure, boolean | undefined>();
      }),
    }),
  });
  const mixed = { a: option.string("A"), b: subcommand("B", () => {}) };
  // @ts-expect-error: subcommands and other options exclude each other
  assertThrows(() => command("mixed", "Mixes", mixed), OptionError, '"a" is in the wrong place');
  // @ts-expect-error: subcommands have handlers of their own
  assertThrows(() => command("mixed", "Mixes", mixed, () => {}), OptionError, '"b" is in the wrong place');
  // @ts-expect-error: there is no handler
  assertThrows(() => command("none", "None", { a: option.string("A") }), OptionError, "pass a handler");
});

test("userCommand and messageCommand: the target is what it was used on", () => {
  userCommand("Look", (i) => same<typeof i.target, ResolvedUser>());
  messageCommand("Read", (i) => {
    i.target.content.length;
    // @ts-expect-error: a message is no user
    i.target.user;
  });
});

test("component: params come from the pattern, values from the kind", () => {
  const vote = component("vote:{poll}:{choice}", (i) => {
    same<typeof i.params, { readonly poll: string; readonly choice: string }>();
    same<typeof i.values, readonly string[]>();
    // @ts-expect-error: no such parameter
    i.params.other;
  });
  component("who", "user_select", (i) => same<typeof i.values, readonly ResolvedUser[]>());
  component("go", "button", (i) => same<typeof i.values, undefined>());
  // @ts-expect-error: no such kind
  assertThrows(() => component("go", "slider", () => {}), OptionError, "no kind");
  vote.id({ poll: "1", choice: "2" });
  component("go", () => {}).id();
  // @ts-expect-error: a value is missing
  assertThrows(() => vote.id({ poll: "1" }), CommandError, '"choice"');
  // @ts-expect-error: all values are missing
  assertThrows(() => vote.id(), CommandError);
  // @ts-expect-error: a parameter is a text
  assertThrows(() => vote.id({ poll: 1, choice: "2" }), CommandError, '"poll"');
  same<ReturnType<CustomId<"a:{b}">["match"]>, { readonly b: string } | undefined>();
});

test("modal: fields come from its components", () => {
  const names: string[] = ["a"];
  const form = modal("form:{id}", {
    title: "Form",
    components: [
      textDisplay("Please fill in"),
      label("Text", textInput("text")),
      label("Meal", stringSelect("meal", [{ label: "Soup", value: "soup" }])),
      label("Team", roleSelect("team")),
      label("Proof", fileUpload("proof")),
      label(
        "Days",
        checkboxGroup("days", [{ label: "Monday", value: "mon" }, { label: "Friday", value: "fri" }]),
      ),
      label("Any", stringSelect("any", names.map((name) => ({ label: name, value: name })))),
    ],
  }, (i) => {
    same<typeof i.params, { readonly id: string }>();
    same<typeof i.fields, {
      readonly text: string;
      readonly meal: readonly "soup"[];
      readonly team: readonly APIRole[];
      readonly proof: readonly APIAttachment[];
      readonly days: readonly ("mon" | "fri")[];
      readonly any: readonly string[];
    }>();
    // @ts-expect-error: no such field
    i.fields.other;
  });
  modal("more", {
    title: "More",
    components: [
      label("Who", userSelect("who")),
      label("Size", radioGroup("size", [{ label: "S", value: "s" }, { label: "L", value: "l" }])),
      label(
        "Colour",
        radioGroup("colour", [{ label: "R", value: "r" }, { label: "B", value: "b" }], { required: false }),
      ),
      label("News", checkbox("news")),
    ],
  }, (i) => {
    same<typeof i.fields, {
      readonly who: readonly ResolvedUser[];
      readonly size: "s" | "l";
      readonly colour: "r" | "b" | null;
      readonly news: boolean;
    }>();
  });
  command("show", "Shows it", (i) => {
    if (i.guildId === "1") return i.modal(form, { id: "1" });
    // @ts-expect-error: what the custom_id carries is missing
    return i.modal(form);
  });
});

test("interactions: who used it, in which language, and what they bought is always there", () => {
  command("who", "Who", async (i) => {
    same<typeof i.user, APIUser>();
    same<typeof i.locale, string>();
    same<typeof i.entitlements, readonly APIEntitlement[]>();
    same<typeof i.gateway, DiscordGateway | undefined>();
    const nothing = await i.reply("x");
    same<typeof nothing, void>();
    const message = await i.reply({ content: "x", withResponse: true });
    same<typeof message, APIMessage>();
    const click = await awaitComponent(i);
    same<typeof click.values, readonly string[]>();
  });
});

test("interactions: what answers what is told by the types", () => {
  command("ping", "Pings", (i) => {
    // @ts-expect-error: a command has no message to update
    i.update;
    // @ts-expect-error: a command is no autocomplete
    i.suggest;
  });
  modal("m", { title: "M", components: [label("T", textInput("t"))] }, (i) => {
    // @ts-expect-error: a modal cannot show a modal
    i.modal;
  });
  option.string("City", {
    autocomplete: (i) => {
      // @ts-expect-error: choices are texts
      if (i.value === "") return i.suggest([1]);
      // @ts-expect-error: it can only be answered with choices
      i.reply;
    },
  });
});

interface Env {
  readonly env: { readonly DB: number };
}

test("context: what handlers need must come", () => {
  const needy = command("needy", "Needs a database", (i, c: Env) => i.reply(String(c.env.DB)));
  const nested = command("nested", "Needs it, too", {
    sub: subcommand("Inner", (i, c: Env) => i.reply(String(c.env.DB))),
  });
  const typing = command("typing", "Needs it while typing", {
    city: option.string("City", { autocomplete: (i, c: Env) => i.suggest([String(c.env.DB)]) }),
  }, (i) => i.reply("?"));
  const part = new InteractionRouter().add(command("plain", "Needs nothing", (i) => i.reply("plain")));
  const router = new InteractionRouter<Env>().add(needy, nested, typing, part);
  assert(router.commands().length === 4);

  const poor = new InteractionRouter();
  // @ts-expect-error: this router gets no database
  poor.add(needy);
  // @ts-expect-error: nor for a subcommand
  poor.add(nested);
  // @ts-expect-error: nor for an autocomplete
  poor.add(typing);
  // @ts-expect-error: nor for a router
  assertThrows(() => new InteractionRouter().add(new InteractionRouter<Env>(), router, router), OptionError);

  new Hono<{ Bindings: { DB: number } }>().post("/", interactions({ publicKey, router }));
  // @ts-expect-error: this app has no such binding
  new Hono().post("/", interactions({ publicKey, router }));
  new Hono().post("/", interactions({ publicKey, router: part }));

  const handler = interactionHandler({ publicKey, router });
  const use = (request: Request, gateway: DiscordGateway) => {
    handler(request, { DB: 1 });
    // @ts-expect-error: the bindings are missing
    handler(request);
    gateway.use(part);
    gateway.use(router, { env: { DB: 1 } });
    // @ts-expect-error: the bindings are missing
    gateway.use(router);
    // @ts-expect-error: these are others
    gateway.use(router, { env: { KV: 1 } });
  };
  assert(typeof use === "function");
});
