import { executionOf } from "../../../http/execution.ts";
import { InteractionRouter, type Routable } from "../routing/router.ts";
import { InteractionEndpoint, type InteractionEndpointOptions } from "./endpoint.ts";

/** What comes with a request to {@linkcode interactionHandler}: a worker's bindings, or what a server knows. */
export interface WorkerContext<Env = unknown> {
  /** The second argument that the handler was called with. */
  readonly env: Env;
}

/** A plain handler for interactions; what its router needs must come. */
export type InteractionHandler<Env> = unknown extends Env
  ? (request: Request, env?: unknown, execution?: unknown) => Promise<Response>
  : (request: Request, env: Env, execution?: unknown) => Promise<Response>;

/**
 * Makes a plain handler for interactions, for `Deno.serve`, `Bun.serve` and edge workers. The router's handlers get
 * what comes with the request as `{ env }`: on edge workers the bindings.
 *
 * Source: Discord, "Interactions: Overview", Setting Up an Endpoint.
 *
 * @throws {OptionError} if a public key is not 64 hexadecimal digits, or one that anybody can sign for, or another
 * option is not acceptable.
 *
 * @example
 * ```ts
 * import { command, interactionHandler, InteractionRouter } from "@parley/parley/discord/interactions";
 * import process from "node:process";
 *
 * const publicKey = process.env.DISCORD_PUBLIC_KEY ?? ""; // from the Developer Portal
 * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * const fetch = interactionHandler({ publicKey, router }); // export default { fetch }
 * (await fetch(new Request("https://bot.example/interactions", { method: "POST" }))).status; // 401
 * ```
 */
export function interactionHandler<Env = unknown>(
  options: InteractionEndpointOptions<WorkerContext<Env>>,
): InteractionHandler<Env> {
  const endpoint = new InteractionEndpoint(options);
  function interactions(request: Request, env: Env, execution?: unknown): Promise<Response> {
    const waitUntil = (work: Promise<unknown>) => executionOf(execution)?.waitUntil(work);
    return endpoint.respond(request, { context: { env }, waitUntil });
  }
  // It may be left out only where nothing needs it.
  return interactions as InteractionHandler<Env>;
}

/** What runtimes serve that take a module's default export. */
export interface InteractionBot<Env> {
  /** Answers a request. */
  readonly fetch: InteractionHandler<Env>;
}

/**
 * Makes a whole bot of what answers, to be a module's default export, on edge workers, Bun and `deno serve`. Its public
 * key is `DISCORD_PUBLIC_KEY` of the bindings, or of the process's environment. For more options make an
 * {@linkcode InteractionRouter} and an {@linkcode interactionHandler}.
 *
 * Source: Discord, "Interactions: Overview", Setting Up an Endpoint.
 *
 * @throws {OptionError} if two of them match the same.
 *
 * @example
 * ```ts
 * import { command, bot } from "@parley/parley/discord/interactions";
 *
 * export default bot(command("ping", "Answers pong", (i) => i.reply("pong")));
 * ```
 */
export function bot<Env = unknown>(
  ...definitions: readonly Routable<WorkerContext<Env>>[]
): InteractionBot<Env> {
  const router = new InteractionRouter<WorkerContext<Env>>().add(...definitions);
  return { fetch: interactionHandler({ router }) };
}
