import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { describe, it } from "node:test";
import {
  actionRow,
  autoDefer,
  checks,
  command,
  component,
  entryPoint,
  interactionHandler,
  InteractionRouter,
  label,
  type MessageOptions,
  modal,
  option,
  primaryButton,
  respondByCallback,
  textInput,
  webhookHandler,
} from "../../../src/discord/interactions/mod.ts";
import { DiscordRest } from "../../../src/discord/rest/mod.ts";
import { interactions, webhookEvents } from "../../../src/hono/mod.ts";
import { CommandError, TimeoutError } from "../../../src/protocol/errors.ts";
import { InteractionClient, InteractionRecorder, SigningKeys, Simulation } from "../../../testing/mod.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";
import { within } from "../../_within.ts";

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const errors: unknown[] = [];
const never = new Promise<never>(() => {});
const feedback = modal("feedback", {
  title: "Feedback",
  components: [label("What?", textInput("what"))],
}, (i) => i.reply(i.fields.what));

const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error) }).add(
  command("ping", "Answers pong", (i) => i.reply("pong")),
  command("secret", "Answers you alone", (i) => i.reply({ content: "psst", ephemeral: true })),
  command(
    "file",
    "Sends a file",
    (i) => i.reply({ content: "here", files: [{ name: "a.txt", data: "abc" }] }),
  ),
  command("later", "Answers later", async (i) => {
    await i.defer({ ephemeral: true });
    await i.edit("done");
  }),
  command("ask", "Asks by a modal", (i) => i.modal(feedback)),
  command("fail", "Throws", () => {
    throw new Error("oh");
  }),
  command("slow", "Never answers", () => never, { autoDefer: autoDefer() }),
  command("find", "Finds a city", {
    city: option.string("Which", { autocomplete: (i) => i.suggest([i.name, i.value]) }),
  }, (i) => i.reply(i.options.city ?? "none")),
  component("click", (i) => i.update("clicked")),
  component("quiet", (i) => i.deferUpdate()),
  feedback,
);

/** Every way in by HTTP: what holds for one must hold for the other. */
function doorsOf(options: object = {}) {
  // Without it, what comes after a deferral would be asked of Discord itself.
  const rest = new DiscordRest({ fetch: new InteractionRecorder().fetch });
  const handler = interactionHandler({ publicKey, router, rest, ...options });
  const app = new Hono().post("/interactions", interactions({ publicKey, router, rest, ...options }));
  return {
    interactionHandler: (request: Request) => handler(request),
    interactions: (request: Request) => app.fetch(request),
  };
}

/** Lets time pass until there is a reply, and tells how long it took by the clock. */
async function inTime<T>(world: Simulation, reply: () => Promise<T>): Promise<{ reply: T; after: number }> {
  const from = world.clock.now();
  // Signatures take real time.
  return { reply: await world.until(world.track(reply)), after: world.clock.now() - from };
}

