import { MOST_KNOWN_CHANNELS, MOST_MEMBERS, MOST_REMAPS, MOST_STATE_TEXT } from "../wire/bounds.ts";
import { type Casemapping, foldCase } from "../wire/casemapping.ts";
import { whyUnsendable } from "../wire/command.ts";
import type { Isupport } from "../wire/isupport.ts";
import { KnownChannel, type MemberContext } from "./known_channel.ts";
import { endOfNick, KnownMe, KnownUser } from "./known_user.ts";
import { NickTable } from "./nick_table.ts";

/** Shorter texts are copied by engines anyway. */
const COPIED = 13;

/** A part of a text that does not keep the line alive, or all that came with it, of which engines may make it a part. */
export function kept(text: string, start: number = 0, end: number = text.length): string {
  if (end - start < COPIED) return text.slice(start, end);
  const joined = text.charAt(start) + text.slice(start + 1, end);
  // Whoever looks into it makes it one piece.
  joined.charCodeAt(0);
  return joined;
}

/** How much a server can make a state keep. */
export interface IrcStateLimits {
  /** Members, counted in each of their channels, and those who are watched. @default {1_000_000} */
  readonly members: number;
  /** Characters of names, masks, topics and other texts. @default {67_108_864} */
  readonly text: number;
}

/**
 * The channels, the users, and who is in which: each user once, for as long as there is a reason to know them. What is
 * kept is bounded.
 */
export class Roster {
  readonly #others: boolean;
  readonly #limits: IrcStateLimits;
  readonly #context: MemberContext;
  readonly #User: new (source: string, number: number) => KnownUser;
  readonly #users: NickTable;
  #remaps = 0;
  /** Ourselves. */
  me: KnownMe;
  /** By their folded names. */
  #channels = new Map<string, KnownChannel>();
  /** Whom we watch by MONITOR, and who is on. */
  readonly #watched = new Set<KnownUser>();
  #members = 0;
  #text = 0;
  #leftOut = 0;

