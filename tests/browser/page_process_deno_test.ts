import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { IrcClient } from "../../src/irc/client.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { bundle } from "../../tools/shared/bundle.ts";
import { serve } from "../interop/_serve.ts";
import { within } from "../_within.ts";
import { chromium, Page } from "./_chromium.ts";

const FOLDER = new URL("../../examples/browser/", import.meta.url);
/** What the page has of the servers' transports has no place in a browser. */
const TCP = /transport\/(streams\/(streams|\w+_net)|websocket\/(stream_websocket|_frames)|proxy\/\w+_tunnel)/;

/** Serves the page with its bundle; `asked` is what a browser has loaded. */
function serveFolder(): AsyncDisposable & {
  readonly origin: string;
  readonly asked: string[];
  readonly tcp: string[];
} {
  const { files } = bundle('import "./examples/browser/main.ts";', { splitting: true, minify: true });
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    const name = pathname.replace("/dist/", "");
    asked.push(name);
    if (pathname === "/") {
      const page = readFileSync(new URL("index.html", FOLDER));
      return new Response(page, { headers: { "content-type": "text/html" } });
    }
    const script = files.get(name);
    if (script === undefined) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(script.contents), { headers: { "content-type": "text/javascript" } });
  });
  const tcp = [...files].filter(([, { sources }]) => sources.some((path) => TCP.test(path)));
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    asked,
    tcp: tcp.map(([name]) => name),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

describe("examples/browser in Chromium", () => {
  it("reads Twitch and IRC by WebSocket, comes back after a cut, and loads no TCP", {
    skip: chromium === undefined,
  }, async () => {
    if (chromium === undefined) return;
    await using twitch = await serve(new TwitchServer(), (server) => listenWebSocket(server));
    await using irc = await serve(
      new IrcServer(),
      (server) => listenWebSocket(server, { protocols: ["text.ircv3.net"] }),
    );
    await using folder = serveFolder();
    const query = new URLSearchParams({
      twitch: "dallas",
      "twitch-url": twitch.listener.url,
      irc: irc.listener.url,
      channel: "#parley",
    });
    await using page = await Page.open(chromium, `${folder.origin}/?${query}`);
    const on = () =>
      page.until(
        "[...document.querySelectorAll('output')].map((o) => o.textContent)",
        (text) => text === "on,on",
      );
    const reads = (line: string) =>
      page.until("document.querySelector('#lines').innerText", (text) => text.split("\n").includes(line));

    await using bot = await new IrcClient({
      url: irc.listener.url,
      nick: "parley",
      channels: ["#parley"],
      backoff: { base: 20 },
    }).connect();
    await on();
    for (const times of ["once", "again"]) {
      await within(
        "the channel",
        twitch.command({ kind: "say", channel: "#dallas", login: "ronni", text: `${times} <b>` }),
      );
      await reads(`#dallas ronni: ${times} <b>`);
      await bot.privmsg("#parley", `${times} & all`);
      await reads(`#parley parley: ${times} & all`);
      if (times === "again") break;
      const back = bot.wait("gap", { signal: AbortSignal.timeout(10_000) });
      twitch.listener.cut();
      irc.listener.cut();
      await back;
      await page.until(
        "document.querySelector('#lines').innerText",
        (text) => ["twitch", "irc"].every((client) => text.includes(`${client} away: for `)),
      );
      await on();
    }
    assertEquals(page.uncaught, []);
    assertEquals(folder.asked.includes("main.js"), true);
    assertEquals(folder.tcp.length > 0, true, "the bundle has no TCP to leave out");
    assertEquals(folder.asked.filter((name) => folder.tcp.includes(name)), []);
  });
});
