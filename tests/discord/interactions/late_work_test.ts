import { assertEquals, assertInstanceOf, assertNotMatch } from "@std/assert";
import { test } from "node:test";
import {
  command,
  InteractionEndpoint,
  interactionHandler,
  InteractionRouter,
} from "../../../src/discord/interactions/mod.ts";
import { TimeoutError } from "../../../src/protocol/errors.ts";
import { InteractionClient, SigningKeys } from "../../../testing/mod.ts";
import { logged } from "../../_logged.ts";
import { use } from "./_payloads.ts";
import { World } from "./_world.ts";

const keys = await SigningKeys.generate();

test("waitUntil: work that fails is told, while the handler still runs or after it", async () => {
  for (const ms of [0, 100, 1_000]) {
    const world = new World();
    world.router.add(command("ping", "Answers pong", async (i) => {
      i.waitUntil(world.sleep(ms).then(() => Promise.reject(new Error("background"))));
      await i.reply("pong");
      await world.sleep(500);
    }));
    await world.handle(use("ping"));
    assertEquals(world.errors.map(String), ["Error: background"]);
  }
});

test("followUp: one that nobody awaits and that fails is told, once, while the handler still runs or after it", async () => {
  for (const ms of [0, 5_000]) {
    const world = new World({}, (path) => path.endsWith("@original") ? undefined : 400);
    world.router.add(command("ping", "Answers pong", async (i) => {
      await i.reply("pong");
      void i.followUp("x");
      if (ms > 0) await world.sleep(ms);
    }));
    await world.handle(use("ping"));
    assertEquals(world.errors.map((error) => Object(error).status), [400]);
  }
});

test("followUp: what its caller hears of is told nobody else", async () => {
  const world = new World({}, () => 400);
  const heard: unknown[] = [];
  world.router.add(command("ping", "Answers pong", async (i) => {
    await i.reply("pong");
    const later = i.followUp("x");
    await world.sleep(5_000);
    await later.catch((error) => heard.push(error.status));
    await i.edit("y").catch((error) => heard.push(error.status));
  }));
  await world.handle(use("ping"));
  assertEquals([world.errors, heard], [[], [400, 400]]);
});

test("onError: gets what Discord sent, without the token", async () => {
  let seen: unknown;
  const world = new World({ onError: (_, interaction) => void (seen = interaction) });
  world.router.add(command("ping", "Answers pong", () => {
    throw new Error("boom");
  }));
  await world.handle({ ...use("ping"), token: "SECRET-TOKEN" });
  assertEquals(Object(seen).data.name, "ping");
  assertNotMatch(logged(seen) + JSON.stringify(seen), /SECRET/);
});

test("InteractionRouter: without onError what fails late is printed, with its stack", async () => {
  const printed: unknown[][] = [];
  const { error } = console;
  console.error = (...args) => void printed.push(args);
  try {
    const router = new InteractionRouter().add(command("ping", "Answers pong", async (i) => {
      await i.reply("pong");
      i.waitUntil(Promise.reject(new Error("background")));
    }));
    const works: Promise<unknown>[] = [];
    const handler = interactionHandler({
      publicKey: keys.publicKey,
      router,
      waitUntil: (work) => void works.push(work),
    });
    await new InteractionClient({ keys, handler }).command("ping");
    await Promise.all(works);
  } finally {
    console.error = error;
  }
  assertEquals(printed.map(([, error]) => String(error)), ["Error: background"]);
});

test("InteractionEndpoint: its own waitUntil gets the work, whatever comes with the request", async () => {
  const works: Promise<unknown>[] = [];
  const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
  const waitUntil = (work: Promise<unknown>) => void works.push(work);
  const endpoint = new InteractionEndpoint({ publicKey: keys.publicKey, router, waitUntil });
  const handler = (request: Request) => endpoint.respond(request, { context: undefined });
  assertEquals((await new InteractionClient({ keys, handler }).command("ping")).content, "pong");
  await Promise.all(works);
  assertEquals(works.length, 1);
});

test("onError: however long it takes, the request has an answer 3 s after a handler threw, at once or later", async () => {
  const fail = () => {
    throw new Error("boom");
  };
  for (const handler of [fail, () => Promise.reject(new Error("boom"))]) {
    const errors: unknown[] = [];
    const world: World = new World({
      async onError(error) {
        errors.push(error);
        await world.sleep(60_000);
      },
    });
    world.router.add(command("ping", "Answers pong", handler));
    await world.handle(use("ping"));
    assertEquals([String(errors[0]), world.firstAt], ["Error: boom", 3_000]);
    assertInstanceOf(world.refused, TimeoutError);
    assertEquals(errors.length, 2);
  }
});

test("waitUntil: a handler that throws is told of, and its user, before its work is done that goes on", async () => {
  const world: World = new World();
  let toldAt: number | undefined;
  world.router.add(command("ping", "Answers pong", (i) => {
    i.waitUntil(world.sleep(60_000).then(() => toldAt = world.firstAt));
    throw new Error("boom");
  }));
  await world.handle(use("ping"));
  assertEquals([world.errors.map(String), world.firstAt, toldAt], [["Error: boom"], 0, 0]);
});
