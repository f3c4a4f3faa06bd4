/** What a page does with each encoding and compression: a bot for each, and what it hears. */
import { Unzlib } from "fflate";
import { Decompress } from "fzstd";
import { inflatersOf } from "../../src/discord/gateway/compression/inflaters.ts";
import {
  type Decompressor,
  DiscordGateway,
  type GatewayCompression,
  type GatewayEncoding,
  Intents,
} from "../../src/discord/gateway/mod.ts";

/** A bot that the page runs. */
export interface PageBot {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly encoding: GatewayEncoding;
  readonly compression: GatewayCompression;
  readonly decompressor?: "fflate" | "fzstd";
}

/** What is read out of the page. */
export interface PageResult {
  /** What inflates what in it. */
  readonly inflaters: Readonly<Record<string, string>>;
  /** What each bot has heard. */
  readonly heard: Readonly<Record<string, string[]>>;
  /** How often each was resumed. */
  readonly resumed: Readonly<Record<string, number>>;
  /** What came of one that nothing here inflates for. */
  refused: string;
}

const DECOMPRESSORS: Readonly<Record<"fflate" | "fzstd", Decompressor>> = {
  fflate: Unzlib,
  fzstd: Decompress,
};

const inflaters: Record<string, string> = {};
const heard: Record<string, string[]> = {};
const resumed: Record<string, number> = {};
const result: PageResult = { inflaters, heard, resumed, refused: "" };
Reflect.set(globalThis, "result", result);

for (const compression of ["payload", "zlib-stream", "zstd-stream"] as const) {
  inflaters[compression] = inflatersOf(compression).map(({ by }) => by).join(", ");
}

const bots: PageBot[] = JSON.parse(new URL(import.meta.url).searchParams.get("bots") ?? "[]");
for (const { name, decompressor, ...options } of bots) {
  const said: string[] = heard[name] = [];
  resumed[name] = 0;
  const gateway = new DiscordGateway({
    ...options,
    ...(decompressor && { decompressor: DECOMPRESSORS[decompressor] }),
    shards: 1,
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    backoff: { base: 20 },
  });
  gateway.on("MESSAGE_CREATE", ({ data }) => void said.push(data.content));
  gateway.on("resumed", () => void (resumed[name] = (resumed[name] ?? 0) + 1));
  gateway.connect().then(() => said.push("ready"), (error) => result.refused = `${name}: ${error.message}`);
}
