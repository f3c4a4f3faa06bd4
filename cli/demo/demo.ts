import { sleepUntil, systemClock } from "@parley/parley/driver";
import { Intents } from "@parley/parley/discord";
import { discordToken } from "../clients.ts";
import type { Io } from "../io.ts";
import { readSecret } from "../secret.ts";

import { account, type Statement } from "./account.ts";
import { type Network, onDiscord, onIrc, onTwitch } from "./networks.ts";
import { Relay, type RelayWatcher } from "./relay.ts";
import { Screen } from "./screen.ts";
import { openVenues, speech, type Venue } from "./servers.ts";

// How long people talk unless it is said, how often, in milliseconds, and after which part of it which connection is cut.
const TALK = 7_000;
const PAUSE = 230;
const CUTS = [0.2, 0.35, 0.5];
// How long what is under way at the end may take.
const PATIENCE = 10_000;

/** Real services to be on, in place of servers of our own. */
export interface DemoFlags {
  /** `ircs://irc.libera.chat/#channel`. */
  readonly irc?: string | undefined;
  readonly nick?: string | undefined;
  /** A channel, which is only listened to. */
  readonly twitch?: string | undefined;
  readonly discord?: boolean | undefined;
  /** The id of a channel; the first in which somebody says something, if there is none. */
  readonly discordChannel?: string | undefined;
  /** How long people talk on servers of our own, in seconds. @default {7} */
  readonly seconds?: number | undefined;
}

/**
 * One bot on IRC, Twitch and Discord at once: what it hears on one network it says on the others. On servers of our own, on
 * loopback, people talk, every connection is cut once, and every message is accounted for; on real services it goes on
 * until Ctrl-C. Resolves to whether the account closes.
 */
export async function demo(io: Io, flags: DemoFlags = {}): Promise<boolean> {
  const screen = new Screen(io);
  const real = flags.irc !== undefined || flags.twitch !== undefined || flags.discord === true;
  return await (real
    ? onServices(io, screen, flags)
    : onServersOfOurOwn(screen, flags.seconds === undefined ? TALK : flags.seconds * 1_000));
}

function watcherOn(screen: Screen): RelayWatcher {
  return {
    heard: (network, { author, text }) => screen.event(network, `${author}: ${text}`),
    away: (network, reason) => screen.event(network, `away: ${reason}; connecting again`, "bad"),
    back: (network, { from, to, how, replayed }) => {
      const late = replayed === undefined ? "" : `, ${replayed} events replayed`;
      screen.event(network, `back after ${seconds(to - from)}: ${how}${late}`, "good");
    },
    fate: (target, { relayedAs }, fate) => {
      if (fate === "lost" || fate === "refused") {
        screen.event(target, `${fate} on the way: ${relayedAs}`, "bad");
      }
    },
    failed: (network, error) => screen.event(network, `error: ${error}`, "bad"),
  };
}

async function onServersOfOurOwn(screen: Screen, talk: number): Promise<boolean> {
  screen.line("Starting an IRC, a Twitch and a Discord server on loopback, and one bot on all three.");
  const venues = await openVenues();
  const relay = new Relay(venues.map(({ network }) => network), watcherOn(screen));
  const begin = systemClock.now();
  venues.forEach((venue, index) => {
    systemClock.setTimer(begin + talk * (CUTS[index] ?? 0), () => {
      screen.event(venue.network.name, "the connection is being cut", "bad");
      venue.cut();
    });
  });
  // A machine that is busy takes longer to come back, and people wait for that.
  const areBack = () => venues.every(({ network }) => (relay.absences.get(network.name) ?? []).length > 0);
  const isOver = (now: number) => now >= begin + talk && (areBack() || now >= begin + talk + PATIENCE);
  for (let n = 0; !isOver(systemClock.now()); n++) {
    for (const venue of venues) {
      const { person, text } = speech(venue.network.name, n);
      venue.speak(person, text);
      await sleepUntil(systemClock, systemClock.now() + PAUSE / venues.length);
    }
  }
  const faults = await finish(relay);
  const result = summarise(screen, relay, venues, faults);
  for (const venue of venues) await venue[Symbol.asyncDispose]();
  return result;
}

