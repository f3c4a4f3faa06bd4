import { isRecord } from "../../../protocol/data/json_value.ts";
import { DispatchEvent } from "./dispatch_event.ts";
import type { DispatchData } from "./dispatch_names.ts";
import type { Payload } from "./payload.ts";

/** A guild is there: it was joined just now, or it has become available. */
export class GuildCreateEvent extends DispatchEvent<"GUILD_CREATE", DispatchData["GUILD_CREATE"]> {
  readonly #expected: ReadonlySet<string> | undefined;

  /** Takes the guilds that the bot was in before; undefined: it is not known, since another run has begun the session. */
  constructor(
    shard: number,
    session: string,
    sequence: number,
    payload: Payload,
    replayed: boolean,
    expected?: ReadonlySet<string>,
  ) {
    super("GUILD_CREATE", shard, session, sequence, payload, replayed);
    this.#expected = expected;
  }

  /**
   * True if the bot has joined the guild; false if it was in it before: READY has named it, or an outage has kept it away.
   * A guild that is joined during an outage counts as joined once it is there. In a session that another run of the bot has begun, it goes
   * by whether `unavailable` is told at all, which Discord leaves out of a guild that was joined.
   *
   * Source: Discord, "Gateway Events", Guild Create.
   *
   * @throws {ProtocolError} if what Discord sent is not JSON.
   *
   * @example
   * ```ts
   * import { DiscordGateway, Intents } from "@parley/parley/discord";
   *
   * const gateway = new DiscordGateway({ token: "a.bot.token", intents: Intents.Guilds });
   * gateway.on("GUILD_CREATE", ({ joined, data }) => {
   *   if (joined) console.log(`Hello, ${data.name}`);
   * });
   * ```
   */
  get joined(): boolean {
    const data: unknown = this.data;
    if (!isRecord(data) || data.unavailable === true) return false;
    if (this.#expected === undefined) return data.unavailable === undefined;
    return typeof data.id === "string" && !this.#expected.has(data.id);
  }
}
