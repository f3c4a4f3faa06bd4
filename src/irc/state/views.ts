import { LazyRecord } from "../../protocol/data/lazy_record.ts";
import type { Roster } from "./roster.ts";
import type { IrcChannel, IrcChannels, IrcUser, IrcUsers } from "../wire/events/presence.ts";

/** The channels that we are in. */
export class ChannelsView extends LazyRecord implements IrcChannels {
  readonly #roster: Roster;

  constructor(roster: Roster) {
    super();
    this.#roster = roster;
  }

  get size(): number {
    return this.#roster.channels.size;
  }

  get names(): readonly string[] {
    return Array.from(this.#roster.channels.values(), ({ name }) => name);
  }

  get(name: string): IrcChannel | undefined {
    return this.#roster.channel(name);
  }

  has(name: string): boolean {
    return this.#roster.channel(name) !== undefined;
  }

  [Symbol.iterator](): Iterator<IrcChannel> {
    return this.#roster.channels.values();
  }
}

/** Those whom we know. */
export class UsersView extends LazyRecord implements IrcUsers {
  readonly #roster: Roster;

  constructor(roster: Roster) {
    super();
    this.#roster = roster;
  }

  get size(): number {
    return this.#roster.size;
  }

  get(nick: string): IrcUser | undefined {
    return this.#roster.find(nick);
  }

  has(nick: string): boolean {
    return this.#roster.find(nick) !== undefined;
  }

  [Symbol.iterator](): Iterator<IrcUser> {
    return this.#roster.users();
  }
}
