import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { verifyKey } from "discord-interactions";
import { test } from "node:test";
import { label, radioGroup, type RegistrableCommand, textInput } from "../../src/discord/interactions/mod.ts";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import {
  InteractionClient,
  type InteractionClientOptions,
  InteractionRecorder,
  SigningKeys,
} from "../../testing/mod.ts";

type Fields = Record<string, unknown>;
const keys = await SigningKeys.generate();

/** An endpoint that another library verifies requests for, and that takes down what it gets. */
function endpoint(answer: () => Response = () => Response.json({ type: 1 }), options: object = {}) {
  const got: Fields[] = [];
  const handler = async (request: Request) => {
    const body = await request.text();
    const signature = request.headers.get("x-signature-ed25519") ?? "";
    const timestamp = request.headers.get("x-signature-timestamp") ?? "";
    if (!await verifyKey(body, signature, timestamp, keys.publicKey)) {
      return new Response("no", { status: 401 });
    }
    assertEquals(request.headers.get("content-type"), "application/json");
    got.push(JSON.parse(body));
    return answer();
  };
  const client = new InteractionClient({ keys, handler, ...options } as InteractionClientOptions);
  return { client, got, data: () => got[0]?.data as Fields };
}

test("SigningKeys: another library finds its signatures right, and what is forged wrong", async () => {
  const { client, got } = endpoint();
  assertEquals((await client.ping()).type, 1);
  assertEquals((await client.forge()).status, 401);
  assertEquals(got.length, 1);
  assertEquals(/^[0-9a-f]{64}$/.test(keys.publicKey), true);
});

test("InteractionClient: an interaction has what Discord sends with every one", async () => {
  const { client, got } = endpoint();
  await client.command("ping");
  await client.command("ping");
  const [first, second] = got;
  assertEquals(first?.id === second?.id, false);
  assertEquals(first?.token === second?.token, false);
  assertEquals([first?.type, first?.version, first?.application_id, first?.guild_id], [2, 1, "2", "3"]);
  assertEquals([first?.context, first?.authorizing_integration_owners, first?.user], [
    0,
    { 0: "3" },
    undefined,
  ]);
  assertEquals((first?.member as { user: Fields }).user.username, "ada");
});

test("InteractionClient: in direct messages there is a user, no member and no guild", async () => {
  const user = { id: "8", username: "grace" };
  const { client, got } = endpoint(undefined, {
    guildId: null,
    user,
    locale: "de",
    extra: { entitlements: [1] },
  });
  await client.command("ping");
  const [sent] = got;
  assertEquals([sent?.guild_id, sent?.member, (sent?.user as Fields).username], [
    undefined,
    undefined,
    "grace",
  ]);
  assertEquals([sent?.context, sent?.locale, sent?.entitlements], [1, "de", [1]]);
});

test("InteractionClient: options have types, and what they refer to is resolved", async () => {
  const { client, data } = endpoint();
  await client.command("all", {
    path: ["group", "sub"],
    options: {
      text: "x",
      count: 2,
      ratio: 0.5,
      loud: true,
      who: { user: { id: "10", username: "bob" }, member: { nick: "b" } },
      role: { role: { id: "11" } },
      where: { channel: { id: "12" } },
      file: { attachment: { id: "13", filename: "a.png" } },
    },
  });
  const options = [
    { name: "text", type: 3, value: "x" },
    { name: "count", type: 4, value: 2 },
    { name: "ratio", type: 10, value: 0.5 },
    { name: "loud", type: 5, value: true },
    { name: "who", type: 6, value: "10" },
    { name: "role", type: 8, value: "11" },
    { name: "where", type: 7, value: "12" },
    { name: "file", type: 11, value: "13" },
  ];
  assertEquals(data().options, [
    { name: "group", type: 2, options: [{ name: "sub", type: 1, options }] },
  ]);
  const resolved = data().resolved as Record<string, Record<string, Fields>>;
  assertEquals(Object.keys(resolved), ["users", "members", "roles", "channels", "attachments"]);
  assertEquals([resolved.users?.["10"]?.username, resolved.members?.["10"]?.nick], ["bob", "b"]);
  assertEquals(resolved.attachments?.["13"]?.filename, "a.png");
});

