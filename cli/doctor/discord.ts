import { Intents } from "@parley/parley/discord";
import type { DiscordRest } from "@parley/parley/discord/rest";
import { AuthenticationError } from "@parley/parley/protocol";
import { type DiscordFlags, discordGateway, discordRest, discordToken } from "../clients.ts";
import type { Io } from "../io.ts";
import { findSecret } from "../secret.ts";
import { failed, type Finding, fromError, ok, skipped, warning } from "./finding.ts";
import { checkClock } from "./machine.ts";
import { ask, ONCE, reach } from "./reach.ts";

/** What of Discord is looked at. */
export interface DiscordDoctorFlags extends DiscordFlags {
  /** The intents that the bot is to have. */
  readonly intents: number;
  /** Whether to begin a session, which counts against those of a day. */
  readonly connect?: boolean | undefined;
}

const PORTAL = "https://discord.com/developers/applications";
/** Where the switches for privileged intents are. */
const SWITCHES = `at ${PORTAL}, under Bot, Privileged Gateway Intents`;

/** Each privileged intent, the application's flags of which one allows it, and how its switch is called. */
const PRIVILEGED: readonly (readonly [intent: keyof typeof Intents, flags: number, name: string])[] = [
  ["GuildPresences", 1 << 12 | 1 << 13, "Presence Intent"],
  ["GuildMembers", 1 << 14 | 1 << 15, "Server Members Intent"],
  ["MessageContent", 1 << 18 | 1 << 19, "Message Content Intent"],
];

/** The intents that bring messages, whose content is empty without another. */
const MESSAGES = Intents.GuildMessages | Intents.DirectMessages;

/** Looks at Discord: whether it can be reached, by whom, how often, and with what. */
export async function* checkDiscord(io: Io, flags: DiscordDoctorFlags): AsyncGenerator<Finding> {
  const api = flags.api ?? "https://discord.com/api";
  try {
    const { headers, before, after } = await ask(io.host, `${api}/v10/gateway`);
    yield ok("discord api", `${api} can be reached`);
    const clock = checkClock(headers.get("date"), before, after);
    if (clock !== undefined) yield clock;
  } catch (error) {
    yield fromError("discord api", error);
    return;
  }
  const token = await findSecret(io, discordToken(flags));
  if (token === undefined) {
    yield skipped(
      "discord token",
      "No token is set",
      `set DISCORD_TOKEN to the bot's token, from ${PORTAL}, Bot, Reset Token`,
    );
    return;
  }
  const rest = discordRest(io, flags, token);
  const user = yield* checkToken(rest, token);
  if (!user) return;
  const url = yield* checkSessions(rest);
  yield* checkIntents(rest, flags.intents);
  if (url === undefined) return;
  if (flags.connect) yield* checkSession(io, token, flags);
  else {
    const problem = await reach(io.host, url);
    yield problem === undefined
      ? ok("discord gateway", "can be reached; --connect begins a session, too")
      : fromError("discord gateway", problem);
  }
}

async function* checkToken(rest: DiscordRest, token: string): AsyncGenerator<Finding, boolean> {
  try {
    const { username, id } = await rest.request("GET /users/@me");
    yield ok("discord token", `is that of ${username} (${id})`);
    return true;
  } catch (error) {
    if (!(error instanceof AuthenticationError)) {
      yield fromError("discord token", error);
      return false;
    }
    const shape = token.split(".").length === 3
      ? ""
      : ", and it does not look like one: it may be the client secret or the public key";
    yield failed(
      "discord token",
      `Discord does not accept the token${shape}`,
      `take a new one at ${PORTAL}, Bot, Reset Token, and set DISCORD_TOKEN to it`,
    );
    return false;
  }
}

/** Whether sessions can be begun; returns where the gateway is. */
async function* checkSessions(rest: DiscordRest): AsyncGenerator<Finding, string | undefined> {
  try {
    const { url, shards, session_start_limit: { remaining, total, reset_after } } = await rest
      .getGatewayBot();
    const left = `${remaining} of ${total} session starts are left, for ${shards} recommended shards`;
    const wait =
      `wait for ${
        inWords(reset_after)
      }, and find out what identifies so often: a bot in a crash loop, or one ` +
      "without a store, which cannot resume";
    if (remaining < shards) yield failed("discord sessions", left, wait);
    else if (remaining < total / 10) yield warning("discord sessions", left, wait);
    else yield ok("discord sessions", left);
    return url;
  } catch (error) {
    yield fromError("discord sessions", error);
    return undefined;
  }
}

function inWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

async function* checkIntents(rest: DiscordRest, intents: number): AsyncGenerator<Finding> {
  try {
    const { flags = 0 } = await rest.getCurrentApplication();
    const refused = PRIVILEGED.filter(([intent, allowed]) =>
      (intents & Intents[intent]) !== 0 && (flags & allowed) === 0
    );
    for (const [intent, , name] of refused) {
      yield failed(
        "discord intents",
        `Discord does not allow this bot the intent ${intent}, and closes with 4014 if it is asked for`,
        `switch on "${name}" ${SWITCHES}, or leave ${intent} out of --intents`,
      );
    }
    if (refused.length === 0) yield ok("discord intents", "all of them are allowed");
  } catch (error) {
    yield fromError("discord intents", error);
  }
  if ((intents & MESSAGES) !== 0 && (intents & Intents.MessageContent) === 0) {
    yield warning(
      "discord message content",
      "Messages are to come, but without MessageContent their text is empty, unless they mention the bot or are " +
        "direct",
      `switch on "Message Content Intent" ${SWITCHES}, and add MessageContent to the intents`,
    );
  }
}

async function* checkSession(
  io: Io,
  token: string,
  flags: DiscordDoctorFlags,
): AsyncGenerator<Finding> {
  const gateway = discordGateway(io, token, flags.intents, flags, ONCE);
  try {
    await gateway.connect();
    yield ok("discord gateway", `a session was begun, in ${gateway.shardCount} shards`);
  } catch (error) {
    yield fromError("discord gateway", error);
  } finally {
    await gateway.close();
  }
}
