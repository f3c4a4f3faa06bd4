import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import {
  actionRow,
  command,
  component,
  entryPoint,
  fallback,
  group,
  InteractionRouter,
  label,
  messageCommand,
  modal,
  option,
  primaryButton,
  subcommand,
  textInput,
  userCommand,
} from "../../../src/discord/interactions/mod.ts";
import { type Door, type Env, gatewayDoor, httpDoor } from "./_doors.ts";

const vote = component("vote:{poll}:{choice}", (i) => i.update(`${i.params.choice} in ${i.params.poll}`));

const report = modal("report:{user}", {
  title: "Report",
  components: [label("Why?", textInput("why"))],
}, (i) => i.reply({ content: `${i.params.user}: ${i.fields.why}`, ephemeral: true }));

/** One bot, written once. */
function bot(told: string[]): InteractionRouter<Env> {
  const admin = new InteractionRouter<Env>()
    .use((i, next) => {
      if (i.member?.permissions !== "0" || i.kind === "autocomplete") return next();
      return i.kind === "command" ? i.reply({ content: "Not for you", ephemeral: true }) : undefined;
    })
    .add(command("admin", "Administers", { stop: subcommand("Stops it", (i) => i.reply("Stopped")) }));
  return new InteractionRouter<Env>({ onError: (error) => void told.push(String(error)) })
    .use(async (i, next) => {
      told.push(`before ${i.kind}`);
      await next();
      told.push(`after ${i.kind}`);
    })
    .add(
      command("greet", "Greets", { whom: option.user("Whom", { required: true }) }, (i, c: Env) => {
        return i.reply(`${c.env.greeting} ${i.options.whom.user.username}`);
      }),
      command("roll", "Rolls", {
        sides: option.integer("Sides", { autocomplete: (i) => i.suggest([6, Number(i.value)]) }),
      }, (i) => i.reply(`d${i.options.sides ?? 6}`)),
      command("settings", "Settings", {
        language: group("Language", {
          set: subcommand("Sets it", {
            to: option.string("To", { required: true, choices: ["en", "de"] }),
          }, (i) => i.reply(`${i.path.join(" ")}: ${i.options.to}`)),
        }),
      }),
      command("slow", "Takes time", async (i) => {
        await i.defer({ ephemeral: true });
        await i.edit("done");
        const { id } = await i.followUp({ content: "more", files: [{ name: "a.txt", data: "a" }] });
        await i.delete(id);
      }),
      command("file", "Sends one", (i) => i.reply({ files: [{ name: "b.txt", data: "b" }] })),
      command("point", "Points at its own reply", async (i) => {
        const { id } = await i.reply({ content: "here", withResponse: true });
        await i.edit(`${typeof id} ${id !== ""}`);
      }),
      command("poll", "Asks", (i) => {
        const row = actionRow(primaryButton(vote.id({ poll: "7", choice: "a:b" }), "Yes"));
        return i.reply({ content: "?", components: [row] });
      }),
      command("fail", "Fails", () => {
        throw new Error("boom");
      }),
      command("fail_later", "Fails later", async (i) => {
        await i.defer();
        throw new Error("boom");
      }),
      userCommand("Report", (i) => i.modal(report, { user: i.target.user.id })),
      messageCommand("Count", (i) => i.reply(String(i.target.content.length))),
      entryPoint("launch", "Opens it", (i) => i.launchActivity()),
      vote,
      report,
      component("pick", "user_select", async (i) => {
        await i.deferUpdate();
        await i.edit(i.values.map(({ user }) => user.username).join());
      }),
      admin,
      fallback((i) => i.kind === "component" ? i.update("gone") : undefined),
    );
}

const doors: readonly (readonly [string, (router: InteractionRouter<Env>) => Promise<Door>])[] = [
  ["HTTP", httpDoor],
  ["the gateway", gatewayDoor],
];

