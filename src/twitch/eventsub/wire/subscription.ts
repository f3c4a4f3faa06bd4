import { CommandError } from "../../../protocol/errors.ts";
import { quote } from "../../../protocol/data/quote.ts";
import { EVENTSUB_VERSIONS } from "./versions.ts";

/** What is to be told of: a type of event, and of whom. */
export interface EventSubWanted {
  /** `channel.follow`, `stream.online`, … ([Types](https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/)) */
  readonly type: string;
  /** @default the newest that is known of the type; {"1"} where the type is not known */
  readonly version?: string | undefined;
  /** Of whom, by the ids of accounts: `{ broadcaster_user_id: "12826" }`. */
  readonly condition: Readonly<Record<string, string>>;
}

/** Which version is wanted. */
export function versionOf({ type, version }: EventSubWanted): string {
  const known: Readonly<Record<string, readonly string[]>> = EVENTSUB_VERSIONS;
  return version ?? (Object.hasOwn(known, type) ? known[type]?.at(-1) : undefined) ?? "1";
}

/**
 * What tells one subscription from another: two of one key are one to Twitch.
 *
 * @throws {CommandError} `invalid_command` if it is none.
 */
export function keyOf(wanted: EventSubWanted): string {
  const { type, condition } = wanted;
  if (!/^[a-z_]+(\.[a-z_]+)+$/.test(type)) {
    throw new CommandError("invalid_command", `Cannot subscribe to ${quote(type)}: that is no type of event`);
  }
  const parts = Object.entries(condition).sort(([a], [b]) => a < b ? -1 : 1);
  for (const [name, value] of parts) {
    if (typeof value === "string" && value !== "") continue;
    throw new CommandError(
      "invalid_command",
      `Cannot subscribe to ${quote(type)}: its condition has no ${quote(name)}`,
    );
  }
  return JSON.stringify([type, versionOf(wanted), parts]);
}