test("InteractionClient: with a definition, options get its types, and misuse throws", async () => {
  const commands: RegistrableCommand[] = [{
    name: "mix",
    description: "d",
    options: [
      { type: 10, name: "ratio", description: "d", required: true },
      { type: 9, name: "whom", description: "d" },
      { type: 3, name: "size", description: "d", choices: [{ name: "Small", value: "s" }] },
      { type: 3, name: "city", description: "d", autocomplete: true },
    ],
  }];
  const { client, data } = endpoint(undefined, { commands });
  await client.command("mix", { options: { ratio: 2, whom: { role: { id: "11" } }, size: "s" } });
  assertEquals((data().options as Fields[]).map(({ type }) => type), [10, 9, 3]);
  await client.autocomplete("mix", { options: { city: "Ber" }, focused: "city" });
  const misuse: [() => Promise<unknown>, string][] = [
    [() => client.command("mix", { options: {} }), 'needs the option "ratio"'],
    [() => client.command("mix", { options: { ratio: "2" } }), '"ratio" takes a number, not a text'],
    [
      () => client.command("mix", { options: { ratio: 2, whom: "eve" } }),
      '"whom" takes a user or a role, not a text',
    ],
    [() => client.command("mix", { options: { ratio: 2, size: "m" } }), 'no choice "m"'],
    [() => client.command("mix", { options: { ratio: 2, other: 1 } }), 'no option "other"'],
    [() => client.command("mix", { path: ["sub"] }), 'no subcommand "sub"'],
    [() => client.command("other"), 'no command "other"'],
    [() => client.autocomplete("mix", { focused: "city" }), 'The option "city" has no value yet'],
  ];
  for (const [use, said] of misuse) {
    await assertRejects(async () => await use(), Error, said);
  }
});

test("InteractionClient: an autocomplete says which option is being typed", async () => {
  const { client, got, data } = endpoint();
  await client.autocomplete("find", { options: { city: "Be", count: 4 }, focused: "city" });
  assertEquals(got[0]?.type, 4);
  assertEquals(data().options, [
    { name: "city", type: 3, value: "Be", focused: true },
    { name: "count", type: 4, value: 4 },
  ]);
});

test("InteractionClient: user, message and entry point commands have their targets", async () => {
  const { client, got } = endpoint();
  await client.userCommand("High Five", { user: { id: "10" }, member: {} });
  await client.messageCommand("Quote", { id: "20", content: "hi" });
  await client.entryPoint();
  const [user, message, launch] = got.map(({ data }) => data as Record<string, Fields> & Fields);
  assertEquals([user?.type, user?.target_id, Object.keys(Object(user?.resolved))], [2, "10", [
    "users",
    "members",
  ]]);
  assertEquals([message?.type, message?.target_id], [3, "20"]);
  assertEquals(Object(message?.resolved).messages["20"].content, "hi");
  assertEquals([launch?.type, launch?.name], [4, "launch"]);
});

test("InteractionClient: clicks and choices carry the message they are on", async () => {
  const { client, got } = endpoint(() => Response.json({ type: 4, data: { content: "Vote" } }));
  const reply = await client.command("vote");
  await client.click("yes", { message: reply });
  await client.select("colour", ["red"]);
  await client.select("who", [{ user: { id: "10" } }]);
  const [, click, select, who] = got;
  assertEquals(click?.data, { custom_id: "yes", component_type: 2 });
  assertEquals((click?.message as Fields).content, "Vote");
  assertEquals(select?.data, { custom_id: "colour", component_type: 3, values: ["red"] });
  assertEquals([Object(who?.data).component_type, Object(who?.data).values], [5, ["10"]]);
  assertEquals(Object(who?.data).resolved.users["10"].username, "ada");
});

