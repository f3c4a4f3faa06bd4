/**
 * What the gateway benchmark sends and what is read of it: dispatches as Discord writes them, from a seed.
 * Of ten, seven are presences, two typing, and the last is a message; on average about 1 KB.
 *
 * @module
 */

/** The number READY bears; dispatches follow. All of one width, so that the server can write them in place. */
export const FIRST_SEQUENCE = 1_000_000;

/** The one event in ten. */
export const WANTED = "MESSAGE_CREATE";

/** How many different dispatches there are, before they repeat under new numbers. */
export const VARIETY = 2_000;

/** The same where they are compressed: more of them than Zstandard looks back on. */
export const COMPRESSED_VARIETY = 20_000;

/** One dispatch, less its sequence number. */
export interface Dispatch {
  readonly name: "MESSAGE_CREATE" | "PRESENCE_UPDATE" | "TYPING_START";
  /** The text up to the sequence number. */
  readonly head: string;
  /** The text after it. */
  readonly tail: string;
  /** What a contender reads of it. */
  readonly value: number;
}

/** What the contenders read of the data, so that nobody gets away without parsing it. */
export interface Readable {
  readonly content?: string;
  readonly activities?: readonly unknown[];
  readonly timestamp?: number | string;
}

/** The figure that is read of the data of an event. */
export function valueOf(name: string, data: Readable): number {
  switch (name) {
    case "MESSAGE_CREATE":
      return data.content?.length ?? 0;
    case "PRESENCE_UPDATE":
      return data.activities?.length ?? 0;
    default:
      return Number(data.timestamp);
  }
}

/** Adds a figure to a sum that also depends on the order. */
export function add(sum: number, value: number): number {
  return (Math.imul(sum, 31) + value) | 0;
}

/** What the values of the first so many dispatches come to; of all, or of those that are wanted. */
export function expectedSum(dispatches: readonly Dispatch[], count: number, wantedOnly: boolean): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const dispatch = dispatches[i % dispatches.length];
    if (dispatch && (!wantedOnly || dispatch.name === WANTED)) sum = add(sum, dispatch.value);
  }
  return sum;
}

/** Makes the dispatches; the same for the same seed. */
export function makeDispatches(seed: number, count: number = VARIETY): readonly Dispatch[] {
  const random = mulberry32(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = (words: readonly string[]) => words[below(words.length)] ?? "";
  const id = () =>
    `${1 + below(9)}${String(below(1e9)).padStart(9, "0")}${String(below(1e9)).padStart(9, "0")}`;
  const hash = () => Array.from({ length: 32 }, () => below(16).toString(16)).join("");
  const text = (length: number) => {
    let result = pick(WORDS);
    while (result.length < length) result += ` ${pick(WORDS)}`;
    return result;
  };
  const guilds = Array.from({ length: 40 }, id);
  const channels = Array.from({ length: 400 }, id);
  const roles = Array.from({ length: 200 }, id);
  const when = () => new Date(1_760_000_000_000 + below(1e10)).toISOString().replace("Z", "000+00:00");
  const user = () => ({
    username: `${pick(WORDS)}_${below(1e4)}`,
    public_flags: below(2) * 256,
    primary_guild: null,
    id: id(),
    global_name: below(3) === 0 ? null : text(10),
    display_name_styles: null,
    discriminator: "0",
    collectibles: null,
    clan: null,
    avatar_decoration_data: null,
    avatar: hash(),
  });
  const member = () => ({
    roles: Array.from({ length: 1 + below(5) }, () => pick(roles)),
    premium_since: null,
    pending: false,
    nick: below(2) === 0 ? null : text(12),
    mute: false,
    joined_at: when(),
    flags: 0,
    deaf: false,
    communication_disabled_until: null,
    banner: null,
    avatar: null,
  });
  const activity = () => ({
    type: below(3),
    timestamps: { start: 1_760_000_000_000 + below(1e10), end: 1_770_000_000_000 + below(1e10) },
    sync_id: hash().slice(0, 22),
    state: text(24),
    session_id: hash(),
    party: { id: `spotify:${id()}` },
    name: text(8),
    id: `spotify:${below(9)}`,
    flags: 48,
    details: text(20),
    created_at: 1_760_000_000_000 + below(1e10),
    assets: { large_text: text(16), large_image: `spotify:${hash()}` },
  });
  const make: Record<Dispatch["name"], () => unknown> = {
    MESSAGE_CREATE: () => ({
      type: 0,
      tts: false,
      timestamp: when(),
      pinned: false,
      nonce: id(),
      mentions: below(3) === 0 ? [{ ...user(), member: member() }] : [],
      mention_roles: [],
      mention_everyone: false,
      member: member(),
      id: id(),
      flags: 0,
      embeds: below(4) > 0 ? [] : [{
        url: `https://example.com/${hash()}`,
        type: "article",
        title: text(40),
        description: text(300),
        content_scan_version: 0,
        thumbnail: { width: 1280, url: `https://example.com/${hash()}.jpg`, proxy_url: "", height: 720 },
      }],
      edited_timestamp: null,
      // As people write: a line break, quotation marks, what is no ASCII.
      content: text(20 + below(300)) + pick(["", "", "\n", ' "so"', " 🎉", " grüße", " C:\\temp"]),
      components: [],
      channel_type: 0,
      channel_id: pick(channels),
      author: user(),
      attachments: [],
      guild_id: pick(guilds),
    }),
    PRESENCE_UPDATE: () => {
      const activities = Array.from({ length: below(4) }, activity);
      return {
        user: { id: id() },
        status: pick(["online", "idle", "dnd", "offline"]),
        processed_at_timestamp: 1_760_000_000_000 + below(1e10),
        guild_id: pick(guilds),
        client_status: { desktop: "online", ...(below(2) === 0 && { mobile: "idle" }) },
        broadcast: null,
        activities,
      };
    },
    TYPING_START: () => ({
      user_id: id(),
      timestamp: 1_760_000_000 + below(1e7),
      member: { user: user(), ...member() },
      channel_id: pick(channels),
      guild_id: pick(guilds),
    }),
  };
  return Array.from({ length: count }, (_, i): Dispatch => {
    const name = i % 10 === 9 ? WANTED : i % 5 === 2 ? "TYPING_START" : "PRESENCE_UPDATE";
    const data = make[name]();
    return {
      name,
      head: `{"t":"${name}","s":`,
      tail: `,"op":0,"d":${JSON.stringify(data)}}`,
      value: valueOf(name, data as Readable),
    };
  });
}

const WORDS =
  "time year people way day man thing woman life child world school state family student group country"
    .split(" ");

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
