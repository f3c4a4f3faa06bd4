import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { DiscordGateway, Intents } from "../../../src/discord/gateway/mod.ts";
import type { GatewayCompression, GatewayEncoding } from "../../../src/discord/gateway/mod.ts";
import { Driver } from "../../../src/driver/driver.ts";
import { hostWith } from "../../../src/driver/host.ts";
import { dialer } from "../../../src/transport/dial.ts";
import { discordServerLinks } from "../../../testing/discord/links.ts";
import { DiscordServer, type DiscordServerEvent } from "../../../testing/discord/server.ts";
import { listenWebSocket } from "../../../testing/world/network/listen.ts";
import { seededRandom } from "../../../testing/world/random.ts";
import { within } from "../../_within.ts";
import { relay } from "./_relay.ts";

const CHANNEL = "81384788765712384";
const GUILD = "197038439483310086";

/** Every one that Discord has. */
const combinations: readonly (readonly [GatewayEncoding, GatewayCompression])[] = [
  ["json", "none"],
  ["json", "payload"],
  ["json", "zlib-stream"],
  ["json", "zstd-stream"],
  ["etf", "none"],
  ["etf", "zlib-stream"],
  ["etf", "zstd-stream"],
];

describe("DiscordGateway: over real sockets a session, a resume, and a cut in the midst of a message", () => {
  for (const [index, [encoding, compression]] of combinations.entries()) {
    it(`${encoding}, ${compression}`, async () => {
      // Each is an application of its own, so that none waits for another's IDENTIFY.
      const token = `${btoa(`10000000000000${index}`)}.parley.test`;
      let port = 0;
      await using way = await relay(() => port);
      const url = `ws://127.0.0.1:${way.port}`;
      const core = new DiscordServer({ token, heartbeatInterval: 500, resumeUrl: url });
      const told: DiscordServerEvent[] = [];
      const received = Promise.withResolvers<void>();
      const server = new Driver(core, {
        host: hostWith(dialer()),
        label: "server",
        deliver: (event: DiscordServerEvent) => {
          told.push(event);
          if (event.kind === "received") received.resolve();
        },
      });
      server.start();
      await using listener = await listenWebSocket(discordServerLinks(server));
      port = listener.port;
      const signal = AbortSignal.timeout(8_000);
      await using gateway = new DiscordGateway({
        token,
        encoding,
        compression,
        url,
        shards: 1,
        intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
        backoff: { base: 20 },
        signal,
      });
      const heard: string[] = [];
      const wrong: unknown[] = [];
      gateway.on("MESSAGE_CREATE", ({ data }) => void heard.push(data.content));
      gateway.on("malformed", (event) => void wrong.push(event));
      const guild = gateway.wait("GUILD_CREATE", { signal });
      await gateway.connect();
      assertEquals((await guild).data.id, GUILD);

      const hears = async (content: string) => {
        if (heard.includes(content)) return;
        const where = ({ data }: { data: { content: string } }) => data.content === content;
        await gateway.wait("MESSAGE_CREATE", { signal, where });
      };
      const say = async (content: string) =>
        void await server.command({ kind: "message", channel: CHANNEL, content });
      await say("naïve ☕");
      await hears("naïve ☕");
      // Many in one segment, some of which take several themselves.
      const burst = Array.from({ length: 100 }, (_, i) => `${i} ${noise(i % 10 === 0 ? 20_000 : 20)}`);
      await Promise.all(burst.map(say));
      await hears(burst.at(-1) ?? "");

      let resumed = gateway.wait("resumed", { signal });
      listener.cut();
      await say("while away");
      await resumed;

      resumed = gateway.wait("resumed", { signal });
      const before = way.passed;
      way.cutAfter(50_000);
      const large = noise(200_000);
      await say(large);
      await resumed;
      await hears(large);
      assert(way.passed - before > 50_000, "it was not cut in the midst of the message");

      await gateway.updatePresence({ status: "idle" });
      await within("the presence", received.promise);
      await say("at last");
      await hears("at last");
      assertEquals(heard, ["naïve ☕", ...burst, "while away", large, "at last"]);
      assertEquals(wrong, []);
      const sent = told.flatMap((event) => event.kind === "received" ? [[event.op, event.d]] : []);
      assertEquals(sent, [[3, { since: null, activities: [], status: "idle", afk: false }]]);
      assertEquals(told.filter(({ kind }) => kind === "identified").length, 1);
      const urls = new Set(core.log.flatMap((entry) => entry.kind === "opened" ? [entry.url] : []));
      const compress = compression.endsWith("stream") ? `&compress=${compression}` : "";
      assertEquals(urls, new Set([`${listener.url}/?v=10&encoding=${encoding}${compress}`]));
      await gateway.close();
      server.shutdown("end");
    });
  }
});

/** Text that does not compress well. */
function noise(length: number): string {
  const random = seededRandom(length, "noise");
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join("");
}
