import { assert, assertEquals, assertFalse, assertInstanceOf, assertRejects } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { DiscordFile } from "../../../src/discord/rest/mod.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { answer, FakeDiscord, limited, readForm, type Seen } from "./_fakes.ts";

const CHANNEL = "81384788765712384";
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0);

function fake(): FakeDiscord {
  return new FakeDiscord(() => answer(200, { id: "1" }));
}

/** What a request was after its way over the wire. */
async function sent({ seen }: FakeDiscord): Promise<{ payload: unknown; parts: Map<string, File> }> {
  const last = seen.at(-1);
  assert(last);
  const form = await readForm(last);
  const payload = form.get("payload_json");
  assert(typeof payload === "string");
  const parts = new Map<string, File>();
  for (const [name, value] of form) if (value instanceof File) parts.set(name, value);
  return { payload: JSON.parse(payload), parts };
}

async function bytesOf(file: File | undefined): Promise<number[]> {
  assertInstanceOf(file, File);
  return [...new Uint8Array(await file.arrayBuffer())];
}

test("createMessage: uploads blobs, bytes and text as files[n] beside payload_json", async () => {
  const discord = fake();
  const files: DiscordFile[] = [
    { name: "a.png", data: PNG, contentType: "image/png" },
    { name: "naïve ☕.txt", data: "grüße\r\n" },
    { name: "c.json", data: new Blob(["{}"], { type: "application/json" }) },
  ];
  await discord.run(discord.rest.createMessage(CHANNEL, { content: "look" }, { files }));
  const { payload, parts } = await sent(discord);
  assertEquals(payload, { content: "look" });
  assertEquals([...parts.keys()], ["files[0]", "files[1]", "files[2]"]);
  assertEquals([...parts.values()].map(({ name }) => name), files.map(({ name }) => name));
  assertEquals(await bytesOf(parts.get("files[0]")), [...PNG]);
  assertEquals(await parts.get("files[1]")?.text(), "grüße\r\n");
  assertEquals(parts.get("files[0]")?.type, "image/png");
  // Bun names the charset.
  assertEquals(parts.get("files[2]")?.type.split(";", 1), ["application/json"]);
  // The boundary is known to `fetch` alone.
  assertFalse(discord.seen[0]?.headers.has("content-type"));
});