test("InteractionClient: submits the modal that it was answered with", async () => {
  const components = [
    label("Name", textInput("name")),
    label("News", { type: 23, custom_id: "news" }),
    label("Day", radioGroup("day", [{ label: "A", value: "a" }, { label: "B", value: "b" }])),
    label("Proof", { type: 19, custom_id: "proof" }),
    label("Who", { type: 7, custom_id: "who" }),
  ];
  const { client, got } = endpoint(() =>
    Response.json({ type: 9, data: { custom_id: "m", title: "M", components } })
  );
  const modal = await client.command("ask");
  await client.submit(modal, {
    name: "Ada",
    proof: [{ attachment: { id: "13" } }],
    who: [{ role: { id: "11" } }],
  });
  const data = Object(got[1]?.data);
  assertEquals([got[1]?.type, data.custom_id], [5, "m"]);
  assertEquals(data.components.map(({ component }: { component: Fields }) => component), [
    { id: 2, custom_id: "name", type: 4, value: "Ada" },
    { id: 4, custom_id: "news", type: 23, value: false },
    { id: 6, custom_id: "day", type: 21, value: null },
    { id: 8, custom_id: "proof", type: 19, values: ["13"] },
    { id: 10, custom_id: "who", type: 7, values: ["11"] },
  ]);
  assertEquals(Object.keys(data.resolved), ["attachments", "roles"]);
  assertThrows(() => client.submit(modal, { other: "x" }), Error, 'no field "other"');
  await client.submit("by-id", { agreed: true });
  assertEquals(Object(got[2]?.data).components[0].component, {
    id: 2,
    custom_id: "agreed",
    type: 23,
    value: true,
  });
});

test("InteractionReply: reads JSON, forms with files, and what is neither", async () => {
  const form = new FormData();
  form.append("payload_json", JSON.stringify({ type: 4, data: { content: "here", flags: 64 } }));
  form.append("files[0]", new Blob(["1,2"]), "a.csv");
  const { client } = endpoint(() => new Response(form));
  const reply = await client.command("report");
  assertEquals([reply.content, reply.isEphemeral, reply.type], ["here", true, 4]);
  const [file] = reply.files;
  assertEquals([file?.name, await file?.text()], ["a.csv", "1,2"]);

  const failed = await endpoint(() => new Response("oh", { status: 500 })).client.ping();
  assertEquals([failed.status, failed.body], [500, "oh"]);
  assertThrows(() => failed.type, Error, '"500"');
  const empty = await endpoint(() => new Response(null, { status: 202 })).client.ping();
  assertEquals([empty.status, empty.body, empty.files], [202, undefined, []]);
});

test("InteractionRecorder: takes down edits, follow-ups and files, and answers as Discord does", async () => {
  const discord = new InteractionRecorder();
  const rest = new DiscordRest({ token: "a.bot.token", fetch: discord.fetch });
  const files = [{ name: "a.txt", data: "abc" }];
  const edited = await rest.editOriginalInteractionResponse("2", "token-1", { content: "done" }, { files });
  const followed = await rest.createFollowupMessage("2", "token-1", { content: "more" });
  await rest.deleteFollowupMessage("2", "token-1", "9");
  await rest.createInteractionResponse("1", "token-2", { type: 5 });
  assertEquals([edited.content, followed.content], ["done", "more"]);
  assertEquals(discord.calls.map(({ method, path }) => `${method} ${path}`), [
    "PATCH /webhooks/2/token-1/messages/@original",
    "POST /webhooks/2/token-1",
    "DELETE /webhooks/2/token-1/messages/9",
    "POST /interactions/1/token-2/callback",
  ]);
  assertEquals(await discord.calls[0]?.files[0]?.text(), "abc");
  assertEquals(discord.find({ path: "token-1", method: "POST" }).length, 1);
});

test("InteractionRecorder: wait resolves to a call made before, or to come, until it is given up", async () => {
  const discord = new InteractionRecorder();
  const rest = new DiscordRest({ token: "a.bot.token", fetch: discord.fetch });
  const coming = discord.wait({ method: "PATCH", path: "token-1" });
  await rest.createFollowupMessage("2", "token-1", { content: "more" });
  await rest.editOriginalInteractionResponse("2", "token-1", { content: "done" });
  assertEquals((await coming).body, { content: "done" });
  assertStringIncludes((await discord.wait({ method: "POST" })).path, "token-1");
  const given = new AbortController();
  const never = discord.wait({ method: "PUT" }, { signal: given.signal });
  given.abort(new Error("enough"));
  await assertRejects(() => never, Error, "enough");
});
