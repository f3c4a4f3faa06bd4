import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  channelSelect,
  checkbox,
  checkboxGroup,
  command,
  component,
  fileUpload,
  interactionHandler,
  InteractionRouter,
  label,
  mentionableSelect,
  modal,
  option,
  radioGroup,
  type ResolvedMentionable,
  roleSelect,
  stringSelect,
  textInput,
  userSelect,
} from "../../../src/discord/interactions/mod.ts";
import { InteractionClient, SigningKeys } from "../../../testing/mod.ts";

const keys = await SigningKeys.generate();
const choices = [{ label: "A", value: "a" }, { label: "B", value: "b" }];

/** What of a mentionable tells it apart. */
const idOf = (one: ResolvedMentionable) =>
  one.kind === "role" ? `role ${one.role.id}` : `user ${one.user.id}`;

/** Everything that a handler got, as it came. */
const got: unknown[] = [];

const first = modal("first", {
  title: "First",
  components: [
    label("Text", textInput("text")),
    label("String", stringSelect("string", choices)),
    label("User", userSelect("user")),
    label("Role", roleSelect("role")),
    label("Channel", channelSelect("channel")),
  ],
}, (i) => {
  const { text, string, user, role, channel } = i.fields;
  got.push(text, string, user.map(({ user }) => user.id), role.map(({ name }) => name));
  got.push(channel.map(({ name }) => name));
  return i.reply("done");
});

const second = modal("second", {
  title: "Second",
  components: [
    label("Mentionable", mentionableSelect("whom")),
    label("File", fileUpload("file")),
    label("Radio", radioGroup("radio", choices, { required: false })),
    label("Boxes", checkboxGroup("boxes", choices)),
    label("Box", checkbox("box")),
  ],
}, (i) => {
  const { whom, file, radio, boxes, box } = i.fields;
  got.push(whom.map(idOf), file.map(({ filename }) => filename), radio, boxes, box);
  return i.reply("done");
});

const router = new InteractionRouter({ onError: (error) => void got.push(error) }).add(
  command("all", "Has all", {
    text: option.string("Text"),
    whole: option.integer("Whole"),
    any: option.number("Any"),
    flag: option.boolean("Flag"),
    who: option.user("Who"),
    where: option.channel("Where"),
    role: option.role("Role"),
    whom: option.mentionable("Whom"),
    which: option.mentionable("Which"),
    file: option.attachment("File"),
  }, (i) => {
    const { who, where, role, whom, which, file, ...plain } = i.options;
    got.push(plain, who?.user.id, who?.member?.nick, where?.name, role?.name, whom && idOf(whom));
    got.push(which && idOf(which), file?.filename);
    return i.reply("done");
  }),
  component("users", "user_select", (i) => {
    got.push(i.values.map(({ user, member }) => [user.id, member?.nick]));
    return i.deferUpdate();
  }),
  component("roles", "role_select", (i) => {
    got.push(i.values.map(({ name }) => name));
    return i.deferUpdate();
  }),
  component("channels", "channel_select", (i) => {
    got.push(i.values.map(({ name }) => name));
    return i.deferUpdate();
  }),
  component("texts", "string_select", (i) => {
    got.push(i.values);
    return i.deferUpdate();
  }),
  component("any", (i) => {
    got.push(i.values);
    return i.deferUpdate();
  }),
  first,
  second,
  command("show", "Shows the modals", { second: option.boolean("The second") }, (i) => {
    return i.options.second ? i.modal(second) : i.modal(first);
  }),
);
const handler = interactionHandler({ publicKey: keys.publicKey, router });
const client = new InteractionClient({ keys, handler, commands: router.commands() });

async function gotBy(use: Promise<unknown>): Promise<unknown[]> {
  got.length = 0;
  await use;
  return [...got];
}

const user = { user: { id: "5", username: "bob" }, member: { nick: "Bobby" } };
const role = { role: { id: "6", name: "mods" } };
const channel = { channel: { id: "8", name: "general" } };
const attachment = { attachment: { id: "9", filename: "a.png" } };

test("command: every kind of option comes as what it stands for", async () => {
  const options = {
    text: "x",
    whole: 3,
    any: 1.5,
    flag: false,
    who: user,
    where: channel,
    role,
    whom: user,
    which: role,
    file: attachment,
  };
  assertEquals(await gotBy(client.command("all", { options })), [
    { text: "x", whole: 3, any: 1.5, flag: false },
    "5",
    "Bobby",
    "general",
    "mods",
    "user 5",
    "role 6",
    "a.png",
  ]);
});

test("command: every kind of option that is left out is undefined", async () => {
  assertEquals(await gotBy(client.command("all")), [
    { text: undefined, whole: undefined, any: undefined, flag: undefined },
    ...Array(7).fill(undefined),
  ]);
});

test("component: what was chosen comes as what it stands for, by its kind", async () => {
  assertEquals(await gotBy(client.select("users", [user])), [[["5", "Bobby"]]]);
  assertEquals(await gotBy(client.select("roles", [role])), [["mods"]]);
  assertEquals(await gotBy(client.select("channels", [channel])), [["general"]]);
  assertEquals(await gotBy(client.select("texts", ["a", "b"])), [["a", "b"]]);
  assertEquals(await gotBy(client.select("any", [role])), [["6"]]);
  assertEquals(await gotBy(client.click("any")), [[]]);
});

test("modal: every kind of field comes as what it stands for", async () => {
  const shown = await client.command("show");
  const fields = { text: "x", string: ["b"], user: [user], role: [role], channel: [channel] };
  assertEquals(await gotBy(client.submit(shown, fields)), ["x", ["b"], ["5"], ["mods"], ["general"]]);
  const more = await client.command("show", { options: { second: true } });
  const others = { whom: [role], file: [attachment], radio: "a", boxes: ["a", "b"], box: true };
  assertEquals(await gotBy(client.submit(more, others)), [["role 6"], ["a.png"], "a", ["a", "b"], true]);
});

test("modal: every kind of field that is left empty says so", async () => {
  assertEquals(await gotBy(client.submit(await client.command("show"))), ["", [], [], [], []]);
  const more = await client.command("show", { options: { second: true } });
  assertEquals(await gotBy(client.submit(more)), [[], [], null, [], false]);
});

test("modal: one that comes without a field, or with another in its place, is reported", async () => {
  for (const fields of [{ text: "x" }, { text: true, string: [], user: [], role: [], channel: [] }]) {
    const [error] = await gotBy(client.submit("first", fields));
    assertEquals(Object(error).code, "protocol_violation");
  }
});

test("modal: a radio group of which nothing was chosen, though it is required, is reported", async () => {
  const errors: unknown[] = [];
  const components = [
    label("Radio", radioGroup("radio", [{ label: "A", value: "a" }, { label: "B", value: "b" }])),
  ];
  const strict = new InteractionRouter({ onError: (error) => void errors.push(error) })
    .add(modal("m", { title: "M", components }, (i) => i.reply(i.fields.radio)));
  const handler = interactionHandler({ publicKey: keys.publicKey, router: strict });
  const user = new InteractionClient({ keys, handler });
  const submit = (value: string | null) => {
    const field = { type: 21, custom_id: "radio", value };
    return user.interaction(5, { custom_id: "m", components: [{ type: 18, component: field }] });
  };
  assertEquals([(await submit("a")).content, errors], ["a", []]);
  assertEquals((await submit(null)).isEphemeral, true);
  assertEquals(errors.map((error) => Object(error).code), ["protocol_violation"]);
});
