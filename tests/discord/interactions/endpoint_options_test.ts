import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { describe, it } from "node:test";
import {
  command,
  component,
  group,
  interactionHandler,
  InteractionRouter,
  label,
  modal,
  option,
  ReplayGuard,
  subcommand,
  textInput,
  userCommand,
} from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { InteractionClient, SigningKeys } from "../../../testing/mod.ts";
import { Simulation } from "../../../testing/world/simulation.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const NOW = 1_700_000_000_000;

const router = new InteractionRouter().add(
  command("ping", "Answers pong", (i) => i.reply("pong")),
  command("all", "Has all", {
    text: option.string("Text", { autocomplete: (i) => i.suggest([i.value]) }),
    whole: option.integer("Whole"),
    who: option.user("Who"),
    file: option.attachment("File"),
  }, (i) => i.reply(JSON.stringify(i.options) + ".")),
  command("tag", "Keeps texts", { admin: group("A", { clear: subcommand("C", (i) => i.reply("cleared")) }) }),
  userCommand("Look", (i) => i.reply(i.target.user.username)),
  component("vote:{poll}", (i) => i.update(i.params.poll)),
  component("who", "user_select", (i) => i.reply(String(i.values.length))),
  modal(
    "form",
    { title: "F", components: [label("T", textInput("text"))] },
    (i) => i.reply(i.fields.text + "."),
  ),
);
const handler = interactionHandler({ publicKey, router });

describe("InteractionEndpoint", () => {
  it("InteractionEndpoint: while the key changes, both are good, and no other", async () => {
    const next = await SigningKeys.generate();
    const both = interactionHandler({ publicKey: [publicKey, next.publicKey], router });
    for (const good of [keys, next]) {
      assertEquals((await new InteractionClient({ keys: good, handler: both }).ping()).status, 200);
    }
    const stranger = await SigningKeys.generate();
    assertEquals((await new InteractionClient({ keys: stranger, handler: both }).ping()).status, 401);
  });

  it("InteractionEndpoint: the key may come with the request", async () => {
    const endpoint = interactionHandler<{ KEY: string }>({ publicKey: ({ env }) => env.KEY, router });
    const request = () => keys.request(JSON.stringify({ type: 1 }));
    const stranger = await SigningKeys.generate();
    assertEquals((await endpoint(await request(), { KEY: publicKey })).status, 200);
    assertEquals((await endpoint(await request(), { KEY: stranger.publicKey })).status, 401);
  });

  it("InteractionEndpoint: a timestamp outside of the window gets 401, where one was set", async () => {
    const clock = new VirtualClock(NOW);
    const endpoint = interactionHandler({ publicKey, router, maxAge: 5_000, clock });
    const body = JSON.stringify({ type: 1 });
    const at = async (seconds: number) => {
      const headers = await keys.sign(body, String(NOW / 1000 + seconds));
      return (await endpoint(new Request("https://bot.example/", { method: "POST", headers, body }))).status;
    };
    assertEquals([await at(0), await at(-5), await at(5), await at(-6), await at(6)], [
      200,
      200,
      200,
      401,
      401,
    ]);
  });

  it("InteractionEndpoint: what is sent twice gets 401 the second time, where that is guarded", async () => {
    const clock = new VirtualClock(NOW);
    const endpoint = interactionHandler({
      publicKey,
      router,
      replayGuard: new ReplayGuard({ clock }),
      clock,
    });
    const id = String((BigInt(NOW - 1_420_070_400_000) << 22n) + 1n);
    const data = { id: "4", type: 1, name: "ping" };
    const body = JSON.stringify({ type: 2, id, application_id: "2", token: "t", data });
    const headers = await keys.sign(body);
    const send = async () =>
      (await endpoint(new Request("https://bot.example/", { method: "POST", headers, body }))).status;
    assertEquals([await send(), await send()], [200, 401]);
    assertEquals((await endpoint(await keys.request(JSON.stringify({ type: 1 })))).status, 200);
  });

  it("InteractionEndpoint: judges what is signed by the wall clock, also after its machine has slept", async () => {
    const world = new Simulation();
    const { clock } = world.host("bot");
    world.skew("bot", NOW);
    const endpoint = interactionHandler({
      publicKey,
      router,
      maxAge: 60_000,
      replayGuard: new ReplayGuard({ clock }),
      clock,
    });
    const statusOf = async (at: number) => {
      const id = String(BigInt(at - 1_420_070_400_000) << 22n);
      const data = { id: "4", type: 1, name: "ping" };
      const body = JSON.stringify({ type: 2, id, application_id: "2", token: "t", data });
      const headers = await keys.sign(body, String(Math.floor(at / 1_000)));
      return (await endpoint(new Request("https://bot.example/", { method: "POST", headers, body }))).status;
    };
    assertEquals(await statusOf(NOW), 200);
    world.freeze("bot", 600_000, { clockStands: true });
    await world.run(600_000);
    assertEquals([clock.now(), await statusOf(NOW + 600_000), await statusOf(NOW + 1_000)], [0, 200, 401]);
    // It was ten minutes ahead, and is set right.
    world.skew("bot", NOW - 600_000);
    assertEquals(await statusOf(NOW + 1_000), 200);
  });

  it("InteractionEndpoint: refuses at once options that cannot work", () => {
    const options: [object, string][] = [
      [{ publicKey: [] }, "Developer Portal"],
      [{ publicKey: "0".repeat(64) }, "anybody can sign"],
      [{ bodyTimeout: 0 }, "bodyTimeout"],
      [{ publicKey: [publicKey, "x"] }, "Developer Portal"],
      [{ publicKey: null }, "Developer Portal"],
      [{ maxAge: 0 }, "maxAge"],
      [{ maxBodyBytes: -1 }, "maxBodyBytes"],
      [{ answerBy: "pigeon" }, "pigeon"],
    ];
    for (const [option, said] of options) {
      assertThrows(() => interactionHandler(Object({ publicKey, router, ...option })), OptionError, said);
    }
  });
});

