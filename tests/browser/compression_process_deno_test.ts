import { assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import type { GatewayCompression, GatewayEncoding } from "../../src/discord/gateway/mod.ts";
import { discordServerLinks } from "../../testing/discord/links.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { seededRandom } from "../../testing/world/random.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { bundle, loadedAtOnce } from "../../tools/shared/bundle.ts";
import { serve } from "../interop/_serve.ts";
import { within } from "../_within.ts";
import { chromium, Page } from "./_chromium.ts";
import type { PageBot, PageResult } from "./_compression_page.ts";

const CHANNEL = "81384788765712384";

type Kind = readonly [GatewayEncoding, GatewayCompression, PageBot["decompressor"]?];

/** All that a browser can speak, and by what. */
const KINDS: readonly Kind[] = [
  ["json", "none"],
  ["json", "payload"],
  ["json", "zlib-stream"],
  ["json", "zlib-stream", "fflate"],
  ["json", "zstd-stream", "fzstd"],
  ["etf", "none"],
  ["etf", "zlib-stream"],
  ["etf", "zlib-stream", "fflate"],
  ["etf", "zstd-stream", "fzstd"],
];

/** Text that does not compress well. */
function noise(length: number): string {
  const random = seededRandom(length, "noise");
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join("");
}

/** Serves a page that runs what is bundled. */
function servePage(): AsyncDisposable & { readonly origin: string } {
  const [main] = loadedAtOnce(bundle('import "./tests/browser/_compression_page.ts";'));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/main.js" && main !== undefined) {
      return new Response(new Uint8Array(main.contents), { headers: { "content-type": "text/javascript" } });
    }
    const html = `<script type="module" src="/main.js${search.replaceAll('"', "%22")}"></script>`;
    return new Response(html, { headers: { "content-type": "text/html" } });
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

describe("DiscordGateway in Chromium", () => {
  it("inflates by DecompressionStream or by what it is given: a session, many at once, a resume", {
    skip: chromium === undefined,
  }, async () => {
    if (chromium === undefined) return;
    await using stack = new AsyncDisposableStack();
    const served = await Promise.all(KINDS.map(async ([encoding, compression, decompressor], index) => {
      const token = `${btoa(`20000000000000${index}`)}.parley.test`;
      // On a busy machine an acknowledgement may be seconds late.
      const core = new DiscordServer({ token, heartbeatInterval: 10_000 });
      const server = stack.use(await serve(core, (runner) => listenWebSocket(discordServerLinks(runner))));
      const name = [encoding, compression, ...decompressor ? [decompressor] : []].join(" ");
      const bot: PageBot = {
        name,
        url: server.listener.url,
        token,
        encoding,
        compression,
        ...(decompressor && { decompressor }),
      };
      return { server, bot };
    }));
    const unable: PageBot = {
      name: "nothing",
      url: "ws://127.0.0.1:1",
      token: "a.token",
      encoding: "json",
      compression: "zstd-stream",
    };
    await using folder = servePage();
    const bots = JSON.stringify([...served.map(({ bot }) => bot), unable]);
    await using page = await Page.open(chromium, `${folder.origin}/?${new URLSearchParams({ bots })}`);
    const result = async (wanted: (result: PageResult) => boolean): Promise<PageResult> =>
      JSON.parse(
        await page.until(
          "JSON.stringify(globalThis.result)",
          (text) => text !== "undefined" && wanted(JSON.parse(text)),
        ),
      );
    const all = (content: string) => ({ heard }: PageResult) =>
      served.every(({ bot }) => heard[bot.name]?.includes(content));
    const say = (content: string) =>
      within(
        "the channel",
        Promise.all(
          served.map(({ server }) => server.command({ kind: "message", channel: CHANNEL, content })),
        ),
      );
    await result(all("ready"));
    const burst = Array.from({ length: 30 }, (_, i) => `${i} naïve ☕ ${noise(i % 10 === 0 ? 20_000 : 20)}`);
    for (const content of burst) await say(content);
    await result(all(burst.at(-1) ?? ""));
    for (const { server } of served) server.listener.cut();
    await say("while away");
    const { heard, resumed, refused, inflaters } = await result((result) =>
      // RESUMED comes behind what was said meanwhile.
      all("while away")(result) && served.every(({ bot }) => (result.resumed[bot.name] ?? 0) > 0)
    );

    for (const { bot: { name } } of served) {
      assertEquals(heard[name], ["ready", ...burst, "while away"], name);
      assertEquals(resumed[name], 1, name);
    }
    for (const [compression, by] of Object.entries(inflaters)) {
      console.log(`Chromium: ${compression} by ${by || "a `decompressor`"}`);
    }
    assertEquals(inflaters, {
      "payload": "DecompressionStream",
      "zlib-stream": "DecompressionStream",
      "zstd-stream": "",
    });
    assertEquals(
      refused,
      'nothing: Cannot inflate "zstd-stream": this runtime has nothing for it, ' +
        "give a `decompressor` such as `Decompress` of npm's fzstd",
    );
    assertEquals(page.uncaught, []);
  });
});