  /** Takes our nick, what the server supports, whether others are kept, and how much at most. */
  constructor(nick: string, isupport: Isupport, others: boolean, limits: Partial<IrcStateLimits> = {}) {
    this.#others = others;
    this.#limits = { members: MOST_MEMBERS, text: MOST_STATE_TEXT, ...limits };
    this.#users = new NickTable(isupport.casemapping);
    this.#context = {
      find: (nick) => this.#users.find(nick),
      at: (number) => this.#users.at(number),
      prefixes: () => isupport.prefix,
    };
    this.#User = this.#userClass();
    this.me = this.#newMe(nick);
  }

  /** All who are known. */
  get users(): Iterable<KnownUser> & { readonly size: number } {
    return this.#users;
  }

  /** By their folded names. */
  get channels(): ReadonlyMap<string, KnownChannel> {
    return this.#channels;
  }

  /** Those who are watched, and on. */
  get watched(): Iterable<KnownUser> {
    return this.#watched;
  }

  /** Which characters are the same. */
  get casemapping(): Casemapping {
    return this.#users.casemapping;
  }

  /** How many members, channels and texts were not kept, for there was no room. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Folds a nick or a channel's name as the server does. */
  fold(name: string): string {
    return foldCase(name, this.casemapping);
  }

  /** Whoever has a nick. */
  find(nick: string): KnownUser | undefined {
    return this.#users.find(nick);
  }

  /** The channel that has a name. */
  channel(name: string): KnownChannel | undefined {
    return this.#channels.get(this.fold(name));
  }

  /** Whether a nick is ours. */
  isMe(nick: string): boolean {
    return this.find(nick) === this.me;
  }

  #newMe(nick: string): KnownMe {
    const channelsOf = this.#channelsOf;
    const me = new class extends KnownMe {
      get channels(): readonly string[] {
        return channelsOf(this);
      }
    }(nick, this.#users.next());
    this.#users.add(me);
    this.#text += me.size();
    return me;
  }

  /** What a user is made of: which roster knows their channels, the class says, and not each of them. */
  #userClass(): new (source: string, number: number) => KnownUser {
    const channelsOf = this.#channelsOf;
    return class extends KnownUser {
      get channels(): readonly string[] {
        return channelsOf(this);
      }
    };
  }

  readonly #channelsOf = (user: KnownUser): readonly string[] => {
    const number = user.number();
    // Who is gone has left the number to another.
    if (this.#users.at(number) !== user) return [];
    const channels: string[] = [];
    for (const channel of this.#channels.values()) {
      if (channel.joined().has(number)) channels.push(channel.name);
    }
    return channels;
  };

  /** Whether there is room for more; if not, that is counted. */
  #hasRoom(): boolean {
    if (this.#members < this.#limits.members && this.#text < this.#limits.text) return true;
    this.#leftOut++;
    return false;
  }

  /** Whoever is known by that, be it from now on; undefined: there is no room. Who has no reason to be known is dropped. */
  see(source: string): KnownUser | undefined {
    return this.seeIn(source, 0, endOfNick(source, 0), source.length);
  }

  /** The same, by what stands in a text: from `start` on a source, which ends at `end`, and its nick at `nickEnd`. */
  seeIn(text: string, start: number, nickEnd: number, end: number): KnownUser | undefined {
    const known = this.#users.find(text, start, nickEnd);
    if (known === undefined) return nickEnd === start ? undefined : this.#meet(kept(text, start, end));
    if (nickEnd < end && !known.hasHost()) this.change(known, () => known.become(kept(text, start, end)));
    return known;
  }

  #meet(source: string): KnownUser | undefined {
    if (!this.#others || !this.#hasRoom()) return undefined;
    const user = new this.#User(source, this.#users.next());
    this.#users.add(user);
    this.#text += source.length;
    return user;
  }

  /** Puts somebody into a channel; false if they were there, there is no room, or others are not kept. */
  add(channel: KnownChannel, user: KnownUser): boolean {
    if (!this.#others || !channel.joined().add(user.number())) return false;
    if (user !== this.me && !this.#hasRoom()) {
      channel.joined().delete(user.number());
      this.#dropIdle(user);
      return false;
    }
    this.#members++;
    user.reason(1);
    return true;
  }

  /** Takes somebody out of a channel. */
  remove(channel: KnownChannel, user: KnownUser): void {
    if (channel.joined().delete(user.number())) this.#release(user);
  }

  /** A reason to know somebody is gone. */
  #release(user: KnownUser): void {
    this.#members--;
    user.reason(-1);
    this.#dropIdle(user);
  }

  /** Drops whoever there is no reason to know. */
  #dropIdle(user: KnownUser): void {
    if (user.hasReason() || user === this.me) return;
    if (this.#users.delete(user)) this.#text -= user.size();
  }

  /** Somebody is gone from everywhere. */
  forget(user: KnownUser): void {
    for (const channel of this.#channels.values()) this.remove(channel, user);
    this.unwatch(user);
  }

  /** Somebody whom MONITOR watches is on. */
  watch(raw: string): void {
    const user = this.see(raw);
    if (user === undefined || user === this.me || this.#watched.has(user)) return;
    if (!this.#hasRoom()) return this.#dropIdle(user);
    this.#watched.add(user);
    this.#members++;
    user.reason(1);
  }

  /** Somebody is not watched any more, or not on. */
  unwatch(user: KnownUser | undefined): void {
    if (user !== undefined && this.#watched.delete(user)) this.#release(user);
  }

  /** Makes a channel that we are in now, without anybody; false if it cannot be one, or there is no room. */
  enter(name: string): boolean {
    if (whyUnsendable({ kind: "JOIN", channel: name }) !== undefined) return false;
    const known = this.channel(name);
    if (known !== undefined) this.leave(known);
    if (this.#channels.size >= MOST_KNOWN_CHANNELS || !this.#hasRoom()) {
      this.#leftOut++;
      return false;
    }
    const channel = new KnownChannel(kept(name), this.#context);
    this.#channels.set(this.fold(channel.name), channel);
    this.#text += channel.size();
    return true;
  }

  /** We are out of a channel, and see no more who is in it. */
  leave(channel: KnownChannel): void {
    const folded = this.fold(channel.name);
    if (this.#channels.get(folded) === channel) this.#channels.delete(folded);
    this.#text -= channel.size();
    for (const number of channel.joined()) {
      const user = this.#users.at(number);
      if (user !== undefined) this.remove(channel, user);
    }
    channel.isSynced = false;
  }

  /** Somebody has another nick. */
  rename(user: KnownUser, nick: string): void {
    const other = this.find(nick);
    if (other === this.me && user !== other) return this.forget(user);
    if (other !== undefined && other !== user) this.forget(other);
    // MONITOR watches a nick, and not who has it.
    if (other !== user) this.unwatch(user);
    // Who was known by that alone is known no more.
    if (this.#users.at(user.number()) !== user) return;
    const source = kept(user.mask === undefined ? nick : `${nick}!${user.user}@${user.host}`);
    this.#users.rename(user, () => this.change(user, () => user.become(source)));
  }

  /** A channel has another name. */
  renameChannel(name: string, to: string): void {
    const channel = this.channel(name);
    if (channel === undefined || whyUnsendable({ kind: "JOIN", channel: to }) !== undefined) return;
    const other = this.channel(to);
    if (other !== undefined && other !== channel) this.leave(other);
    this.#channels.delete(this.fold(name));
    this.change(channel, () => channel.name = kept(to));
    this.#channels.set(this.fold(channel.name), channel);
  }

  /** The server has told which characters are the same. */
  remap(casemapping: Casemapping): void {
    if (this.#remaps >= MOST_REMAPS) return;
    this.#remaps++;
    const channels = [...this.#channels.values()];
    for (const user of this.#users.remap(casemapping, this.me)) this.forget(user);
    this.#channels = new Map();
    for (const channel of channels) {
      if (this.channel(channel.name) === undefined) this.#channels.set(this.fold(channel.name), channel);
      else this.leave(channel);
    }
  }

  /** Changes what is kept of somebody or something, as long as there is room for any text. */
  change(of: { size(): number }, change: () => unknown): void {
    if (this.#text >= this.#limits.text) return void this.#leftOut++;
    this.#text -= of.size();
    change();
    this.#text += of.size();
  }

  /** Forgets all but our nick. */
  clear(): void {
    const { nick } = this.me;
    this.#users.clear();
    this.#channels.clear();
    this.#watched.clear();
    this.#remaps = this.#members = this.#text = 0;
    this.me = this.#newMe(nick);
  }
}
