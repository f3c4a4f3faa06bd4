import { TwitchClient } from "@parley/parley";
import * as commands from "@parley/parley/commands";
import * as discord from "@parley/parley/discord";
import * as helpers from "@parley/parley/discord/helpers";
import * as interactions from "@parley/parley/discord/interactions";
import * as verify from "@parley/parley/discord/interactions/verify";
import * as rest from "@parley/parley/discord/rest";
import * as state from "@parley/parley/discord/state";
import * as discordTypes from "@parley/parley/discord/types";
import * as driver from "@parley/parley/driver";
import * as hono from "@parley/parley/hono";
import * as internal from "@parley/parley/internal";
import * as irc from "@parley/parley/irc";
import * as nats from "@parley/parley/nats";
import * as permits from "@parley/parley/permits";
import * as protocol from "@parley/parley/protocol";
import * as transport from "@parley/parley/transport";
import * as twitch from "@parley/parley/twitch";
import * as twitchApi from "@parley/parley/twitch/api";
import * as twitchEventSub from "@parley/parley/twitch/eventsub";
import * as testing from "@parley/testing";
import * as serve from "@parley/testing/serve";

export const entries = [
  commands,
  discord,
  helpers,
  interactions,
  internal,
  verify,
  rest,
  state,
  discordTypes,
  driver,
  hono,
  irc,
  nats,
  permits,
  protocol,
  transport,
  twitch,
  twitchApi,
  twitchEventSub,
  testing,
  serve,
];

export async function read(): Promise<string> {
  await using chat = await new TwitchClient({ channels: ["#forsen"] }).connect();
  for await (const event of chat) if (event.kind === "PRIVMSG") return event.text;
  return "";
}

export function tell(event: discord.GatewayEvent): number {
  return event.kind === "gap"
    ? event.to - event.from
    : event.kind === "MESSAGE_CREATE"
    ? event.data.content.length
    : 0;
}

// What is mistaken is seen: nothing above has become `any` on its way.
export function mistake(event: discord.GatewayEvent): unknown {
  // @ts-expect-error: there is no such event
  return event.kind === "NO_SUCH_EVENT" ? event : undefined;
}
