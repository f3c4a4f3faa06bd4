import { CommandError } from "../../../protocol/errors.ts";
import { quote } from "../../../protocol/quote.ts";

/** What is to be told of: a type of event, and of whom. */
export interface EventSubWanted {
  /** `channel.follow`, `stream.online`, … ([Types](https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/)) */
  readonly type: string;
  /** @default {"1"} */
  readonly version?: string | undefined;
  /** Of whom, by the ids of accounts: `{ broadcaster_user_id: "12826" }`. */
  readonly condition: Readonly<Record<string, string>>;
}

/**
 * What tells one subscription from another: two of one key are one to Twitch.
 *
 * @throws {CommandError} `invalid_command` if it is none.
 */
export function keyOf({ type, version = "1", condition }: EventSubWanted): string {
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
  return JSON.stringify([type, version, parts]);
}
