/**
 * What a server makes lines cost, so that it never thinks of flooding. Each line moves a penalty ahead of the
 * clock; what is ahead of it by more than the limit waits. ([RFC 1459 section 8.10](https://www.rfc-editor.org/rfc/rfc1459#section-8.10))
 */
export interface FloodOptions {
  /** What a line costs, in milliseconds: at length one is sent in so many. @default {2_000} */
  readonly line?: number;
  /** What each byte of it costs beside that, in milliseconds; servers of the ircu family take 1000/120. @default {0} */
  readonly byte?: number;
  /** How far costs may run ahead of the clock, in milliseconds: what may be sent at once. @default {10_000} */
  readonly ahead?: number;
  /** How many lines a command costs, by its name, where that is not one. @default {{}} */
  readonly commands?: Readonly<Record<string, number>>;
}

/** Servers of which it is known what they make lines cost, as they come. */
export type FloodPreset = "ergo" | "inspircd" | "ircu" | "ngircd" | "solanum" | "unrealircd";

/** What these servers make lines cost, unless whoever runs them has set something else. */
export const FLOOD_PRESETS: Readonly<Record<FloodPreset, FloodOptions>> = {
  // "fakelag: burst-limit: 5, messages-per-window: 2, window: 1s"
  ergo: { line: 500, ahead: 2_500 },
  // "threshold="10" commandrate="1000""; the commands as measured at InspIRCd 3.15.
  inspircd: {
    line: 1_000,
    ahead: 10_000,
    commands: {
      INVITE: 4,
      JOIN: 2,
      LIST: 5,
      MONITOR: 2,
      NICK: 4,
      OPER: 11,
      PART: 5,
      TOPIC: 2,
      WHOIS: 2,
      WHOWAS: 2,
    },
  },
  // "2 seconds and one for each 120 bytes", 10 s ahead of the clock.
  ircu: { line: 2_000, byte: 1_000 / 120, ahead: 10_000 },
  // Three commands in a second.
  ngircd: { line: 400, ahead: 1_200 },
  // "client_flood_message_num = 2; client_flood_message_time = 1; client_flood_burst_max = 5"
  solanum: { line: 500, ahead: 2_500 },
  // "lag-penalty 1000; lag-penalty-bytes 90"
  unrealircd: { line: 1_000, byte: 1_000 / 90, ahead: 10_000 },
};

/** What servers call themselves in RPL_MYINFO. */
const VERSIONS: readonly (readonly [RegExp, FloodPreset])[] = [
  [/^(?:ergo|oragono)/i, "ergo"],
  [/^InspIRCd/i, "inspircd"],
  [/^(?:u2\.|ircu|snircd|nefarious)/i, "ircu"],
  [/^ngircd/i, "ngircd"],
  [/^(?:solanum|charybdis|ircd-seven|ircd-ratbox)/i, "solanum"],
  [/^Unreal/i, "unrealircd"],
];

/** Networks whose servers are known, where somebody in between does not tell what they are. */
const NETWORKS: Readonly<Record<string, FloodPreset>> = {
  "libera.chat": "solanum",
  quakenet: "ircu",
  undernet: "ircu",
};

/** What a server is, by its version or its network; undefined: it is not known. */
export function floodPresetOf(version: string, network = ""): FloodPreset | undefined {
  const found = VERSIONS.find(([pattern]) => pattern.test(version));
  if (found !== undefined) return found[1];
  const name = network.toLowerCase();
  return Object.hasOwn(NETWORKS, name) ? NETWORKS[name] : undefined;
}