for (const [door, handler] of Object.entries(doorsOf())) {
  const discord = new InteractionClient({ keys, handler });

  describe(`Discord's checklist for endpoints, ${door}`, () => {
    it(`${door}: PING is answered 200, PONG, as JSON`, async () => {
      const { status, headers, body } = await discord.ping();
      assertEquals([status, body], [200, { type: 1 }]);
      assertEquals(headers.get("content-type"), "application/json");
    });

    it(`${door}: 401 for each way in which a signature can be wrong`, async () => {
      const body = '{"type":1}';
      const right = await keys.sign(body);
      const stranger = await SigningKeys.generate();
      const wrong: Record<string, string>[] = [
        {},
        await stranger.sign(body),
        await keys.sign("{}"),
        { ...right, "X-Signature-Timestamp": "1" },
        { ...right, "X-Signature-Timestamp": "" },
        { ...right, "X-Signature-Ed25519": "" },
        { ...right, "X-Signature-Ed25519": right["X-Signature-Ed25519"].slice(1) },
        { ...right, "X-Signature-Ed25519": "z".repeat(128) },
        { ...right, "X-Signature-Ed25519": `${right["X-Signature-Ed25519"]}00` },
        { "X-Signature-Ed25519": right["X-Signature-Ed25519"] },
        { "X-Signature-Timestamp": right["X-Signature-Timestamp"] },
      ];
      for (const headers of wrong) {
        const request = new Request("https://bot.example/interactions", { method: "POST", headers, body });
        assertEquals((await handler(request)).status, 401, JSON.stringify(headers));
      }
      assertEquals((await discord.forge()).status, 401);
    });

    it(`${door}: the raw body is verified, whatever JSON would make of it`, async () => {
      for (const body of [' { "type" : 1 } ', '{"type":1,"name":"\\u00e4 ä 😀"}', '{"type":1}\n']) {
        assertEquals((await handler(await keys.request(body))).status, 200, body);
      }
    });

    it(`${door}: a command is answered 200 with a response, as JSON`, async () => {
      const { status, headers, body } = await discord.command("ping");
      assertEquals([status, body], [200, { type: 4, data: { content: "pong" } }]);
      assertEquals(headers.get("content-type"), "application/json");
    });

    it(`${door}: files go along as payload_json and files[n]`, async () => {
      const reply = await discord.command("file");
      assertEquals(reply.headers.get("content-type")?.startsWith("multipart/form-data; boundary="), true);
      assertEquals([reply.type, reply.content, await reply.files[0]?.text()], [4, "here", "abc"]);
    });

    it(`${door}: a defer has no flag but EPHEMERAL`, async () => {
      assertEquals((await discord.command("later")).body, { type: 5, data: { flags: 64 } });
    });

    it(`${door}: an autocomplete is answered with choices, a modal with type 9, a click with 7 or 6`, async () => {
      const choices = await discord.autocomplete("find", { options: { city: "Ber" }, focused: "city" });
      const of = (name: string) => ({ name, value: name });
      assertEquals([choices.type, choices.data.choices], [8, [of("city"), of("Ber")]]);
      const shown = await discord.command("ask");
      assertEquals([shown.type, shown.data.custom_id], [9, "feedback"]);
      assertEquals((await discord.submit(shown, { what: "that" })).content, "that");
      assertEquals((await discord.click("click")).body, { type: 7, data: { content: "clicked" } });
      assertEquals((await discord.click("quiet")).body, { type: 6 });
    });

    it(`${door}: what nothing answers, and what throws, still gets an answer that Discord takes`, async () => {
      for (
        const reply of [
          await discord.command("gone"),
          await discord.click("gone"),
          await discord.submit("gone"),
          await discord.userCommand("gone", { user: { id: "10" } }),
          await discord.entryPoint(),
          await discord.command("fail"),
        ]
      ) {
        assertEquals([reply.status, reply.type, reply.isEphemeral], [200, 4, true]);
      }
      const choices = await discord.autocomplete("gone", { options: { x: "y" }, focused: "x" });
      assertEquals(choices.body, { type: 8, data: { choices: [] } });
      assertEquals(errors.splice(0).map(String), ["Error: oh"]);
    });

    it(`${door}: interactions of a type yet to come get an answer, not an exception`, async () => {
      assertEquals((await discord.interaction(99, { name: "new" })).status, 200);
    });
  });
}

