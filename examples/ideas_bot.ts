/**
 * A bot over the gateway with a slash command, a modal and a button: `/idea` asks for one, and everybody may vote for it. How
 * many did is in the button itself, so that nothing is stored.
 *
 *     DISCORD_TOKEN=… deno run -A examples/ideas_bot.ts
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions } from "@parley/parley/discord";
import * as ui from "@parley/parley/discord/interactions";

const vote = ui.component("vote:{n}", (i) => i.update({ components: buttons(Number(i.params.n) + 1) }));

function buttons(votes: number) {
  return [ui.actionRow(ui.successButton(vote.id({ n: String(votes) }), `👍 ${votes}`))];
}

const text = ui.textInput("text", { style: "paragraph", max_length: 1_000 });
const idea = ui.modal("idea", { title: "An idea", components: [ui.label("What is it?", text)] }, (i) => {
  return i.reply({
    content: `**${i.user.username}** has an idea:\n${i.fields.text}`,
    components: buttons(0),
  });
});

const ask = ui.command("idea", "Tells of an idea that you have", (i) => i.modal(idea));
const router = new ui.InteractionRouter().add(ask, idea, vote);

/** The bot, not connected yet. */
export function ideasBot(options: DiscordGatewayOptions = {}): DiscordGateway {
  const gateway = new DiscordGateway({ ...options, intents: 0 });
  gateway.use(router);
  gateway.on("ready", () => ui.registerCommands({ rest: gateway.rest, commands: router.commands() }));
  return gateway;
}

if (import.meta.main) await ideasBot().connect();
