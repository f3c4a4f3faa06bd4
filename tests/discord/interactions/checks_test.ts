import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describe, it, test } from "node:test";
import {
  checks,
  command,
  type CommandInteraction,
  component,
  interactionHandler,
  InteractionRouter,
  type MessageOptions,
} from "../../../src/discord/interactions/mod.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { InteractionClient, SigningKeys } from "../../../testing/mod.ts";
import { use } from "./_payloads.ts";
import { World } from "./_world.ts";

const keys = await SigningKeys.generate();

const file = { name: "my report.csv", data: "a,b" };
const refers = (name: string) => ({ embeds: [{ title: "Report", image: { url: `attachment://${name}` } }] });
const shown = { flags: 32768, components: [{ type: 13, file: { url: "attachment://report.csv" } }] };

/** What Discord refuses, and tells nobody who answers inline. */
const UNSEEN: readonly (readonly [what: string, message: MessageOptions, said: string])[] = [
  ["a file over the limit of the interaction", { files: [{ name: "a", data: "12345678901" }] }, '"11" bytes'],
  ["bytes over it", { files: [{ name: "a", data: new Uint8Array(11) }] }, "at most 10"],
  ["a blob over it", { files: [{ name: "a", data: new Blob(["12345678901"]) }] }, '"11" bytes'],
  ["a file that an embed refers to and that is not there", refers("chart.png"), '"attachment://chart.png"'],
  ["one that a layout refers to", { ...shown, files: [] } as MessageOptions, '"attachment://report.csv"'],
  ["one of another name", { ...refers("chart.png"), files: [file] }, '"attachment://chart.png"'],
];

async function answer(message: MessageOptions, by: "response" | "callback"): Promise<unknown> {
  const world = new World();
  let refused: unknown;
  world.router.add(command("ping", "Answers pong", async (i: CommandInteraction) => {
    try {
      await i.reply(message);
    } catch (error) {
      refused = error;
      await i.reply("better");
    }
  }));
  await world.handle({ ...use("ping"), attachment_size_limit: 10 }, by);
  return refused;
}

describe("checks: of what comes along with an answer", () => {
  for (const [what, message, said] of UNSEEN) {
    it(`reply: refuses ${what}, and a better one may follow`, async () => {
      for (const by of ["response", "callback"] as const) {
        const error = await answer(message, by);
        assertThrows(
          () => {
            throw error;
          },
          CommandError,
          said,
        );
      }
    });
  }

  it("reply: takes what comes along, under the name that Discord gives it, too", async () => {
    for (const name of ["my report.csv", "my_report.csv"]) {
      assertEquals(await answer({ ...refers(name), files: [file] }, "response"), undefined);
    }
    assertEquals(await answer({ content: "attachment://nothing" }, "response"), undefined);
  });

  it("update: takes what the message has already", async () => {
    const world = new World();
    world.router.add(component("again", (i) => i.update(refers("chart.png"))));
    const message = { id: "9", attachments: [{ id: "1", filename: "chart.png" }] };
    await world.handle({ ...use(""), type: 3, data: { custom_id: "again", component_type: 2 }, message });
    assertEquals([world.first?.response.type, world.errors], [7, []]);
  });

  it("reply: components that parley does not know go as they are", async () => {
    const components = Object([{ type: 99, future: { deep: [1] } }, {
      type: 17,
      components: [{ type: 98 }],
    }]);
    const world = new World();
    world.router.add(command("ping", "Answers pong", (i) => i.reply({ flags: 32768, components })));
    await world.handle(use("ping"));
    assertEquals([world.first?.response, world.errors], [
      { type: 4, data: { flags: 32768, components } },
      [],
    ]);
  });
});

test("InteractionRouter: without checks an answer goes as it was written, and the testing kit says what Discord would", async () => {
  const router = new InteractionRouter().add(
    command("ping", "Answers pong", (i) => i.reply("x".repeat(2_001))),
  );
  const handler = interactionHandler({ publicKey: keys.publicKey, router });
  const client = new InteractionClient({ keys, handler });
  await assertRejects(() => client.command("ping"), CommandError, "longer than 2000");
});

test("checks: a part has those of the whole, and keeps its own", async () => {
  const long = command("ping", "Answers pong", (i) => i.reply("x".repeat(2_001)));
  const routers = [
    new InteractionRouter({ checks }).add(new InteractionRouter().add(long)),
    new InteractionRouter().add(new InteractionRouter({ checks }).add(long)),
  ];
  for (const router of routers) {
    const world = new World({ onError: () => "refused" });
    world.router.add(router);
    await world.handle(use("ping"));
    assertEquals(Object(world.first?.response).data.content, "refused");
  }
});