for (const door of ["interactionHandler", "interactions"] as const) {
  describe(`Discord's time limits, ${door}`, () => {
    it(`${door}: what has no answer is deferred before the 3 seconds are over`, async () => {
      const world = new Simulation();
      const { clock } = world;
      const discord = new InteractionClient({ keys, handler: doorsOf({ clock })[door] });
      const { reply, after } = await inTime(world, () => discord.command("slow"));
      assertEquals(reply.type, 5);
      assertEquals(after > 0 && after < 3_000, true, `${after}`);
    });

    it(`${door}: a request whose handler gives no answer within 3 s ends with 500`, async () => {
      const world = new Simulation();
      const { clock } = world;
      const errors: unknown[] = [];
      const router = new InteractionRouter({ checks, onError: (error) => void errors.push(error) })
        .add(command("stuck", "Never answers", () => never));
      const discord = new InteractionClient({ keys, handler: doorsOf({ clock, router })[door] });
      const { reply, after } = await inTime(world, () => discord.command("stuck"));
      assertEquals([reply.status, after], [500, 3_000]);
      assertInstanceOf(errors[0], TimeoutError);
      assertEquals(errors.length, 1);
    });

    it(`${door}: a request that is answered by the callback endpoint ends within 3 s, too`, async () => {
      const world = new Simulation();
      const { clock } = world;
      const { fetch } = new InteractionRecorder();
      const rest = new DiscordRest({ token: "a.bot.token", fetch, clock, timeout: Infinity });
      const router = new InteractionRouter().add(command("busy", "Works on", async (i) => {
        await i.reply("now");
        await never;
      }));
      const handler = doorsOf({ clock, rest, router, answerBy: respondByCallback })[door];
      const { reply, after } = await inTime(
        world,
        () => new InteractionClient({ keys, handler }).command("busy"),
      );
      assertEquals([reply.status, after], [202, 3_000]);
    });

    it(`${door}: answered by the callback endpoint, the request gets 202 and no body`, async () => {
      const recorder = new InteractionRecorder();
      const rest = new DiscordRest({ token: "a.bot.token", fetch: recorder.fetch });
      const handler = doorsOf({ rest, answerBy: respondByCallback })[door];
      const discord = new InteractionClient({ keys, handler });
      const reply = await discord.command("secret");
      assertEquals([reply.status, reply.body], [202, undefined]);
      const [callback] = recorder.calls;
      assertEquals(callback?.path.endsWith(`/${reply.token}/callback`), true);
      assertEquals(callback?.body, { type: 4, data: { content: "psst", flags: 64 } });
      // Nobody but the response to the request can answer a PING.
      assertEquals((await discord.ping()).body, { type: 1 });
    });

    it(`${door}: the token is good for 15 minutes, and no longer`, async () => {
      const clock = new VirtualClock(1_000_000);
      const recorder = new InteractionRecorder();
      const rest = new DiscordRest({ token: "a.bot.token", fetch: recorder.fetch });
      const outcomes: unknown[] = [];
      const late = new InteractionRouter().add(command("late", "Answers late", async (i) => {
        await i.reply("now");
        clock.advance(15 * 60_000 - 1);
        await i.edit("in time");
        clock.advance(1);
        outcomes.push(assertThrows(() => void i.edit("too late"), CommandError, "15 minutes").code);
      }));
      const handler = doorsOf({ clock, rest, router: late })[door];
      await new InteractionClient({ keys, handler }).command("late");
      while (outcomes.length === 0) await new Promise((resolve) => setImmediate(resolve));
      assertEquals([recorder.calls.map(({ body }) => body), outcomes], [[{ content: "in time" }], [
        "closed",
      ]]);
    });
  });
}

describe("Discord's checklist for webhook events", () => {
  const plain = webhookHandler({ publicKey, on: { ENTITLEMENT_CREATE: () => never } });
  const app = new Hono().post(
    "/events",
    webhookEvents({ publicKey, on: { ENTITLEMENT_CREATE: () => never } }),
  );
  const doors = { webhookHandler: plain, webhookEvents: (request: Request) => app.fetch(request) };
  for (const [door, handler] of Object.entries(doors)) {
    const discord = new InteractionClient({ keys, handler, url: "https://bot.example/events" });
    it(`${door}: PING and events are answered 204 without a body, at once, and forgeries 401`, async () => {
      for (
        const reply of [
          await discord.webhookEvent(),
          await discord.webhookEvent("ENTITLEMENT_CREATE", { id: "1" }),
        ]
      ) {
        assertEquals([reply.status, reply.body], [204, undefined]);
        assertEquals(reply.headers.get("content-type"), "application/json");
      }
      assertEquals((await discord.forge()).status, 401);
    });
  }
});

