import { dispatchNames, encodeCommand, type GapEvent, type GatewayCommand } from "@parley/parley/discord";
import type { Observation } from "@parley/parley/driver";
import { isRecord } from "@parley/parley/internal";
import type { Instant } from "@parley/parley/protocol";
import { shardOf } from "../../discord/gateway/_session.ts";
import {
  checkDiscordDelivery,
  checkDiscordLimits,
  checkDiscordSessions,
  checkDiscordSpeech,
  checkDiscordWire,
  type DiscordClient,
  type DiscordLink,
  type DiscordNumbered,
} from "../../discord/checker.ts";
import type { DiscordServerLogEntry, DiscordServerMessage } from "../../discord/server.ts";
import type { Delivered } from "../../world/checking/checker.ts";
import { groupedBy } from "../../world/checking/_grouped_by.ts";
import { labelled, type Violation } from "../../world/checking/violation.ts";
import type { Life, Told } from "../bot/_life.ts";
import { checkOutcomes, counted } from "../_outcomes.ts";

/** What is known of a Discord and of its bots. */
export interface DiscordEvidence {
  readonly log: readonly DiscordServerLogEntry[];
  readonly observations: readonly Observation[];
  /** Whose a link of the server's is. */
  readonly ownerOf: (link: number) => DiscordLink | undefined;
  readonly lives: readonly Life[];
  /** What was said, by people and by bots, and when. */
  readonly said: readonly { readonly message: DiscordServerMessage; readonly at: Instant }[];
  /** Where sessions are begun. */
  readonly gateway: string;
}

/** Holds everything that bots did against Discord's rules, and what they were told against what happened. */
export function checkDiscord(evidence: DiscordEvidence): Violation[] {
  const { log, ownerOf, observations, lives } = evidence;
  const accepted = log.flatMap((entry) => entry.kind === "opened" ? [ownerOf(entry.link)] : []);
  const delivered = new Map<string, Delivered<Kept>[]>();
  for (const life of lives) {
    for (const told of life.told) {
      const { event, at } = told;
      if (!isKept(event)) continue;
      const label = `${told.label} shard ${event.shard}`;
      const of = delivered.get(label) ?? [];
      delivered.set(label, of);
      of.push({ event: lean(event), at });
    }
  }
  const clients = new Map<string, DiscordClient>();
  const lifeOf = (label: string) => lives.find((life) => label.startsWith(`${life.label} `));
  for (const label of labelsOf(observations)) {
    clients.set(label, clientOf(label, lifeOf(label), delivered, evidence));
  }
  const history = { log, accepted, observations, clients };
  return [
    ...checkDiscordWire(observations, clients),
    ...checkDiscordDelivery(history, delivered),
    ...checkDiscordSessions(history),
    // What another process of a bot has sent a process may know by its store; that of a test may have none.
    ...checkDiscordLimits(history, { knows: (one, before) => lifeOf(one.label) === lifeOf(before.label) }),
    ...checkSpeech(evidence, delivered),
    ...checkTrue(evidence),
    ...checkCommands(evidence),
  ];
}

/** An event that a checker reads, of a shard. */
type Kept = (DiscordNumbered | GapEvent) & { readonly shard: number };

const named: ReadonlySet<string> = new Set<string>([...dispatchNames, "ready", "resumed", "unknown", "gap"]);

function isKept(event: Told["event"]): event is Kept {
  return named.has(event.kind) && "shard" in event && "sequence" in event;
}

/** Without most of its data, which would fill the memory within a day: messages are known by their IDs. */
function lean(event: Kept): Kept {
  if (event.kind === "gap") return event;
  const { kind, session, sequence, shard } = event;
  const id = kind === "MESSAGE_CREATE" && isRecord(event.data) ? event.data.id : undefined;
  return { kind, session, sequence, shard, ...(id !== undefined && { data: { content: id } }) };
}

/** The labels of shards: what else dials is no client of Discord's. */
function labelsOf(observations: readonly Observation[]): Set<string> {
  return new Set(observations.map(({ label }) => label).filter((label) => / shard \d+$/.test(label)));
}

/** What observations do not tell of a client: how it began, and which events it wants. */
function clientOf(
  label: string,
  life: Life | undefined,
  delivered: ReadonlyMap<string, readonly Delivered<Kept>[]>,
  { log, ownerOf, observations, gateway }: DiscordEvidence,
): DiscordClient {
  const told = delivered.get(label) ?? [];
  const dial = observations.find((one) => one.kind === "dial" && one.label === label);
  const dialled = dial?.kind === "dial" ? new URL(dial.url) : undefined;
  const first = log.find((entry) =>
    entry.kind === "received" && (entry.op === 2 || entry.op === 6) && ownerOf(entry.link)?.label === label
  );
  const begunElsewhere = log.some((entry) =>
    entry.kind === "received" && entry.op === 2 && ownerOf(entry.link)?.label !== label
  );
  const resumed = first?.kind === "received" && first.op === 6 && isRecord(first.d) ? first.d : undefined;
  return {
    ...(dialled && { url: `${gateway}/${dialled.search}` }),
    // Nobody but the bot knows what it asked for; of what it was told once it wants all.
    wanted: new Set(told.map(({ event }) => event.kind)),
    ...(resumed && dialled
      ? {
        resume: {
          sessionId: String(resumed.session_id),
          sequence: Number(resumed.seq),
          resumeUrl: dialled.origin === "null" ? `${dialled.protocol}//${dialled.host}` : dialled.origin,
        },
      }
      : { resume: leftBehind(told, delivered, begunElsewhere) }),
    keeps: true,
    stands: life?.stood === true,
    died: life?.isOver === true,
  };
}