describe("InteractionEndpoint, whatever comes", () => {
  const post = (body: BodyInit, headers: HeadersInit) =>
    handler(new Request("https://bot.example/", { method: "POST", headers, body }));

  it("InteractionEndpoint: whatever comes unsigned gets 401 or 413", async () => {
    const header = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    });
    const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 128, maxLength: 128 });
    const property = fc.asyncProperty(
      fc.oneof(header, hex),
      fc.oneof(header, fc.constant("1700000000")),
      fc.uint8Array({ maxLength: 2_000 }),
      async (signature, timestamp, body) => {
        const headers = { "X-Signature-Ed25519": signature, "X-Signature-Timestamp": timestamp };
        return [401, 413].includes((await post(new Uint8Array(body), headers)).status);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it("InteractionEndpoint: whatever comes signed gets 200 or 400, and no promise is left to reject", async () => {
    const rejections: unknown[] = [];
    const onRejection = (event: Event) => {
      event.preventDefault();
      rejections.push(event);
    };
    globalThis.addEventListener?.("unhandledrejection", onRejection);
    const names = fc.constantFrom(
      "ping",
      "all",
      "tag",
      "Look",
      "vote:1",
      "who",
      "form",
      "__proto__",
      "constructor",
    );
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      names,
      fc.constantFrom(-1, 0, 1, 2, 3, 4, 5, 8, 18, 2 ** 53),
      fc.constant({ __proto__: null, hasOwnProperty: 1 }),
    );
    const part = fc.dictionary(
      fc.constantFrom("name", "type", "value", "options", "custom_id", "component"),
      odd,
    );
    const data = fc.record({
      name: fc.oneof(names, odd),
      type: fc.oneof(fc.integer({ min: 0, max: 5 }), odd),
      custom_id: fc.oneof(names, odd),
      component_type: odd,
      options: fc.oneof(fc.array(part, { maxLength: 3 }), odd),
      components: fc.oneof(fc.array(part, { maxLength: 3 }), odd),
      values: fc.oneof(fc.array(odd, { maxLength: 3 }), odd),
      resolved: fc.oneof(fc.dictionary(fc.constantFrom("users", "members"), odd), odd),
      target_id: odd,
    }, { requiredKeys: [] });
    const payload = fc.record({
      id: fc.oneof(fc.constant("1"), odd),
      token: fc.oneof(fc.constant("t"), odd),
      type: fc.oneof(fc.integer({ min: 0, max: 6 }), odd),
      data: fc.oneof(data, odd),
      member: odd,
      user: odd,
      message: odd,
      authorizing_integration_owners: odd,
    }, { requiredKeys: ["id", "token", "type"] });
    const body = fc.oneof(
      { weight: 4, arbitrary: payload.map((value) => new TextEncoder().encode(JSON.stringify(value))) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) },
    );
    const statuses = new Set<number>();
    const property = fc.asyncProperty(body, async (body) => {
      const bytes = new Uint8Array(body);
      const { status } = await post(bytes, await keys.sign(bytes));
      statuses.add(status);
      return status === 200 || status === 400;
    });
    await fc.assert(property, { numRuns: 1_000 });
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.removeEventListener?.("unhandledrejection", onRejection);
    assertEquals([rejections, [...statuses].sort()], [[], [200, 400]]);
  });
});
