// VitePress's, for `deno task site`: it lies in .vitepress/ there, beside the pages of docs/.
import process from "node:process";

const REPOSITORY = process.env.SITE_REPOSITORY;

/** Links that lead out of docs/ lead to the repository. */
function toRepository(markdown) {
  const render = markdown.renderer.rules.link_open;
  markdown.renderer.rules.link_open = (tokens, index, ...rest) => {
    const href = tokens[index].attrGet("href");
    if (href.startsWith("../")) {
      tokens[index].attrSet("href", `${REPOSITORY}/blob/HEAD/${href.slice(3)}`);
    }
    return render(tokens, index, ...rest);
  };
}

const page = (text, link) => ({ text, link: `/${link}` });

export default {
  title: "parley",
  description: "Keeps a bot connected to IRC, Twitch chat and Discord, on any runtime",
  lang: "en",
  base: process.env.SITE_BASE ?? "/",
  cleanUrls: false,
  markdown: { config: toRepository },
  // They are the repository's, and made later.
  ignoreDeadLinks: [/^\.\.\//, /^\/api\//],
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      page("Discord", "getting-started-discord"),
      page("IRC", "getting-started-irc"),
      page("Twitch", "getting-started-twitch"),
      { text: "API", link: "/api/index.html", target: "_self" },
    ],
    sidebar: [
      {
        text: "Begin",
        items: [
          page("By task", ""),
          page("Discord", "getting-started-discord"),
          page("IRC", "getting-started-irc"),
          page("Twitch", "getting-started-twitch"),
        ],
      },
      {
        text: "Build",
        items: [
          page("Clients", "clients"),
          page("Discord", "discord"),
          page("Discord's REST API", "discord-rest"),
          page("Discord interactions", "interactions"),
          page("IRC", "irc"),
          page("Twitch", "twitch"),
          page("Commands in chat", "commands"),
          page("Chat in a page", "browser"),
          page("Language models", "language-models"),
          page("Testing your bot", "testing-your-bot"),
        ],
      },
      {
        text: "Run",
        items: [
          page("The command line", "command-line"),
          page("Deploying", "deploying"),
          page("A Durable Object", "durable-object"),
          page("Staying up", "staying-up"),
          page("Many processes", "many-processes"),
          page("Errors", "errors"),
          page("Where it runs", "where-it-runs"),
          page("Security", "security"),
          page("Versions", "versions"),
        ],
      },
      {
        text: "Come from",
        collapsed: true,
        items: [
          page("discord.js", "coming-from-discordjs"),
          page("discordeno", "coming-from-discordeno"),
          page("discord-hono", "beside-discord-hono"),
          page("twilight", "coming-from-twilight"),
          page("tmi.js", "coming-from-tmi-js"),
          page("Twurple", "coming-from-twurple"),
          page("tmi, in Rust", "coming-from-tmi-rs"),
          page("irc-framework", "coming-from-irc-framework"),
          page("bottom", "coming-from-bottom"),
        ],
      },
      {
        text: "Look inside",
        items: [
          page("How it is built", "architecture"),
          page("Your own protocol", "your-own-protocol"),
          page("Simulation", "simulation"),
        ],
      },
    ],
  },
};