/** What a store has of a session that was begun, and not saved before its process died. */
const UNKNOWN = "unknown";

/**
 * The session of an earlier process that one begins its first gap behind, which it has from its store: it must be one that
 * a client was told of as far as that, or one that another has begun and never saved.
 */
function leftBehind(
  told: readonly Delivered<Kept>[],
  delivered: ReadonlyMap<string, readonly Delivered<Kept>[]>,
  begunElsewhere: boolean,
): DiscordClient["resume"] {
  const gap = told.find(({ event }) => event.kind !== "ready")?.event;
  if (gap?.kind !== "gap" || gap.resumed) return undefined;
  const { session: sessionId, sequence } = gap;
  const isKnown = sessionId === UNKNOWN
    ? begunElsewhere
    : [...delivered.values()].some((others) =>
      others !== told &&
      others.some(({ event }) =>
        event.kind !== "gap" && event.session === sessionId && event.sequence >= sequence
      )
    );
  return isKnown ? { sessionId, sequence, resumeUrl: "", ended: true } : undefined;
}

/** What was said in the guilds of each shard was told once and in order, or a gap in its place. */
function checkSpeech(
  { said, lives }: DiscordEvidence,
  delivered: ReadonlyMap<string, Delivered<Kept>[]>,
): Violation[] {
  const texts = new Map(said.map(({ message }) => [message.id, message.content]));
  return lives.flatMap((life) => {
    const own = [...delivered].filter(([label]) => label.startsWith(`${life.label} `));
    const count = Math.max(0, ...own.flatMap(([, told]) => told.map(({ event }) => event.shard))) + 1;
    return own.flatMap(([label, told]) => {
      const shard = told[0]?.event.shard ?? 0;
      const due = said
        .filter(({ message }) => shardOf(message.guild_id, count) === shard)
        // Without the intent for direct messages nobody is told of them.
        .filter(({ message }) => message.guild_id !== undefined)
        .map(({ message, at }) => ({ text: message.id, at }));
      return labelled(label, checkDiscordSpeech(due, told)).map(({ rule, message }) => ({
        rule,
        message: message.replaceAll(
          /"(\d+)"/g,
          (found, id: string) => JSON.stringify(texts.get(id) ?? found),
        ),
      }));
    });
  });
}

/** Whatever a client tells that somebody has said, they have said so; without the intent for it, it tells no text. */
function checkTrue({ lives, said }: DiscordEvidence): Violation[] {
  const texts = new Map(said.map(({ message }) => [message.id, message.content]));
  return lives.flatMap((life) =>
    life.told.flatMap(({ event, label }) => {
      if (event.kind !== "MESSAGE_CREATE" || !("data" in event) || !isRecord(event.data)) return [];
      const text = texts.get(String(event.data.id));
      const { content } = event.data;
      if (text === undefined || content === text || content === "") return [];
      const message = `${label}: "${content}" is told to be said, and it was "${text}"`;
      return [{ rule: "told_untruly", message }];
    })
  );
}

/** What a client calls done it has sent, as far as it sends JSON. */
function checkCommands({ lives, observations }: DiscordEvidence): Violation[] {
  const sent = groupedBy(
    observations.flatMap((one) => one.kind === "sent" ? [{ label: one.label, data: one.data }] : []),
    ({ label }) => label,
  );
  return lives.flatMap((life) =>
    [...new Set(life.settled.map(({ label }) => label))].flatMap((label) => {
      const own = (sent.get(label) ?? []).flatMap(({ data }) => data ?? []);
      if (!own.every((data) => typeof data === "string")) return [];
      const found = checkOutcomes(life, label, textsOf, counted(own));
      // A presence is sent again on each link.
      return labelled(label, found.filter(({ rule }) => rule === "done_unheard"));
    })
  );
}

function textsOf(command: unknown): readonly string[] {
  return isCommand(command) ? [encodeCommand(command)] : [];
}

const COMMANDS: ReadonlySet<unknown> = new Set<GatewayCommand["kind"]>([
  "presence",
  "voice_state",
  "request_guild_members",
  "request_soundboard_sounds",
  "request_channel_info",
  "send",
]);

function isCommand(command: unknown): command is GatewayCommand {
  return isRecord(command) && COMMANDS.has(command.kind);
}
