/**
 * Runs a command among servers of its own, which it finds under the names of the real ones: to be run where those names lead
 * to loopback (see `_among_names.ts`). Ends with 0 once the command has done what it is there for.
 *
 * @module
 */
import { join } from "node:path";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";
import { within } from "../_within.ts";
import { startServers } from "./_servers.ts";
import type { Scene } from "./_steps.ts";

/** Where the real ones are, by the name of the variable that tells where ours are. */
export const REAL: Readonly<
  Record<"TWITCH" | "DISCORD" | "GATEWAY" | "IRC", readonly [name: string, address: string, port: number]>
> = {
  TWITCH: ["irc-ws.chat.twitch.tv", "127.0.0.2", 443],
  DISCORD: ["discord.com", "127.0.0.3", 443],
  GATEWAY: ["gateway.discord.gg", "127.0.0.5", 443],
  IRC: ["irc.libera.chat", "127.0.0.4", 6697],
};

/** Where an app for HTTP listens, as the ways to serve one choose it. */
const HTTP = ["http://127.0.0.1:8000", "http://127.0.0.1:3000"];

async function pass(listener: Deno.TcpListener, port: number): Promise<void> {
  for await (const from of listener) {
    const to = await Deno.connect({ hostname: "127.0.0.1", port });
    for (const [a, b] of [[from, to], [to, from]] as const) {
      void a.readable.pipeTo(b.writable).catch(() => {});
    }
  }
}

/** Whether a command over HTTP is answered as it should be, once somebody listens. */
async function answers(keys: SigningKeys): Promise<boolean> {
  for (const origin of HTTP) {
    const handler = (request: Request) => fetch(request);
    const client = new InteractionClient({ keys, handler, url: `${origin}/interactions` });
    const answer = await client.command("ping").catch(() => undefined);
    if (answer !== undefined) return answer.content === "pong";
  }
  return false;
}

async function act([what = "", folder = "", command = "", env = "{}"]: readonly string[]): Promise<void> {
  const hosts = Object.values(REAL).map(([name]) => name);
  await using servers = await startServers({ hosts, hello: "!ping" });
  for (const [variable, [, hostname, port]] of Object.entries(REAL)) {
    void pass(Deno.listen({ hostname, port }), Number(new URL(servers.env[variable] ?? "").port));
  }
  const trusted = join(folder, "..", `${crypto.randomUUID()}.pem`);
  await Deno.writeTextFile(trusted, servers.env.IRC_CERTIFICATE ?? "");
  const keys = await SigningKeys.generate();
  const child = new Deno.Command("sh", {
    args: ["-c", `exec ${command}`],
    cwd: folder,
    env: {
      ...JSON.parse(env),
      DENO_CERT: trusted,
      NODE_EXTRA_CA_CERTS: trusted,
      DISCORD_TOKEN: "parley.test.token",
      DISCORD_PUBLIC_KEY: keys.publicKey,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let printed = "";
  const reading = [child.stdout, child.stderr].map((stream) =>
    stream.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({ write: (text) => void (printed += text) }),
    )
  );
  const done: Readonly<Record<Scene, () => boolean | Promise<boolean>>> = {
    twitch: () => printed.split("\n").includes("ann !ping"),
    irc: () => servers.said.some((line) => /^IRC: (!ping|pong)$/.test(line)),
    discord: () => servers.said.includes("Discord: pong"),
    // Before it is there, nobody answers, for ever.
    slash: async () =>
      printed.includes("Connected") && await servers.slash("ping").catch(() => "") === "pong",
    hono: () => answers(keys),
    serves: () => /^gateway ws:/m.test(printed),
    hears: () => printed.includes("!ping"),
    says: () => servers.said.some((line) => command.includes(line.slice(line.indexOf(": ") + 2))),
  };
  const isDone = Object.entries(done).find(([scene]) => scene === what)?.[1] ?? (() => false);
  const works = async () => {
    while (!await isDone()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  let isThere = true;
  const ended = Promise.all([child.status, ...reading]).then(async ([{ code }]) => {
    isThere = false;
    if (code === 0 && await isDone()) return;
    throw new Error(`${command} ended with ${code}:\n${printed}`);
  });
  ended.catch(() => {});
  try {
    await within(command, Promise.race([ended, works()]), () => `${printed}\n${servers.said.join("\n")}`);
  } finally {
    if (isThere) child.kill("SIGKILL");
  }
}

if (import.meta.main) {
  await act(Deno.args);
  Deno.exit(0);
}
