/**
 * Durable Objects for `workerd`, each with a gateway of its own, all in one isolate.
 *
 * @module
 */
import { DiscordGateway, Intents } from "../../../src/discord/gateway/mod.ts";

interface Bindings {
  readonly Bot: Namespace;
}

/** What is used of Cloudflare's own types. */
interface Namespace {
  get(id: unknown): { fetch(request: Request): Promise<Response> };
  idFromName(name: string): unknown;
}

/** A bot that tells what it has heard. */
export class Bot {
  readonly #abort: (reason: string) => void;
  readonly #heard: string[] = [];
  #gateway: DiscordGateway | undefined;

  constructor(state: { abort(reason: string): void }) {
    this.#abort = (reason) => state.abort(reason);
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/connect":
        await this.#connect(searchParams.get("api") ?? "");
        break;
      case "/abort":
        this.#abort("It is moved to another machine");
        break;
      case "/say":
        await this.#gateway?.rest.createMessage("81384788765712384", { content: "said by an object" });
        break;
    }
    return Response.json(this.#heard.splice(0));
  }

  async #connect(baseUrl: string): Promise<void> {
    const gateway = this.#gateway = new DiscordGateway({
      token: "parley.test.token",
      intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
      rest: { baseUrl },
      backoff: { base: 50 },
    });
    gateway.on("MESSAGE_CREATE", ({ data }) => void this.#heard.push(data.content));
    for (const kind of ["heartbeat_ack", "reconnecting", "resumed", "ready"] as const) {
      gateway.on(kind, () => void this.#heard.push(kind));
    }
    gateway.on("error", ({ error }) => void this.#heard.push(String(error)));
    await gateway.connect();
  }
}

export default {
  fetch(request: Request, { Bot }: Bindings): Promise<Response> {
    const name = new URL(request.url).searchParams.get("object") ?? "";
    return Bot.get(Bot.idFromName(name)).fetch(request);
  },
};
