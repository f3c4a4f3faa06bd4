import { assertEquals, assertStringIncludes } from "@std/assert";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";
import { root } from "../../tools/shared/config.ts";
import { find } from "../../tools/shared/runtimes.ts";

const keys = await SigningKeys.generate();

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
  });
  return promise;
}

/** How each example is served, as its comment says. */
const servers: Record<string, (port: string) => Promise<{ readonly path: string; readonly args: string[] }>> =
  {
    "deploy.ts": (port) => {
      const config = ["--config", "deno.offline.json", "--no-lock", "--no-check", "--quiet"];
      const args = ["serve", "-A", ...config, "--host", "127.0.0.1", "--port", port, "examples/deploy.ts"];
      return Promise.resolve({ path: Deno.execPath(), args });
    },
    "bun_interactions.ts": async () => {
      const bun = await find("bun");
      if (bun === undefined) throw new Error("Cannot find bun");
      return { path: bun.path, args: ["examples/bun_interactions.ts"] };
    },
  };

describe("examples", () => {
  for (const [name, serve] of Object.entries(servers)) {
    it(`examples/${name}: serves signed requests over HTTP`, async () => {
      const port = String(await freePort());
      const { path, args } = await serve(port);
      const server = new Deno.Command(path, {
        args,
        cwd: root,
        env: { DISCORD_PUBLIC_KEY: keys.publicKey, PORT: port },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const url = `http://127.0.0.1:${port}/interactions`;
      try {
        await answering(url);
        const ada = new InteractionClient({ keys, handler: (request) => fetch(request), url });
        const pong = await ada.ping();
        assertEquals([pong.status, pong.body], [200, { type: 1 }]);
        assertStringIncludes(pong.headers.get("content-type") ?? "", "application/json");
        assertEquals((await ada.command("ping")).content, "pong");
        assertEquals((await ada.forge()).status, 401);
        if (name !== "deploy.ts") return;
        const events = new InteractionClient({
          keys,
          handler: (request) => fetch(request),
          url: url.replace("interactions", "events"),
        });
        assertEquals((await events.webhookEvent()).status, 204);
        assertEquals(
          (await events.webhookEvent("APPLICATION_DEAUTHORIZED", { user: { username: "a" } })).status,
          204,
        );
      } finally {
        server.kill("SIGKILL");
        await server.status;
      }
    });
  }
});

/** Resolves once somebody answers there. */
async function answering(url: string): Promise<void> {
  for (let attempt = 0;; attempt++) {
    try {
      await (await fetch(url)).body?.cancel();
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      // The program is still being loaded, and tells nobody when it is done.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
