import { discordServerFetch } from "../discord/fetch.ts";
import { discordServerLinks } from "../discord/links.ts";
import { DiscordAnswer } from "../kit/discord/answer.ts";
import { DiscordScene } from "../kit/discord/_scene.ts";
import type { DiscordOptionValue } from "../kit/discord/user.ts";
import { listenWebSocket } from "../world/network/listen.ts";
import { behind, fetchBehind } from "./_network.ts";
import { type Deed, deedsOf, goneFrom, type Served, type ServeSetting } from "./_served.ts";
import { pairs, words } from "./_words.ts";

/** How a Discord is served. */
export interface ServeDiscordOptions {
  readonly guilds: readonly `${string}#${string}`[];
  /** The only token that is taken; null: any is. */
  readonly token: string | null;
}

/** Puts a Discord on a port of loopback. */
export async function serveDiscord(options: ServeDiscordOptions, setting: ServeSetting): Promise<Served> {
  const scene = new DiscordScene({ ...options, username: "bot" }, setting);
  const { discord } = scene;
  const listener = await listenWebSocket(behind(setting.network, discordServerLinks(discord)), {
    port: setting.port,
    fetch: fetchBehind(setting.network, setting.host.clock, discordServerFetch(discord)),
  });
  return {
    addresses: [`REST API ${listener.url.replace("ws", "http")}/api`, `gateway ${listener.url}`],
    deeds: deedsOn(scene, (text) => setting.note(scene.me.name, text)),
    expect: (place) => scene.expect(place.startsWith("@") ? scene.user(place.slice(1)) : place),
    isIn: () => true,
    command: async (command) => await Reflect.apply(discord.command, discord, [command]),
    async close() {
      discord.shutdown("end");
      await setting.stage.settles(goneFrom(listener), "1s");
      await listener.close();
    },
  };
}

function deedsOn(scene: DiscordScene, note: (text: string) => void): Deed[] {
  const whom = (name = "") => name === scene.me.name ? scene.me : scene.user(name);
  const values = (text = "") => pairs(text, (value, isQuoted) => isQuoted ? value : valueOf(scene, value));
  const told = deedsOf((name) => scene.user(name));
  const deed: typeof told = (usage, does, act) => {
    const made = told(usage, does, act);
    return { ...made, act: async (person, given) => show(person, await made.act(person, given)) };
  };
  const show = (person: string, answer: unknown) => {
    if (!(answer instanceof DiscordAnswer)) return;
    if (answer.title !== undefined) note(`shows ${person} a modal "${answer.title}"`);
    for (const { name } of answer.choices) note(`offers ${person} "${name}"`);
  };
  return [
    deed(
      "says <channel> <text…>",
      "says something in a channel, such as #general",
      (user, given) => user.says(given.channel ?? "", given.text ?? ""),
    ),
    deed("tells <text…>", "says something to the bot alone", (user, { text = "" }) => user.tells(text)),
    deed(
      "command <name> [options…]",
      `uses a slash command: command greet name="Bob B." whom=@bob times=2`,
      (user, given) => user.command(given.name ?? "", values(given.options)),
    ),
    deed(
      "types <name> <option> [options…]",
      "types an option of one: types greet name name=Bo",
      (user, given) => user.types(given.name ?? "", values(given.options), given.option ?? ""),
    ),
    deed(
      "clicks <button>",
      "clicks what stands on a button, or its custom_id",
      (user, { button = "" }) => user.clicks(button),
    ),
    deed(
      "selects <select> <values…>",
      "chooses from a select, by its custom_id",
      (user, given) =>
        user.selects(given.select ?? "", words(given.values ?? "").map((value) => valueOf(scene, value))),
    ),
    deed(
      "submits <fields…>",
      "submits the modal that was shown last: submits name=Bob",
      (user, given) => user.submits(pairs(given.fields ?? "", (text) => text)),
    ),
    deed("reacts <emoji>", "reacts to the newest message", (user, { emoji = "" }) => user.reacts(emoji)),
    deed("joins [guild]", "joins a guild", (user, { guild }) => user.joins(guild)),
    deed("leaves [guild]", "leaves a guild", (user, { guild }) => user.leaves(guild)),
    deed(
      "kicks <whom> [guild]",
      `kicks somebody, or "bot"`,
      (user, given) => user.kicks(whom(given.whom), given.guild),
    ),
    deed(
      "bans <whom> [guild]",
      `bans somebody, or "bot"`,
      (user, given) => user.bans(whom(given.whom), given.guild),
    ),
  ];
}

/** What an option is given that stands in no quotation marks: a number, a truth, somebody (`@bob`), or a text. */
function valueOf(scene: DiscordScene, text: string): DiscordOptionValue {
  if (text.startsWith("@")) return scene.user(text.slice(1));
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
