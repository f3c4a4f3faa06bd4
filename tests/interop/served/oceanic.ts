import { ApplicationCommandOptionTypes, ApplicationCommandTypes, Client, InteractionTypes } from "oceanic.js";

/** A bot that pongs and greets, as Oceanic's examples have it. */
export async function oceanicBot(api: string): Promise<AsyncDisposable> {
  const client = new Client({
    auth: "Bot parley.test.token",
    gateway: { intents: ["GUILDS", "GUILD_MESSAGES", "MESSAGE_CONTENT"] },
    rest: { baseURL: `${api}/v10` },
  });
  client.on("messageCreate", async (message) => {
    if (message.content !== "!ping") return;
    await client.rest.channels.createMessage(message.channelID, { content: "pong" });
  });
  client.on("interactionCreate", async (interaction) => {
    if (interaction.type !== InteractionTypes.APPLICATION_COMMAND) return;
    const name = interaction.data.options.getString("name", true);
    await interaction.createMessage({ content: `Hello, ${name}` });
  });
  // It tells each try to come back that fails.
  client.on("error", () => {});
  client.once("ready", async () => {
    const type = ApplicationCommandOptionTypes.STRING;
    await client.application.bulkEditGlobalCommands([{
      type: ApplicationCommandTypes.CHAT_INPUT,
      name: "greet",
      description: "Greets",
      options: [{ type, name: "name", description: "Whom", required: true }],
    }]);
  });
  await client.connect();
  return {
    [Symbol.asyncDispose]: () => Promise.resolve(client.disconnect(false)),
  };
}
