import { assertEquals } from "@std/assert";
import { it } from "node:test";
import { isRecord } from "../../src/protocol/data/json_value.ts";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";
import { httpProxy, socksProxy } from "../transport/_proxies.ts";
import { startServers } from "./_servers.ts";

/** What `programs/features.mjs` can do, where there is all that a server has. */
export const FEATURES = [
  "Twitch",
  "IRC by TLS",
  "IRC by WebSocket",
  "Discord",
  "interactions",
  "proxies",
] as const;

/** What it needs to know: where our servers and proxies are, and a command to be answered. */
type Environment = Readonly<Record<string, string>>;

/** What a server hears, by the feature that says it. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  Twitch: ["Twitch: Twitch"],
  Discord: ["Discord: Discord"],
  interactions: [],
  proxies: ["IRC: http proxies", "IRC: socks5 proxies"],
};

/** Uses features at a place, among servers, and tells what came of them. */
export type Use = (names: readonly string[], env: Environment) => Promise<unknown>;

/** Tests that features work at a place, each by itself, though all are used at once. */
export function testFeatures(place: string, names: readonly string[], use: Use): void {
  let used: ReturnType<typeof useAll> | undefined;
  for (const name of names) {
    it(`${place}: ${name}`, async () => {
      const { told, said, proxied } = await (used ??= useAll(names, use));
      assertEquals(told[name], "hello");
      const wanted = SAID[name] ?? [`IRC: ${name}`];
      assertEquals(said.filter((line) => wanted.includes(line)).sort(), wanted);
      if (name === "proxies") assertEquals(proxied, ["parley", "parley"]);
    });
  }
}

async function useAll(names: readonly string[], use: Use) {
  await using servers = await startServers();
  const credentials = "parley:secret";
  await using http = await httpProxy({ credentials });
  await using socks5 = await socksProxy({ credentials });
  const env = {
    ...servers.env,
    ...await signedCommand(),
    PROXIES: JSON.stringify({ http: http.url, socks5: socks5.url }),
  };
  const told = await use(names, env);
  if (!isRecord(told)) throw new Error(`Nothing was told: ${told}`);
  return { told, said: [...servers.said], proxied: [...http.log, ...socks5.log].map(({ user }) => user) };
}

/** A command as Discord sends it over HTTP, and the key by which to verify it. */
async function signedCommand(): Promise<Environment> {
  const keys = await SigningKeys.generate();
  let signed = "";
  const handler = async (request: Request) => {
    signed = JSON.stringify({ headers: Object.fromEntries(request.headers), body: await request.text() });
    return Response.json({ type: 4, data: { content: "noted" } });
  };
  await new InteractionClient({ keys, handler }).command("ping");
  return { PUBLIC_KEY: keys.publicKey, SIGNED: signed };
}
