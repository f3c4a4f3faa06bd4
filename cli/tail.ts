import type { GatewayEvent } from "@parley/parley/discord";
import type { Client, ClientEvent } from "@parley/parley/driver";
import { isRecord } from "@parley/parley/internal";
import { TwitchClient } from "@parley/parley/twitch";
import { type DiscordFlags, discordGateway, discordToken, ircClient, type IrcFlags } from "./clients.ts";
import { discordText, ircText, jsonText, twitchText, USUAL, withoutTokens } from "./event_text.ts";
import { type Io, UsageError } from "./io.ts";
import { type Paint, painter } from "./painter.ts";
import { readSecret } from "./secret.ts";
import { needTwitchAuth } from "./twitch_login.ts";

/** What to show, and how. */
export interface TailFlags {
  readonly json?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly kind?: readonly string[] | undefined;
}

/** What a network has of its own. */
interface View<Event> {
  /** The kinds that are shown unless others are asked for. */
  readonly usual: ReadonlySet<string>;
  readonly text: (event: Event | ClientEvent, paint: Paint) => string;
  /** Whether an event is of what is followed. @default all are */
  readonly concerns?: (event: Event | ClientEvent) => boolean;
  /** Leaves out of JSON what is secret. @default nothing is */
  readonly replacer?: (key: string, value: unknown) => unknown;
}

/**
 * Connects a client, and writes a line for each of its events until the program is to end, or the client does.
 *
 * @throws what the client ends with.
 */
async function follow<Event extends { readonly kind: string }>(
  io: Io,
  client: Client<Event>,
  { json = false, all = false, kind }: TailFlags,
  { usual, text, concerns = () => true, replacer }: View<Event>,
): Promise<void> {
  const kinds = kind === undefined ? usual : new Set(kind);
  const paint = painter(io, io.out);
  const wall = () => io.host.clock?.wall() ?? Date.now();
  const leave = () => void client.close();
  io.stopped.addEventListener("abort", leave, { once: true });
  try {
    const events = client[Symbol.asyncIterator]();
    const connected = io.stopped.aborted ? undefined : client.connect();
    // The loop ends with the same.
    connected?.catch(() => {});
    if (connected === undefined) return;
    for await (const event of { [Symbol.asyncIterator]: () => events }) {
      const wanted = (all && kind === undefined) || kinds.has(event.kind);
      if (!wanted || !concerns(event) || io.stopped.aborted) continue;
      const line = json ? jsonText(event, replacer) : `${paint("dim", timeOf(wall()))} ${text(event, paint)}`;
      await io.out.write(`${line}\n`);
    }
  } catch (error) {
    if (!io.stopped.aborted) throw error;
  } finally {
    io.stopped.removeEventListener("abort", leave);
    await client.close();
  }
}

function timeOf(wall: number): string {
  return new Date(wall).toTimeString().slice(0, 8);
}

/** Shows what happens in channels of an IRC network. */
export async function tailIrc(
  io: Io,
  host: string,
  channels: readonly string[],
  flags: TailFlags & IrcFlags,
): Promise<void> {
  await follow(io, await ircClient(io, host, flags, { channels }), flags, {
    usual: USUAL.irc,
    text: ircText,
  });
}

/** Shows what happens in channels of Twitch. */
export async function tailTwitch(
  io: Io,
  channels: readonly string[],
  flags: TailFlags & { readonly account?: boolean | undefined; readonly url?: string | undefined },
): Promise<void> {
  const auth = flags.account ? await needTwitchAuth(io) : undefined;
  const { url } = flags;
  const client = new TwitchClient({
    channels: channels.map((name) => name.startsWith("#") ? name : `#${name}`),
    runtime: io.host,
    ...(auth && { auth }),
    ...(url !== undefined && { url }),
  });
  await follow(io, client, flags, { usual: USUAL.twitch, text: twitchText });
}

/** Shows what happens where a Discord bot is, or in some channels. */
export async function tailDiscord(
  io: Io,
  channels: readonly string[],
  flags: TailFlags & DiscordFlags & { readonly intents: number },
): Promise<void> {
  const wrong = channels.find((id) => !/^\d{15,20}$/.test(id));
  if (wrong !== undefined) {
    throw new UsageError(
      `Cannot follow "${wrong}": name a channel by its id (Developer Mode, Copy Channel ID)`,
    );
  }
  const token = await readSecret(io, discordToken(flags));
  await follow(io, discordGateway(io, token, flags.intents, flags), flags, {
    usual: USUAL.discord,
    text: discordText,
    replacer: withoutTokens,
    concerns: (event) => channels.length === 0 || isIn(channels, event),
  });
}

/** Whether an event happened in one of these channels, or in none at all. */
function isIn(channels: readonly string[], event: GatewayEvent | ClientEvent): boolean {
  if (!("data" in event) || !isRecord(event.data)) return true;
  const { channel_id: channel } = event.data;
  return typeof channel !== "string" || channels.includes(channel);
}
