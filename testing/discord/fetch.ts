import { isRecord } from "@parley/parley/internal";
import type { RestRequest, RestResponse } from "./rest/_answers.ts";
import type { DiscordServerCommand } from "./_types.ts";

/** What runs a server: its `command` gives the server commands, as a `Driver`'s does. */
export interface DiscordServerRunner {
  /** Gives a command; resolves with what it settles with. */
  command(command: DiscordServerCommand): Promise<unknown>;
}

/**
 * The server's REST API as a `fetch`: for `listenWebSocket`, for a `Host`, or for any HTTP server.
 *
 * @example
 * ```ts
 * import { discordServerFetch, type DiscordServerRunner } from "@parley/testing";
 *
 * async function ask(server: DiscordServerRunner): Promise<Response> {
 *   const headers = { authorization: "Bot parley.test.token" };
 *   return await discordServerFetch(server)("http://localhost/api/v10/gateway/bot", { headers });
 * }
 * ```
 */
export function discordServerFetch(
  server: DiscordServerRunner,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname, origin, search } = new URL(request.url);
    const answer = await server.command({
      kind: "rest",
      method: request.method,
      path: pathname,
      query: search.slice(1),
      origin,
      headers: Object.fromEntries(request.headers),
      ...await contentOf(request),
    });
    if (!isRestResponse(answer)) return new Response("", { status: 500 });
    const { status, headers, body } = answer;
    return new Response(status === 204 ? null : body, { status, headers });
  };
}

/** What a request carries: text, or a form of JSON and files. */
async function contentOf(request: Request): Promise<Pick<RestRequest, "body" | "files">> {
  if (!request.headers.get("content-type")?.startsWith("multipart/form-data")) {
    return { body: await request.text() };
  }
  const form = await request.formData();
  const files = [...form.values()].filter((value) => value instanceof File).map(async (file) => ({
    name: file.name,
    data: new Uint8Array(await file.arrayBuffer()),
  }));
  return { body: String(form.get("payload_json") ?? "{}"), files: await Promise.all(files) };
}

function isRestResponse(value: unknown): value is RestResponse {
  return isRecord(value) && typeof value.status === "number" && typeof value.body === "string" &&
    isRecord(value.headers);
}