describe("Discord's limits on answers", () => {
  const V2 = 1 << 15;
  const refused: [what: string, message: object][] = [
    ["content over 2000 characters", { content: "x".repeat(2_001) }],
    ["an 11th embed", { embeds: Array(11).fill({ title: "t" }) }],
    ["embeds over 6000 characters", { embeds: Array(2).fill({ description: "x".repeat(3_001) }) }],
    ["a 41st component", { flags: V2, components: Array(41).fill({ type: 10, content: "t" }) }],
    ["IS_COMPONENTS_V2 beside content", {
      flags: V2,
      content: "x",
      components: [{ type: 10, content: "t" }],
    }],
    ["flags that interactions cannot set", { content: "x", flags: 1 }],
    ["an 11th file", {
      content: "x",
      files: Array.from({ length: 11 }, (_, i) => ({ name: `${i}`, data: "" })),
    }],
    ["an embed's title over 256 characters", { embeds: [{ title: "x".repeat(257) }] }],
    ["an embed's URL that is none", { embeds: [{ title: "t", url: "example" }] }],
    ["a poll of 11 answers", {
      poll: { question: { text: "?" }, answers: Array(11).fill({ poll_media: { text: "a" } }) },
    }],
    ["a poll without a question", { poll: { answers: [{ poll_media: { text: "a" } }] } }],
    ["nothing", {}],
  ];
  /** What Discord takes, and how it arrives. */
  const embed = {
    title: "Report",
    description: "All is well",
    url: "https://example.com/",
    color: 0x5865f2,
    fields: [{ name: "Servers", value: "3", inline: true }],
    image: { url: "attachment://chart.png" },
    timestamp: "2026-01-01T00:00:00.000Z",
  };
  const poll = {
    question: { text: "Tea?" },
    answers: [{ poll_media: { text: "Yes", emoji: { id: "41771983429993937", name: null } } }, {
      poll_media: { text: "No" },
    }],
    duration: 24,
    allow_multiselect: false,
  };
  const own = { id: "41771983429993937", name: "parley", animated: true };
  const taken: [what: string, message: MessageOptions, files: number][] = [
    ["an embed as a plain object, with its file", {
      embeds: [embed],
      files: [{ name: "chart.png", data: "c" }],
    }, 1],
    ["a poll", { poll }, 0],
    ["the application's own emojis", {
      content: "<a:parley:41771983429993937>",
      components: [actionRow(primaryButton("go", { emoji: own }))],
    }, 0],
  ];
  for (const [what, message, files] of taken) {
    it(`reply: takes ${what}`, async () => {
      const giving = new InteractionRouter({ checks }).add(command("give", "Gives", (i) => i.reply(message)));
      const handler = interactionHandler({ publicKey, router: giving });
      const reply = await new InteractionClient({ keys, handler }).command("give");
      const { files: _, ...data } = message;
      assertEquals([reply.type, reply.data, reply.files.length], [4, data, files]);
    });
  }

  it("entryPoint: the command that opens an Activity is answered by opening it, or by what else", async () => {
    const opening = new InteractionRouter({ checks }).add(
      entryPoint(
        "launch",
        "Opens the game",
        (i) =>
          i.user.username === "eve" ? i.reply({ content: "Not you", ephemeral: true }) : i.launchActivity(),
      ),
    );
    const handler = interactionHandler({ publicKey, router: opening });
    assertEquals((await new InteractionClient({ keys, handler }).entryPoint("launch")).body, { type: 12 });
    const eve = new InteractionClient({ keys, handler, user: { id: "8", username: "eve" } });
    assertEquals((await eve.entryPoint("launch")).content, "Not you");
    assertEquals(opening.commands(), [{
      type: 4,
      name: "launch",
      description: "Opens the game",
      handler: 1,
    }]);
  });
  for (const [what, message] of refused) {
    it(`reply: refuses ${what} before anything is sent, and a better one may follow`, async () => {
      const codes: unknown[] = [];
      const trying = new InteractionRouter({ checks }).add(command("try", "Tries", (i) => {
        codes.push(assertThrows(() => void i.reply(message), CommandError).code);
        return i.reply("instead");
      }));
      const handler = interactionHandler({ publicKey, router: trying });
      const reply = await new InteractionClient({ keys, handler }).command("try");
      assertEquals([codes, reply.content], [["invalid_command"], "instead"]);
    });
  }

  it("followUp: a user's own app may follow up 5 times, and not a 6th time", async () => {
    const recorder = new InteractionRecorder();
    const rest = new DiscordRest({ token: "a.bot.token", fetch: recorder.fetch });
    const sixth: unknown[] = [];
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const talking = new InteractionRouter({ checks }).add(command("talk", "Talks", async (i) => {
      await i.reply("0");
      for (let n = 1; n <= 5; n++) await i.followUp(String(n));
      sixth.push(assertThrows(() => void i.followUp("6"), CommandError, "5 times").code);
      resolve();
    }));
    const handler = interactionHandler({ publicKey, router: talking, rest });
    const extra = { authorizing_integration_owners: { 1: "7" } };
    const reply = await new InteractionClient({ keys, handler, extra }).command("talk");
    await within("the 6th follow-up", over);
    assertEquals([recorder.find({ path: reply.token }).length, sixth], [5, ["invalid_command"]]);
  });
});
