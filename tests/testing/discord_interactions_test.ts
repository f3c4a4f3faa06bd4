import { assertEquals, assertInstanceOf, assertObjectMatch } from "@std/assert";
import { describe, it } from "node:test";
import { DiscordGateway } from "../../src/discord/gateway/mod.ts";
import {
  command,
  component,
  InteractionRouter,
  label,
  modal,
  option,
  textInput,
} from "../../src/discord/interactions/mod.ts";
import { Driver } from "../../src/driver/driver.ts";
import { CommandError, TimeoutError } from "../../src/protocol/errors.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  discordServerFetch,
  gatewayInteractions,
  InteractionClient,
  Simulation,
} from "../../testing/mod.ts";
import { Hand } from "../_hand.ts";

const EPHEMERAL = 64;
const LOADING = 128;
const ME = "1000000000000000001";
const CHANNEL = "81384788765712384";

interface Reply {
  readonly status: number;
  readonly body: { readonly [field: string]: unknown };
}

/** A server driven by hand, and a bot that has no token but those of interactions. */
class Discord extends Hand<DiscordServerCommand, DiscordServerEvent> {
  readonly server: DiscordServer;

  constructor() {
    const server = new DiscordServer();
    super(server, 1_700_000_000_000);
    this.server = server;
    this.start();
  }

  /** Opens a gateway session. */
  identify(intents: number): void {
    this.core.opened(-1, { url: "ws://127.0.0.1/?v=10&encoding=json", protocol: "" }, this.now);
    this.receive(JSON.stringify({ op: 2, d: { token: "parley.test.token", intents, properties: {} } }), -1);
    this.taken();
  }

  /** Somebody uses the bot; gives the ticket. */
  use(interaction: Record<string, unknown> = {}): number {
    return this.command({
      kind: "interaction",
      interaction: {
        type: 2,
        id: "1",
        token: "tok",
        data: { id: "5", type: 1, name: "greet" },
        ...interaction,
      },
    });
  }

  rest(method: string, path: string, body: unknown = {}, query = ""): Reply {
    const request = { method, path: `/api/v10${path}`, query, headers: {}, body: JSON.stringify(body) };
    const outcome = this.outcomes.get(this.command({ kind: "rest", ...request }));
    const response = outcome?.kind === "done" ? Object(outcome.value) : {};
    return { status: response.status, body: response.body === "" ? {} : JSON.parse(response.body) };
  }

  callback(type: number, data?: unknown, query = ""): Reply {
    return this.rest("POST", "/interactions/1/tok/callback", { type, data }, query);
  }

  /** About the messages of the interaction. */
  webhook(method: string, message: string, body?: unknown): Reply {
    return this.rest(method, `/webhooks/${ME}/tok${message === "" ? "" : `/messages/${message}`}`, body);
  }
}

function codeOf({ status, body }: Reply): [number, unknown] {
  return [status, body.code];
}

