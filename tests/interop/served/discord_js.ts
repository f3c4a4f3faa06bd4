import { ApplicationCommandOptionType, Client, Events, GatewayIntentBits } from "discord.js";

/** A bot that pongs and greets, as discord.js's guide has it. */
export async function discordJsBot(api: string): Promise<AsyncDisposable> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
    rest: { api },
  });
  client.on(Events.MessageCreate, async (message) => {
    if (message.content === "!ping") await message.reply("pong");
  });
  client.on(Events.InteractionCreate, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply(`Hello, ${interaction.options.getString("name", true)}`);
  });
  client.on(Events.ClientReady, async (ready) => {
    const type = ApplicationCommandOptionType.String;
    const options = [{ type, name: "name", description: "Whom", required: true }] as const;
    await ready.application.commands.set([{ name: "greet", description: "Greets", options }]);
  });
  await client.login("parley.test.token");
  return { [Symbol.asyncDispose]: () => client.destroy() };
}
