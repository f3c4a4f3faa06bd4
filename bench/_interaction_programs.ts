/**
 * The least programs that answer Discord over HTTP, whose sizes are measured, and those of parley held.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { bundle, loadedAtOnce } from "../tools/shared/bundle.ts";
import { PEERS_FOLDER } from "./_peers.ts";

/** What is bundled: the least program that does something, by public entries. */
export interface Program {
  readonly name: string;
  /** What it can do, to compare like with like. */
  readonly does: string;
  readonly source: string;
  /** How large it may be in one file, in bytes. */
  readonly most?: number;
}

export const VERIFY = "verifies";
const DISPATCH = "verifies and dispatches";
const BOT = "answers ping";
const MOST_DISPATCH = 4_000;
const MOST_BOT = 10_000;

const ROUTER =
  `import { checks, command, interactionHandler, InteractionRouter } from "./src/discord/interactions/mod.ts";
  const ping = command("ping", "Answers pong", (i) => i.reply("pong"));`;

export const PROGRAMS: readonly Program[] = [
  {
    name: "parley",
    does: VERIFY,
    source: `export { verifyRequest } from "./src/discord/interactions/verify.ts";`,
  },
  { name: "discord-interactions", does: VERIFY, source: `export { verifyKey } from "discord-interactions";` },
  {
    name: "parley",
    does: DISPATCH,
    most: MOST_DISPATCH,
    source: `import { dispatchHandler } from "./src/discord/interactions/verify.ts";
      export default { fetch: dispatchHandler({ command: () => ({ type: 4, data: { content: "pong" } }) }) };`,
  },
  {
    name: "parley",
    does: BOT,
    most: MOST_BOT,
    source: `${ROUTER}
      export default { fetch: interactionHandler({ router: new InteractionRouter().add(ping) }) };`,
  },
  {
    name: "parley, with Hono's adapter",
    does: BOT,
    source: `${ROUTER}
      import { interactions } from "./src/hono/mod.ts";
      export default interactions({ router: new InteractionRouter().add(ping) });`,
  },
  {
    name: "parley, with all checks",
    does: BOT,
    source: `${ROUTER}
      export default { fetch: interactionHandler({ router: new InteractionRouter({ checks }).add(ping) }) };`,
  },
  {
    name: "discord-hono",
    does: BOT,
    source: `import { DiscordHono } from "discord-hono";
      export default new DiscordHono().command("ping", (c) => c.res("pong"));`,
  },
  {
    name: "slash-create",
    does: BOT,
    source: `import { CloudflareWorkerServer, SlashCommand, SlashCreator } from "slash-create/web";
      class Ping extends SlashCommand {
        constructor(creator) { super(creator, { name: "ping", description: "Answers pong" }); }
        run() { return "pong"; }
      }
      const creator = new SlashCreator({ applicationID: "1", publicKey: "00", token: "", client: fetch });
      const server = new CloudflareWorkerServer();
      creator.withServer(server).registerCommands([Ping], false);
      export default server;`,
  },
];

/** How many bytes a program is, minified and then gzipped: in one file, or split what of it is loaded at once. */
export function sizeOf(source: string, splitting: boolean): number {
  return loadedAtOnce(bundle(source, { ...BUNDLED, splitting }))
    .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

export const BUNDLED: Parameters<typeof bundle>[1] = {
  platform: "browser",
  target: "es2022",
  minify: true,
  nodePaths: [PEERS_FOLDER],
};