async function onServices(io: Io, screen: Screen, flags: DemoFlags): Promise<boolean> {
  const networks: Network[] = [];
  if (flags.irc !== undefined) {
    const url = new URL(flags.irc);
    const channel = decodeURIComponent(url.hash || `#${url.pathname.slice(1)}`);
    const nick = flags.nick ?? `parley${Math.floor(Math.random() * 10_000)}`;
    networks.push(await onIrc(channel, { url: `${url.protocol}//${url.host}`, nick }));
  }
  if (flags.twitch !== undefined) networks.push(await onTwitch(flags.twitch));
  if (flags.discord) {
    const token = await readSecret(io, discordToken({}));
    const intents = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent;
    networks.push(await onDiscord(flags.discordChannel, { token, intents }));
  }
  const relay = new Relay(networks, watcherOn(screen));
  for (const { name, place, say } of networks) {
    screen.event(name, `listening to ${place}${say === undefined ? ", not speaking" : ""}`, "dim");
  }
  if (!io.stopped.aborted) {
    await new Promise((resolve) => io.stopped.addEventListener("abort", resolve, { once: true }));
  }
  const faults = await finish(relay);
  return summarise(screen, relay, [], faults);
}

/** Waits until it is known what became of everything, then leaves every network. */
async function finish(relay: Relay): Promise<string[]> {
  const faults: string[] = [];
  const patience = sleepUntil(systemClock, systemClock.now() + PATIENCE).then(() => {
    faults.push(`after ${seconds(PATIENCE)} something is still under way`);
  });
  await Promise.race([relay.settled(), patience]);
  await Promise.all(relay.networks.map((network) => network[Symbol.asyncDispose]()));
  return faults;
}

function summarise(screen: Screen, relay: Relay, venues: readonly Venue[], late: readonly string[]): boolean {
  const { statements, faults: found } = account(relay, venues);
  const faults = [...late, ...found];
  for (const venue of venues) {
    const { length } = relay.absences.get(venue.network.name) ?? [];
    if (length !== 1) faults.push(`${venue.network.name} was cut once, and came back ${length} times`);
  }
  screen.line();
  screen.table([
    ["network", "said", "received", "missed", "relayed to it", "lost", "refused", "away", "the cut"],
    ...statements.map(row),
  ]);
  screen.line();
  const sum = (fate: "relayed" | "lost" | "refused") =>
    statements.reduce((all, { fates }) => all + fates[fate], 0);
  screen.line(
    `${relay.entries.length} messages received, ${sum("relayed") + sum("lost") + sum("refused")} relays: ` +
      `${sum("relayed")} arrived exactly once, ${sum("lost")} were under way when a link died and are ` +
      `reported lost, ${sum("refused")} were refused.`,
  );
  for (const fault of faults) screen.line(screen.paint("bad", `Not accounted for: ${fault}`));
  screen.line(
    faults.length === 0
      ? screen.paint("good", "The account closes.")
      : screen.paint("bad", "The account does not close."),
  );
  return faults.length === 0;
}

function row({ name, said, received, missed, fates, absences }: Statement): string[] {
  const away = absences.reduce((all, { from, to }) => all + (to - from), 0);
  const replayed = absences.reduce((all, absence) => all + (absence.replayed ?? 0), 0);
  const how = absences.map((absence) => absence.how).join("; ");
  return [
    name,
    said === undefined ? "?" : String(said),
    String(received),
    missed === undefined ? "?" : String(missed),
    String(fates.relayed),
    String(fates.lost),
    String(fates.refused),
    seconds(away),
    how === "" ? "none" : replayed > 0 ? `${how}, ${replayed} events replayed` : how,
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