test("createMessage: any bytes under any fair name come through", async () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((name) => !/[\p{Cc}"/\\]/u.test(name) && !/^\.*$/.test(name) && name.isWellFormed());
  const property = fc.asyncProperty(name, fc.uint8Array({ maxLength: 2_000 }), async (name, data) => {
    const discord = fake();
    await discord.run(discord.rest.createMessage(CHANNEL, {}, { files: [{ name, data }] }));
    const [seen] = discord.seen;
    assert(seen);
    const written = await textOf(seen);
    assert(written.includes(`form-data; name="files[0]"; filename="${name}"\r\n`), written);
    // Where Deno reads a form, these end a name though it is in quotes.
    if (/[;=]/.test(name)) return;
    const { parts } = await sent(discord);
    assertEquals(parts.get("files[0]")?.name, name);
    assertEquals(await bytesOf(parts.get("files[0]")), [...data]);
  });
  await fc.assert(property, { numRuns: 100 });
});

test("createMessage: describes files in attachments, beside what the caller says of them", async () => {
  const discord = fake();
  const files = [{ name: "a.png", data: PNG, description: "A cat" }, { name: "b.ogg", data: PNG }];
  await discord.run(discord.rest.createMessage(CHANNEL, {
    attachments: [{ id: 1, waveform: "AA==", duration_secs: 2 }],
  }, { files }));
  assertEquals((await sent(discord)).payload, {
    attachments: [
      { filename: "b.ogg", id: "1", waveform: "AA==", duration_secs: 2 },
      { id: "0", filename: "a.png", description: "A cat" },
    ],
  });
});

test("editMessage: adds files to those that attachments keep, and loses none unasked", async () => {
  const discord = fake();
  const edit = (body: object, file: Partial<DiscordFile> = {}) =>
    discord.run(
      discord.rest.editMessage(CHANNEL, "2", body, { files: [{ name: "n.txt", data: "x", ...file }] }),
    );
  await edit({});
  assertEquals((await sent(discord)).payload, {});
  await edit({ attachments: [{ id: "846462639134605312" }] });
  assertEquals((await sent(discord)).payload, {
    attachments: [{ id: "846462639134605312" }, { id: "0", filename: "n.txt" }],
  });
  // To describe it, attachments must be given, and these would take all others away.
  await assertRejects(() => edit({}, { description: "A text" }), CommandError);
  await edit({ attachments: [] }, { description: "A text" });
  assertEquals((await sent(discord)).payload, {
    attachments: [{ id: "0", filename: "n.txt", description: "A text" }],
  });
});

test("createInteractionResponse: describes files within the message", async () => {
  const discord = fake();
  const files = [{ name: "a.png", data: PNG, description: "A cat" }];
  await discord.run(discord.rest.createInteractionResponse("1", "t", { type: 4, data: {} }, { files }));
  const { payload, parts } = await sent(discord);
  assertEquals(payload, {
    type: 4,
    data: { attachments: [{ id: "0", filename: "a.png", description: "A cat" }] },
  });
  assertEquals(await bytesOf(parts.get("files[0]")), [...PNG]);
});

test("request: describes files within the first message of a forum's thread", async () => {
  const discord = fake();
  const files = [{ name: "a.png", data: PNG, description: "A cat" }];
  const body = { name: "Cats", message: { content: "x" } };
  await discord.run(discord.rest.raw("POST", `/channels/${CHANNEL}/threads`, { body, files }));
  assertEquals((await sent(discord)).payload, {
    name: "Cats",
    message: { content: "x", attachments: [{ id: "0", filename: "a.png", description: "A cat" }] },
  });
});

test("request: uploads the same again after a 429, whatever became of the caller's bytes", async () => {
  const discord = new FakeDiscord((_, index) => index === 0 ? limited(1) : answer(200, { id: "1" }));
  const data = Uint8Array.from(PNG);
  const promise = discord.rest.createMessage(CHANNEL, {}, { files: [{ name: "a.png", data }] });
  data.fill(0);
  await discord.run(promise);
  for (const seen of discord.seen) {
    const file = (await readForm(seen)).get("files[0]");
    assert(file instanceof File);
    assertEquals(await bytesOf(file), [...PNG]);
  }
  assertEquals(discord.times, [0, 1000]);
});

test("request: sends forms and parameters as they are", async () => {
  const discord = fake();
  const form = new FormData();
  form.append("name", "wave");
  form.append("file", new Blob([PNG], { type: "image/png" }), "wave.png");
  await discord.run(discord.rest.raw("POST", "/guilds/1/stickers", { body: form }));
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  await discord.run(discord.rest.raw("POST", "/oauth2/token", { body, auth: false }));
  const [sticker, token] = discord.seen;
  assert(sticker && token);
  assertEquals((await readForm(sticker)).get("name"), "wave");
  assertEquals(await textOf(token), "grant_type=client_credentials");
});

async function textOf({ url, method, sent }: Seen): Promise<string> {
  return await new Request(url, { method, body: sent ?? null }).text();
}

test("request: refuses files it cannot send before anything is sent", async () => {
  const discord = fake();
  const refused: object[] = [
    { name: "" },
    { name: ".." },
    { name: "a/b" },
    { name: "a\\b" },
    { name: 'a"; filename="b' },
    { name: "a\r\nX-Evil: 1" },
    { name: "a\0" },
    { name: "\ud800" },
    { name: "ä".repeat(128) },
    { name: 1 },
    { data: 1 },
    { data: null },
    { contentType: "png" },
    { contentType: "image/png\r\nX-Evil: 1" },
    { description: "x".repeat(1025) },
  ];
  for (const change of refused) {
    const file: DiscordFile = { name: "a", data: "x", ...change };
    const error = await assertRejects(
      () => discord.rest.createMessage(CHANNEL, {}, { files: [file] }),
      CommandError,
    );
    assertEquals(error.code, "invalid_command");
  }
  const file = { name: "a", data: "x" };
  const options = [
    { files: [file, file] },
    { files: [file], body: [] },
    { files: [file], body: "x" },
    { files: [file], body: new FormData() },
    { files: [file], body: { attachments: "x" } },
    { files: [file], body: { bad: 1n } },
  ];
  for (const one of options) {
    await assertRejects(() => discord.rest.raw("POST", "/channels/1/messages", one), CommandError);
  }
  assertEquals(discord.seen.length, 0);
});
