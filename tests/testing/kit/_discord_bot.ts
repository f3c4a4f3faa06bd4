import { DiscordGateway } from "../../../src/discord/gateway/client.ts";
import { Intents } from "../../../src/discord/gateway/wire/intents.ts";
import * as ui from "../../../src/discord/interactions/mod.ts";
import type { Host } from "../../../src/driver/host.ts";
import type { SessionStore } from "../../../src/discord/gateway/shards/store/session_store.ts";

const INTENTS = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent |
  Intents.GuildMessageReactions |
  Intents.DirectMessages;

/** A bot of every kind of answer, as somebody writes it who has read the documentation. */
export async function startBot(runtime: Partial<Host>, store?: SessionStore): Promise<DiscordGateway> {
  const bot = new DiscordGateway({
    token: "secret",
    intents: INTENTS,
    ...(store && { store }),
    runtime,
  });
  const say = (channel: string, content: string) => bot.rest.createMessage(channel, { content });
  bot.on("MESSAGE_CREATE", ({ data }) => {
    if (data.author.bot) return;
    if (data.content === "!ping") return say(data.channel_id, "pong");
    if (data.content === "!many") {
      return Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((n) => say(data.channel_id, `number ${n}`)));
    }
    if (data.content === "!throw") throw new Error("This bot has a mistake");
  });
  bot.on("MESSAGE_REACTION_ADD", ({ data }) => say(data.channel_id, `thanks for ${data.emoji.name}`));
  const vote = ui.component("vote", (i) => i.update({ content: "voted", components: [] }));
  const name = ui.modal(
    "name",
    { title: "Who?", components: [ui.label("Name", ui.textInput("name"))] },
    (i) => i.reply(`You are ${i.fields.name}`),
  );
  const router = new ui.InteractionRouter().add(
    vote,
    name,
    ui.command(
      "greet",
      "Greets",
      { name: ui.option.string("Whom", { required: true }) },
      (i) => i.reply(`Hello ${i.options.name}`),
    ),
    ui.command("slow", "Takes its time", async (i) => {
      await i.defer();
      await i.edit("done at last");
    }),
    ui.command(
      "vote",
      "Asks",
      (i) => i.reply({ content: "vote!", components: [ui.actionRow(ui.primaryButton("vote", "Yes"))] }),
    ),
    ui.command("who", "Asks for a name", (i) => i.modal(name)),
    ui.command("mute", "Never answers", () => new Promise(() => {})),
  );
  bot.use(router);
  await bot.connect();
  await ui.registerCommands({ rest: bot.rest, commands: router.commands() });
  return bot;
}