describe("DiscordServer, interactions", () => {
  it("DiscordServer: dispatches an interaction to its shard, and settles it with the first answer", () => {
    const discord = new Discord();
    discord.identify(0);
    const ticket = discord.use({ guild_id: "197038439483310086" });
    const [sent] = discord.sent();
    assertObjectMatch(JSON.parse(sent ?? "{}"), {
      t: "INTERACTION_CREATE",
      d: { id: "1", application_id: ME, token: "tok", type: 2, version: 1, data: { name: "greet" } },
    });
    assertEquals(discord.outcome(ticket), undefined);
    const answer = { type: 4, data: { content: "hi" }, files: [] };
    assertEquals(discord.callback(4, { content: "hi" }).status, 204);
    assertEquals(discord.outcomes.get(ticket), { kind: "done", value: answer });
    assertEquals(discord.told().filter(({ kind }) => kind === "answered"), [
      { kind: "answered", interaction: "1", answer },
    ]);
    assertEquals(
      discord.server.interactions.map(({ answer, messages }) => [answer?.type, messages[0]?.content]),
      [
        [4, "hi"],
      ],
    );
  });

  it("DiscordServer: makes up who uses the bot, and where, if nobody says so", () => {
    const discord = new Discord();
    discord.identify(0);
    discord.command({
      kind: "interaction",
      interaction: { type: 3, data: { custom_id: "x", component_type: 2 } },
    });
    const { d } = JSON.parse(discord.sent()[0] ?? "{}");
    assertEquals([d.channel_id, d.member.user.username, d.application_id], [CHANNEL, "somebody", ME]);
    assertEquals(discord.rest("POST", `/interactions/${d.id}/${d.token}/callback`, { type: 6 }).status, 204);
  });

  it("DiscordServer: refuses an interaction of no type, and a token twice", () => {
    const discord = new Discord();
    discord.use();
    for (const wrong of [{ type: 1 }, { type: "2" }, { token: 5, id: "2" }, {}]) {
      let error: unknown;
      try {
        discord.use(wrong);
      } catch (thrown) {
        error = thrown;
      }
      assertInstanceOf(error, CommandError);
      assertEquals(error.code, "invalid_command");
    }
  });

  it("DiscordServer: knows an interaction's webhook only by its token, and only after the first answer", () => {
    const discord = new Discord();
    discord.use();
    for (const [method, message] of [["GET", "@original"], ["PATCH", "@original"], ["POST", ""]] as const) {
      assertEquals(codeOf(discord.webhook(method, message, { content: "x" })), [404, 10015]);
    }
    assertEquals(codeOf(discord.rest("POST", "/interactions/2/tok/callback", { type: 5 })), [404, 10062]);
    assertEquals(codeOf(discord.rest("POST", "/interactions/1/other/callback", { type: 5 })), [404, 10062]);
    assertEquals(discord.callback(5).status, 204);
    assertEquals(codeOf(discord.callback(4, { content: "x" })), [400, 40060]);
    assertEquals(discord.webhook("GET", "@original").status, 200);
    assertEquals(codeOf(discord.rest("GET", "/webhooks/5/tok/messages/@original")), [404, 10015]);
    assertEquals(codeOf(discord.rest("GET", `/webhooks/${ME}/other/messages/@original`)), [404, 10015]);
    assertEquals(JSON.stringify(discord.server.log).includes("tok/"), false);
  });

  it("DiscordServer: takes the first answer for 3 s, and then tells that there was none", () => {
    const discord = new Discord();
    const ticket = discord.use();
    discord.pass(2_999);
    assertEquals(discord.outcome(ticket), undefined);
    discord.pass(1);
    const outcome = discord.outcomes.get(ticket);
    assertEquals(outcome?.kind, "failed");
    assertInstanceOf(outcome?.kind === "failed" && outcome.error, TimeoutError);
    assertEquals(codeOf(discord.callback(5)), [404, 10062]);
    assertEquals(codeOf(discord.webhook("POST", "", { content: "x" })), [404, 10015]);
    const second = discord.use({ id: "2", token: "second" });
    discord.cancel(second);
    assertEquals(discord.outcome(second), "cancelled");
    assertEquals(discord.rest("POST", "/interactions/2/second/callback", { type: 5 }).status, 204);
    const third = discord.use({ id: "3", token: "third" });
    discord.shutdown();
    assertEquals(discord.outcome(third), "failed");
  });

  it("DiscordServer: an interaction's token is good for 15 minutes", () => {
    const discord = new Discord();
    discord.use();
    discord.callback(4, { content: "x" });
    discord.pass(15 * 60_000 - 1);
    assertEquals(discord.webhook("PATCH", "@original", { content: "y" }).status, 200);
    discord.pass(1);
    assertEquals(codeOf(discord.webhook("PATCH", "@original", { content: "z" })), [401, 50027]);
    assertEquals(discord.server.interactions[0]?.messages[0]?.content, "y");
  });

  it("DiscordServer: edits, gives and deletes the first answer", () => {
    const discord = new Discord();
    discord.use();
    discord.callback(5, { flags: EPHEMERAL });
    assertEquals(discord.webhook("GET", "@original").body.flags, EPHEMERAL | LOADING);
    const edited = discord.webhook("PATCH", "@original", { content: "done", flags: 0 });
    assertObjectMatch(edited.body, { content: "done", flags: EPHEMERAL, type: 20, application_id: ME });
    assertEquals(discord.webhook("PATCH", "@original", { embeds: [{ title: "t" }] }).body.content, "done");
    assertEquals(codeOf(discord.webhook("PATCH", "@original", { content: "", embeds: [] })), [400, 50006]);
    assertEquals(discord.webhook("DELETE", "@original").status, 204);
    assertEquals(codeOf(discord.webhook("GET", "@original")), [404, 10008]);
    const changes = discord.told().flatMap((event) =>
      event.kind === "interaction_message" ? [event.change] : []
    );
    assertEquals(changes, ["edit", "edit", "delete"]);
  });

  it("DiscordServer: makes, gives, edits and deletes follow-ups, after the deferred answer has come", () => {
    const discord = new Discord();
    discord.use();
    discord.callback(5);
    const first = discord.webhook("POST", "", { content: "first" });
    assertEquals(first.body.id, discord.webhook("GET", "@original").body.id);
    const second = discord.webhook("POST", "", { content: "second", flags: EPHEMERAL });
    const id = String(second.body.id);
    assertEquals(discord.webhook("GET", id).body.content, "second");
    assertEquals(discord.webhook("PATCH", id, { content: "2nd" }).body.flags, EPHEMERAL);
    assertEquals(discord.server.interactions[0]?.messages.map(({ content }) => content), ["first", "2nd"]);
    assertEquals(discord.webhook("DELETE", id).status, 204);
    assertEquals(codeOf(discord.webhook("PATCH", id, { content: "x" })), [404, 10008]);
    const changes = discord.told().flatMap((event) =>
      event.kind === "interaction_message" ? [event.change] : []
    );
    assertEquals(changes, ["edit", "follow-up", "edit", "delete"]);
  });

  it("DiscordServer: lets an app that only its user has installed follow up 5 times", () => {
    const discord = new Discord();
    discord.use({ authorizing_integration_owners: { 1: "7" } });
    discord.callback(4, { content: "0" });
    const statuses = [1, 2, 3, 4, 5].map((n) => discord.webhook("POST", "", { content: String(n) }).status);
    assertEquals(statuses, [200, 200, 200, 200, 200]);
    assertEquals(codeOf(discord.webhook("POST", "", { content: "6" })), [400, 40094]);
  });

  it("DiscordServer: tells who may see it of what is said and changed in a channel, unless it is ephemeral", () => {
    for (
      const [flags, told] of [[0, ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"]], [
        EPHEMERAL,
        [],
      ]] as const
    ) {
      const discord = new Discord();
      discord.identify(512);
      discord.use({ channel_id: CHANNEL, guild_id: "197038439483310086" });
      discord.taken();
      discord.callback(4, { content: "hi", flags });
      discord.webhook("PATCH", "@original", { content: "bye" });
      discord.webhook("DELETE", "@original");
      assertEquals<unknown>(discord.sent().map((text) => JSON.parse(text).t), told);
    }
  });

  it("DiscordServer: refuses an answer that does not fit the interaction, or is too much", () => {
    const title = "x".repeat(46);
    const row = { type: 18, label: "l", component: { type: 4, custom_id: "c", style: 1 } };
    const wrong: [to: number, type: number, data: object][] = [
      [2, 7, { content: "x" }],
      [2, 8, { choices: [] }],
      [4, 4, { content: "x" }],
      [5, 9, { custom_id: "m", title: "t", components: [row] }],
      [2, 4, { content: "x".repeat(2_001) }],
      [2, 4, { content: "x", embeds: Array(11).fill({}) }],
      [2, 9, { custom_id: "m", title, components: [row] }],
      [2, 9, { custom_id: "", title: "t", components: [row] }],
      [2, 9, { custom_id: "m", title: "t", components: [] }],
      [4, 8, { choices: Array(26).fill({ name: "a", value: "a" }) }],
    ];
    for (const [to, type, data] of wrong) {
      const discord = new Discord();
      discord.use({ type: to });
      assertEquals(codeOf(discord.callback(type, data)), [400, 50035], `${to} ${type}`);
      assertEquals(discord.server.interactions[0]?.answer, undefined);
    }
    const discord = new Discord();
    discord.use();
    assertEquals(codeOf(discord.callback(4, {})), [400, 50006]);
    assertEquals(discord.callback(4, { content: "x" }).status, 204);
  });

  it("DiscordServer: gives the message with the first answer where that is asked for", () => {
    const discord = new Discord();
    discord.use();
    const { status, body } = discord.callback(4, { content: "hi", flags: EPHEMERAL }, "with_response=true");
    assertEquals(status, 200);
    assertObjectMatch(body, {
      interaction: { id: "1", type: 2, response_message_loading: false, response_message_ephemeral: true },
      resource: { type: 4, message: { content: "hi" } },
    });
  });

  it("DiscordServer: an update changes the message that the component is on", () => {
    const discord = new Discord();
    const message = {
      id: "9",
      channel_id: CHANNEL,
      content: "old",
      author: { id: ME },
      embeds: [{ title: "t" }],
    };
    discord.use({ type: 3, message });
    discord.callback(7, { content: "new" });
    assertObjectMatch(discord.webhook("GET", "@original").body, {
      id: "9",
      content: "new",
      embeds: [{ title: "t" }],
    });
  });
});

