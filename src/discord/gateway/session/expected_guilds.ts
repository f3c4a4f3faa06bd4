import { isRecord } from "../../../protocol/data/json_value.ts";
import type { Payload } from "../wire/payload.ts";

/**
 * The guilds that are no news when GUILD_CREATE brings them: those that READY has named, and those that an outage has
 * taken away.
 */
export class ExpectedGuilds {
  // Replaced, never changed: an event that is read later has those of its time.
  #ids: ReadonlySet<string> | undefined;
  #toCome = 0;

  /** Those of now; undefined as long as no READY was seen. */
  get ids(): ReadonlySet<string> | undefined {
    return this.#ids;
  }

  /** How many of those that READY has named nothing was told of yet, as far as that can be told without reading any. */
  get toCome(): number {
    return this.#toCome;
  }

  /** READY names all that the bot is in. */
  ready({ guilds }: { readonly guilds: unknown }): void {
    this.#ids = new Set(Array.isArray(guilds) ? guilds.flatMap(idOf) : []);
    this.#toCome = this.#ids.size;
  }

  /** GUILD_CREATE or GUILD_DELETE, of which each guild that READY has named gets one first. */
  came(): void {
    this.#toCome = Math.max(0, this.#toCome - 1);
  }

  /** GUILD_DELETE: "if the `unavailable` field is not set, the user was removed from the guild". */
  deleted(payload: Payload): void {
    const data = dataOf(payload);
    const [id] = idOf(data);
    if (this.#ids === undefined || id === undefined) return;
    const isExpected = isRecord(data) && data.unavailable === true;
    if (this.#ids.has(id) === isExpected) return;
    const ids = new Set(this.#ids);
    if (isExpected) ids.add(id);
    else ids.delete(id);
    this.#ids = ids;
  }
}

/** What a payload says; one that turns out to be none says nothing, which whoever reads its event is told. */
function dataOf(payload: Payload): unknown {
  try {
    return payload.data;
  } catch {
    return undefined;
  }
}

function idOf(guild: unknown): string[] {
  return isRecord(guild) && typeof guild.id === "string" ? [guild.id] : [];
}
