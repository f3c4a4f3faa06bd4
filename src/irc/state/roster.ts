import { MOST_KNOWN_CHANNELS, MOST_MEMBERS, MOST_REMAPS, MOST_STATE_TEXT } from "../wire/bounds.ts";
import { type Casemapping, foldCase } from "../wire/support/casemapping.ts";
import { whyUnsendable } from "../wire/commands/command.ts";
import type { Isupport } from "../wire/support/isupport.ts";
import { KnownChannel, type MemberContext } from "./known_channel.ts";
import { type Details, type Facts, KnownMe, KnownUser } from "./known_user.ts";
import type { NamesReader } from "./names_reader.ts";
import { endOfNick, kept, NOBODY, People } from "./people.ts";

/** So many times as long as what is known of all may be what it stands in, and a little more. */
const MOST_SHARED = 4;
const LEAST_SHARED = 16_384;

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
  readonly #facts: Facts;
  readonly #people: People;
  /** Those who were asked for, by their numbers. */
  readonly #users = new Map<number, KnownUser>();
  #remaps = 0;
  /** Ourselves. */
  me: KnownMe;
  /** By their folded names. */
  #channels = new Map<string, KnownChannel>();
  /** Whom we watch by MONITOR, and who is on. */
  readonly #watched = new Set<number>();
  #members = 0;
  #text = 0;
  #leftOut = 0;
  /** The text in which somebody was met last. */
  #sharedText = "";
  /** How many characters such texts have had since nobody shared one with others. */
  #shared = 0;

  /** Takes our nick, what the server supports, whether others are kept, and how much at most. */
  constructor(nick: string, isupport: Isupport, others: boolean, limits: Partial<IrcStateLimits> = {}) {
    this.#others = others;
    this.#limits = { members: MOST_MEMBERS, text: MOST_STATE_TEXT, ...limits };
    this.#people = new People(isupport.casemapping);
    this.#facts = {
      sourceOf: (number) => this.#people.sourceOf(number),
      detailsOf: (number) => this.#people.detailsOf(number),
      channelsOf: (number) => this.#channelsOf(number),
    };
    this.#context = {
      find: (nick) => this.#people.find(nick),
      user: (number) => this.#user(number),
      prefixes: () => isupport.prefix,
    };
    this.me = this.#newMe(nick);
  }

  /** How many are known. */
  get size(): number {
    return this.#people.size;
  }

  /** All who are known. */
  *users(): IterableIterator<KnownUser> {
    for (const number of this.#people) yield this.#user(number);
  }

  /** By their folded names. */
  get channels(): ReadonlyMap<string, KnownChannel> {
    return this.#channels;
  }

  /** Which characters are the same. */
  get casemapping(): Casemapping {
    return this.#people.folding.casemapping;
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
    const number = this.#people.find(nick);
    return number === NOBODY ? undefined : this.#user(number);
  }

  /** The channel that has a name. */
  channel(name: string): KnownChannel | undefined {
    return this.#channels.get(this.fold(name));
  }

  /** Whether a nick is ours. */
  isMe(nick: string): boolean {
    return this.#people.find(nick) === this.me.number();
  }

  #newMe(nick: string): KnownMe {
    const me = new KnownMe(this.#facts, this.#people.add(nick));
    this.#users.set(me.number(), me);
    this.#text += nick.length;
    return me;
  }

  #user(number: number): KnownUser {
    let user = this.#users.get(number);
    if (user === undefined) this.#users.set(number, user = new KnownUser(this.#facts, number));
    return user;
  }

  #channelsOf(number: number): readonly string[] {
    const channels: string[] = [];
    for (const channel of this.#channels.values()) {
      if (channel.joined().has(number)) channels.push(channel.name);
    }
    return channels;
  }

  /** Whether there is room for more; if not, that is counted. */
  #hasRoom(): boolean {
    if (this.#members < this.#limits.members && this.#text < this.#limits.text) return true;
    this.#leftOut++;
    return false;
  }

  /** Whoever is known by that, be it from now on; undefined: there is no room. Who has no reason to be known is dropped. */
  see(source: string): KnownUser | undefined {
    const nickEnd = endOfNick(source, 0);
    const number = nickEnd === 0 ? NOBODY : this.seeIn(kept(source), 0, nickEnd, source.length);
    return number === NOBODY ? undefined : this.#user(number);
  }

  /**
   * The number of the same, by what stands in a text that may be kept: from `start` on a source, which ends at `end`, and
   * its nick at `nickEnd`.
   */
  seeIn(text: string, start: number, nickEnd: number, end: number, hash?: number): number {
    const number = this.#people.find(text, start, nickEnd, hash);
    if (number === NOBODY) return this.#meet(text, start, end, hash);
    if (nickEnd < end && !this.#people.hasHost(number)) this.#become(number, kept(text, start, end));
    return number;
  }

  #meet(text: string, start: number, end: number, hash?: number): number {
    if (!this.#others || !this.#hasRoom()) return NOBODY;
    this.#shares(text);
    this.#text += end - start;
    return this.#people.add(text, start, end, hash);
  }

  /** Reads names that may be asked for next. */
  read(names: NamesReader, text: string, signs: string): void {
    names.read(text, signs, this.#people.folding);
    this.#people.prepare(names);
  }

  /** Somebody is known as this from now on, by the same nick. */
  become(user: KnownUser, source: string): void {
    this.#become(user.number(), kept(source));
  }

  /** So much more is known of somebody. */
  learn(user: KnownUser, details: Details): void {
    this.#change(user.number(), (number) => this.#people.learn(number, details));
  }

  /** Whether somebody's host is known. */
  hasHost(user: KnownUser): boolean {
    return this.#people.hasHost(user.number());
  }

  #become(number: number, source: string): void {
    this.#change(number, () => this.#people.become(number, source));
  }

  #change(number: number, change: (number: number) => void): void {
    const size = () => this.#people.lengthOf(number);
    this.change({ size }, () => change(number));
  }

  /** Somebody is known by what stands in a text; once it is kept for few of those who stood in it, it is for none. */
  #shares(text: string): void {
    if (text === this.#sharedText) return;
    this.#sharedText = text;
    this.#shared += text.length;
    if (this.#shared <= MOST_SHARED * (this.#text + LEAST_SHARED)) return;
    this.#people.separate();
    this.#shared = 0;
  }

  /** Puts somebody into a channel; false if they were there, there is no room, or others are not kept. */
  add(channel: KnownChannel, number: number): boolean {
    if (!this.#others || !channel.joined().add(number)) return false;
    if (number !== this.me.number() && !this.#hasRoom()) {
      channel.joined().delete(number);
      this.#dropIdle(number);
      return false;
    }
    this.#members++;
    this.#people.reason(number, 1);
    return true;
  }

  /** Takes somebody out of a channel. */
  remove(channel: KnownChannel, number: number): void {
    if (channel.joined().delete(number)) this.#release(number);
  }

  /** A reason to know somebody is gone. */
  #release(number: number): void {
    this.#members--;
    this.#people.reason(number, -1);
    this.#dropIdle(number);
  }

  /** Drops whoever there is no reason to know. */
  #dropIdle(number: number): void {
    if (number === this.me.number() || this.#people.reason(number, 0) > 0 || !this.#people.has(number)) {
      return;
    }
    this.#users.get(number)?.leave();
    this.#users.delete(number);
    this.#text -= this.#people.lengthOf(number);
    this.#people.delete(number);
  }

  /** Somebody is gone from everywhere. */
  forget(number: number): void {
    for (const channel of this.#channels.values()) this.remove(channel, number);
    this.#unwatch(number);
  }

  /** Somebody whom MONITOR watches is on. */
  watch(raw: string): void {
    const number = this.see(raw)?.number() ?? NOBODY;
    if (number === NOBODY || number === this.me.number() || this.#watched.has(number)) return;
    if (!this.#hasRoom()) return this.#dropIdle(number);
    this.#watched.add(number);
    this.#members++;
    this.#people.reason(number, 1);
  }

  /** Whoever has a nick is not watched any more, or not on. */
  unwatch(nick: string): void {
    this.#unwatch(this.#people.find(nick));
  }

  /** Nobody is watched any more. */
  unwatchAll(): void {
    for (const number of [...this.#watched]) this.#unwatch(number);
  }

  #unwatch(number: number): void {
    if (this.#watched.delete(number)) this.#release(number);
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
    for (const number of channel.joined()) this.remove(channel, number);
    channel.isSynced = false;
  }

  /** Somebody has another nick. */
  rename(user: KnownUser, nick: string): void {
    const number = user.number();
    const other = this.#people.find(nick);
    if (other === this.me.number() && number !== other) return this.forget(number);
    if (other !== NOBODY && other !== number) this.forget(other);
    // MONITOR watches a nick, and not who has it.
    if (other !== number) this.#unwatch(number);
    // Who was known by that alone is known no more.
    if (!this.#people.has(number)) return;
    const source = kept(user.mask === undefined ? nick : `${nick}!${user.user}@${user.host}`);
    this.#change(number, () => this.#people.rename(number, source));
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
    for (const number of this.#people.remap(casemapping, this.me.number())) this.forget(number);
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
    for (const user of this.#users.values()) user.leave();
    this.#users.clear();
    this.#people.clear();
    this.#channels.clear();
    this.#watched.clear();
    this.#remaps =
      this.#members =
      this.#text =
      this.#shared =
        0;
    this.#sharedText = "";
    this.me = this.#newMe(nick);
  }
}