/** A bot on a gateway, and somebody who uses it. */
async function used(router: InteractionRouter) {
  const world = new Simulation({ seed: 1 });
  const core = new DiscordServer({ url: "wss://gateway.test" });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve("wss://gateway.test", server);
  world.serveHttp("https://discord.test", discordServerFetch(server));
  const gateway = await world.until(new DiscordGateway({
    token: "parley.test.token",
    intents: 0,
    rest: { baseUrl: "https://discord.test/api" },
    runtime: world.host("bot"),
  }).connect());
  gateway.use(router);
  return { world, core, gateway, ada: new InteractionClient({ handler: gatewayInteractions(server) }) };
}

describe("gatewayInteractions", () => {
  it("gatewayInteractions: a router is used through a gateway by slash command, component, modal and autocomplete", async () => {
    const again = component("again:{n}", (i) => i.update(`again ${i.params.n}`));
    const why = modal("why", { title: "Why?", components: [label("Why?", textInput("text"))] }, (i) => {
      return i.reply({ content: i.fields.text, ephemeral: true });
    });
    const router = new InteractionRouter().add(
      command("roll", "Rolls", {
        sides: option.integer("Sides", { autocomplete: (i) => i.suggest([6, Number(i.value)]) }),
      }, (i) => i.reply(`d${i.options.sides}`)),
      command("ask", "Asks", (i) => i.modal(why)),
      again,
      why,
    );
    const { world, core, gateway, ada } = await used(router);
    assertEquals((await world.until(ada.command("roll", { options: { sides: 20 } }))).content, "d20");
    const typed = { options: { sides: 2 }, focused: "sides" };
    assertEquals((await world.until(ada.autocomplete("roll", typed))).type, 8);
    const clicked = await world.until(ada.click(again.id({ n: "3" })));
    assertEquals([clicked.type, clicked.content], [7, "again 3"]);
    const asked = await world.until(ada.command("ask"));
    const told = await world.until(ada.submit(asked, { text: "because" }));
    assertEquals([told.content, told.isEphemeral], ["because", true]);
    assertEquals(core.interactions.map(({ answer }) => answer?.type), [4, 8, 7, 9, 4]);
    await world.until(gateway.close());
  });

  it("gatewayInteractions: what a bot does after its first answer shows in the server", async () => {
    const router = new InteractionRouter().add(command("slow", "Takes time", async (i) => {
      await i.defer();
      await i.edit("done");
      await i.followUp({ content: "more", files: [{ name: "a.txt", data: "a" }] });
    }));
    const { world, core, gateway, ada } = await used(router);
    assertEquals((await world.until(ada.command("slow"))).type, 5);
    await world.run(10_000);
    const [slow] = core.interactions;
    assertEquals(slow?.messages.map(({ content }) => content), ["done", "more"]);
    assertObjectMatch({ ...slow?.messages[1] }, { attachments: [{ filename: "a.txt", size: 1 }] });
    assertEquals(core.log.flatMap((entry) => entry.kind === "interaction_message" ? [entry.change] : []), [
      "edit",
      "follow-up",
    ]);
    await world.until(gateway.close());
  });
});