for (const [name, open] of doors) {
  describe(`InteractionRouter through ${name}`, () => {
    async function through(use: (door: Door, told: string[]) => Promise<void>): Promise<void> {
      const told: string[] = [];
      const door = await open(bot(told));
      await use(door, told);
      await door.close();
    }

    it(`InteractionRouter through ${name}: answers a slash command with its options, and what comes along`, () =>
      through(async ({ client, until, settle }, told) => {
        const options = { whom: { user: { id: "5", username: "bob" } } };
        assertEquals((await until(client.command("greet", { options }))).content, "hello bob");
        await settle();
        assertEquals(told, ["before command", "after command"]);
      }));

    it(`InteractionRouter through ${name}: finds a subcommand in its group`, () =>
      through(async ({ client, until }) => {
        const use = { path: ["language", "set"], options: { to: "de" } } as const;
        assertEquals((await until(client.command("settings", use))).content, "settings language set: de");
      }));

    it(`InteractionRouter through ${name}: suggests choices while an option is typed`, () =>
      through(async ({ client, until }) => {
        const reply = await until(client.autocomplete("roll", { options: { sides: 20 }, focused: "sides" }));
        assertEquals(reply.body, {
          type: 8,
          data: { choices: [{ name: "6", value: 6 }, { name: "20", value: 20 }] },
        });
      }));

    it(`InteractionRouter through ${name}: defers, edits, follows up with a file, and deletes`, () =>
      through(async ({ client, until, later, settle }) => {
        const reply = await until(client.command("slow"));
        assertEquals(reply.body, { type: 5, data: { flags: 64 } });
        await settle();
        const calls = later().map(({ method, path, body, files }) => [
          method,
          path.replace(reply.token, ":token"),
          body,
          files.map(({ name }) => name),
        ]);
        assertEquals(calls.slice(0, 2), [
          ["PATCH", "/webhooks/2/:token/messages/@original", { content: "done" }, []],
          ["POST", "/webhooks/2/:token", { content: "more" }, ["a.txt"]],
        ]);
        assertEquals(calls[2]?.[0], "DELETE");
      }));

    it(`InteractionRouter through ${name}: gives the reply back where that is wanted, asked for only over HTTP`, () =>
      through(async ({ client, until, later, settle }) => {
        const reply = await until(client.command("point"));
        assertEquals(reply.content, "here");
        await settle();
        const [edit, ...before] = later().toReversed();
        assertEquals([edit?.method, edit?.body], ["PATCH", { content: "string true" }]);
        assertEquals(
          before.map(({ method, path }) => [method, path.replace(reply.token, ":token")]),
          name === "HTTP" ? [["GET", "/webhooks/2/:token/messages/@original"]] : [],
        );
      }));

    it(`InteractionRouter through ${name}: sends a file with the first answer`, () =>
      through(async ({ client, until }) => {
        const reply = await until(client.command("file"));
        assertEquals([reply.type, reply.files.map(({ name }) => name)], [4, ["b.txt"]]);
        assertEquals(await reply.files[0]?.text(), "b");
      }));

    it(`InteractionRouter through ${name}: carries values from a button's custom_id to its handler`, () =>
      through(async ({ client, until }) => {
        const poll = await until(client.command("poll"));
        const id = String(poll.components[1]?.custom_id);
        assertEquals(id, "vote:7:a%3Ab");
        const reply = await until(client.click(id, { message: poll }));
        assertEquals([reply.type, reply.content], [7, "a:b in 7"]);
      }));

    it(`InteractionRouter through ${name}: gets what was chosen, and edits the message that it was chosen in`, () =>
      through(async ({ client, until, later, settle }) => {
        const reply = await until(client.select("pick", [{ user: { id: "5", username: "bob" } }]));
        assertEquals(reply.body, { type: 6 });
        await settle();
        assertEquals(later().map(({ method, body }) => [method, body]), [["PATCH", { content: "bob" }]]);
      }));

    it(`InteractionRouter through ${name}: shows a modal for a user command, and reads it`, () =>
      through(async ({ client, until }) => {
        const shown = await until(client.userCommand("Report", { user: { id: "5" } }));
        assertEquals([shown.type, shown.data.custom_id], [9, "report:5"]);
        const reply = await until(client.submit(shown, { why: "spam" }));
        assertEquals([reply.content, reply.isEphemeral], ["5: spam", true]);
      }));

    it(`InteractionRouter through ${name}: answers a message command and the entry point`, () =>
      through(async ({ client, until }) => {
        const reply = await until(client.messageCommand("Count", { id: "6", content: "four" }));
        assertEquals(reply.content, "4");
        assertEquals((await until(client.entryPoint())).body, { type: 12 });
      }));

    it(`InteractionRouter through ${name}: guards the routes of a part by its own middleware`, () =>
      through(async ({ client, until }) => {
        const reply = await until(client.command("admin", { path: ["stop"] }));
        assertEquals([reply.content, reply.isEphemeral], ["Not for you", true]);
      }));

    it(`InteractionRouter through ${name}: falls back where nothing is defined`, () =>
      through(async ({ client, until }) => {
        assertEquals((await until(client.click("old"))).content, "gone");
        assertEquals((await until(client.autocomplete("x", { options: { y: "" }, focused: "y" }))).type, 8);
      }));

    it(`InteractionRouter through ${name}: answers, and tells, when a handler throws`, () =>
      through(async ({ client, until, settle }, told) => {
        const reply = await until(client.command("fail"));
        assertEquals([reply.type, reply.isEphemeral], [4, true]);
        await settle();
        assertEquals(told, ["before command", "Error: boom"]);
      }));

    it(`InteractionRouter through ${name}: edits what was deferred when a handler throws later`, () =>
      through(async ({ client, until, later, settle }) => {
        assertEquals((await until(client.command("fail_later"))).type, 5);
        await settle();
        const [edit] = later();
        assertEquals(edit?.method, "PATCH");
        assertEquals(
          Object(edit?.body).content,
          "Something went wrong with this command. Please try again later.",
        );
      }));
  });
}
