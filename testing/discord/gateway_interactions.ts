import { isRecord } from "@parley/parley/internal";
import type { DiscordServerAnswer } from "./rest/_interactions.ts";
import type { DiscordServerRunner } from "./fetch.ts";

/**
 * What an `InteractionClient` gives its interactions to, so that a bot gets them through its gateway: a
 * {@linkcode DiscordServer} dispatches them, and the bot's first answer, which it gives to the server's REST API,
 * comes back. What it does later is in the server's `interactions`, events and log.
 *
 * @example
 * ```ts
 * import { DiscordGateway } from "@parley/parley/discord";
 * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { Driver } from "@parley/parley/driver";
 * import {
 *   DiscordServer,
 *   discordServerFetch,
 *   gatewayInteractions,
 *   InteractionClient,
 *   Simulation,
 * } from "@parley/testing";
 *
 * const world = new Simulation();
 * const core = new DiscordServer({ url: "wss://gateway.test" });
 * const server = new Driver(core, { host: world.host("server"), label: "discord", deliver: () => {} });
 * server.start();
 * world.serve("wss://gateway.test", server);
 * world.serveHttp("https://discord.test", discordServerFetch(server));
 *
 * const bot = new DiscordGateway({
 *   token: "parley.test.token",
 *   intents: 0,
 *   rest: { baseUrl: "https://discord.test/api" },
 *   runtime: world.host("bot"),
 * });
 * bot.use(new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong"))));
 * await world.until(bot.connect());
 *
 * const ada = new InteractionClient({ handler: gatewayInteractions(server) });
 * (await world.until(ada.command("ping"))).content; // "pong"
 * ```
 */
export function gatewayInteractions(server: DiscordServerRunner): (request: Request) => Promise<Response> {
  return async (request) => {
    const interaction: unknown = await request.json();
    if (!isRecord(interaction)) return new Response("", { status: 400 });
    const answer = await server.command({ kind: "interaction", interaction: { ...interaction } });
    if (!isAnswer(answer)) return new Response("", { status: 500 });
    const { type, data, files } = answer;
    const body = { type, ...(data !== undefined && { data }) };
    if (files.length === 0) return Response.json(body);
    const form = new FormData();
    form.append("payload_json", JSON.stringify(body));
    for (const [n, { name, data }] of files.entries()) {
      form.append(`files[${n}]`, new File([new Uint8Array(data)], name));
    }
    return new Response(form);
  };
}

function isAnswer(value: unknown): value is DiscordServerAnswer {
  return isRecord(value) && typeof value.type === "number" && Array.isArray(value.files);
}
