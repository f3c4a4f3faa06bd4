import { foldCase } from "../../src/irc/wire/support/casemapping.ts";
import type { IrcActor } from "../../src/irc/wire/events/presence.ts";
import type { IrcState } from "../../src/irc/state/irc_state.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import type { Draw } from "./_fuzzer.ts";

/** The statuses of this network, the strongest first, and what stands for them. */
const STATUSES = "qaohv";
const SIGNS = "~&@%+";
const NICKS = ["ann", "Bob", "cat[1]", "Dan~", "eve\\x", "fay", "gus^2", "Hal", "ivy", "joe"];
const CHANNELS = ["#a", "#B[2]", "#c~", "#d"];
const WORDS = ["home", "work", "x".repeat(40), "at lunch", "été"];

/** What tells the client more than RFC 1459 does. */
const CAPABILITIES = [
  "multi-prefix",
  "userhost-in-names",
  "extended-join",
  "account-notify",
  "away-notify",
  "chghost",
  "setname",
  "whox",
] as const;

interface Person {
  nick: string;
  user: string;
  host: string;
  realname: string;
  account: string | null;
  away: string | undefined;
}

interface Channel {
  name: string;
  readonly members: Map<Person, Set<string>>;
  topic: string;
  readonly modes: Map<string, string | true>;
}

/**
 * A network as it is, which tells a client what servers tell, and compares what that believes with it. It keeps
 * everything in the simplest way there is, and shares nothing with what it judges.
 */
export class IrcNetwork {
  readonly #draw: Draw;
  readonly #state: IrcState;
  readonly #on: ReadonlySet<string>;
  readonly #casemapping: "ascii" | "rfc1459";
  readonly #people: Person[] = [];
  readonly #channels: Channel[] = [];
  readonly #bot: Person;
  /** Those of whom WHO has told. */
  #told = new Set<Person>();
  readonly #said: string[] = [];

  constructor(draw: Draw, state: IrcState) {
    this.#draw = draw;
    this.#state = state;
    this.#on = new Set(CAPABILITIES.filter(() => draw.chance(0.6)));
    this.#casemapping = draw.pick(["ascii", "rfc1459"] as const);
    this.#bot = this.#person("bot");
    for (const nick of NICKS) this.#people.push(this.#person(nick));
    for (const name of CHANNELS) {
      this.#channels.push({ name, members: new Map(), topic: "", modes: new Map([["n", true]]) });
    }
    this.#welcome();
  }

  /** Something happens, and is told; throws where the client believes something else then. */
  step(): void {
    const { draw, person, channel } = {
      draw: this.#draw,
      person: this.#anybody(),
      channel: this.#anywhere(),
    };
    const isIn = channel.members.has(person);
    draw.pick<() => void>([
      () => isIn ? this.#part(person, channel) : this.#join(person, channel),
      () => this.#join(draw.chance(0.3) ? this.#bot : person, channel),
      () => this.#kick(channel, person),
      () => this.#nick(person),
      () => this.#quit([person]),
      () => this.#quit(this.#people.filter(() => draw.chance(0.3)), true),
      () => this.#mode(channel),
      () => this.#topic(channel),
      () => this.#away(person),
      () => this.#account(person),
      () => this.#rehosted(person),
      () => this.#setname(person),
      () => this.#say(`:${maskOf(person)} PRIVMSG ${channel.name} :hello`),
      () => draw.chance(0.3) && this.#rename(channel),
      () => this.#knows(channel) && this.#names(channel),
      () => this.#knows(channel) && this.#who(channel),
      () => draw.chance(0.1) && this.#lose(),
    ])();
    this.#compare();
  }

  // What happens.

  #join(person: Person, channel: Channel): void {
    if (channel.members.has(person)) return;
    channel.members.set(person, new Set(channel.members.size === 0 ? ["o"] : []));
    if (!this.#knows(channel)) return;
    const more = this.#on.has("extended-join") ? ` ${person.account ?? "*"} :${person.realname}` : "";
    this.#say(`:${maskOf(person)} JOIN ${channel.name}${more}`);
    if (person === this.#bot) {
      if (channel.topic !== "") this.#say(`:s 332 ${this.#bot.nick} ${channel.name} :${channel.topic}`);
      this.#names(channel);
      const args = [...channel.modes.values()].filter((value) => value !== true);
      const letters = [...channel.modes].sort(([, a], [, b]) => Number(a === true) - Number(b === true));
      this.#say(
        `:s 324 ${this.#bot.nick} ${channel.name} +${letters.map(([mode]) => mode).join("")} ${
          args.join(" ")
        }`,
      );
      return;
    }
    // "ChanServ sets mode +v": nobody is in it with a status before they have it.
    if (channel.members.get(person)?.has("o")) this.#say(`:s MODE ${channel.name} +o ${person.nick}`);
  }

  #part(person: Person, channel: Channel): void {
    const isSeen = this.#knows(channel);
    channel.members.delete(person);
    if (isSeen) this.#say(`:${maskOf(person)} PART ${channel.name} :bye`);
    this.#forgetTold();
  }

  #kick(channel: Channel, by: Person): void {
    const victims = [...channel.members.keys()];
    if (victims.length === 0) return;
    const victim = this.#draw.pick(victims);
    const isSeen = this.#knows(channel);
    channel.members.delete(victim);
    if (isSeen) this.#say(`:${maskOf(by)} KICK ${channel.name} ${victim.nick} :out`);
    this.#forgetTold();
  }

  #nick(of: Person): void {
    const person = this.#draw.chance(0.2) ? this.#bot : of;
    const nick = this.#draw.chance(0.2)
      ? person.nick.toUpperCase()
      : `${this.#draw.pick(NICKS)}_${this.#draw.integer(0, 9)}`;
    if ([this.#bot, ...this.#people].some((other) => other !== person && this.#same(other.nick, nick))) {
      return;
    }
    const line = `:${maskOf(person)} NICK ${nick}`;
    const channels = this.#shared(person);
    person.nick = nick;
    if (channels.length > 0 || person === this.#bot) this.#sayOf(channels, line);
  }

  #quit(people: readonly Person[], isSplit = false): void {
    if (isSplit) this.#say("BATCH +1 netsplit a.x b.x");
    for (const person of people) {
      const channels = this.#shared(person);
      for (const channel of this.#channels) channel.members.delete(person);
      if (channels.length > 0) {
        this.#sayOf(channels, `${isSplit ? "@batch=1 " : ""}:${maskOf(person)} QUIT :a.x b.x`);
      }
    }
    if (isSplit) this.#say("BATCH -1");
    this.#forgetTold();
  }

  #mode(channel: Channel): void {
    const { letters, args } = { letters: [] as string[], args: [] as string[] };
    for (let n = this.#draw.integer(1, 4); n > 0; n--) {
      const isSet = this.#draw.chance(0.6);
      const sign = isSet ? "+" : "-";
      const people = [...channel.members.keys()];
      const mode = this.#draw.pick([...STATUSES, "b", "k", "l", "m", "i"]);
      if (STATUSES.includes(mode)) {
        if (people.length === 0) continue;
        const person = this.#draw.pick(people);
        if (isSet) channel.members.get(person)?.add(mode);
        else channel.members.get(person)?.delete(mode);
        args.push(person.nick);
      } else if (mode === "b") {
        args.push("*!*@spam.example");
      } else if (mode === "k" || mode === "l") {
        if (isSet) channel.modes.set(mode, mode === "k" ? "sesame" : "12");
        else channel.modes.delete(mode);
        if (isSet || mode === "k") args.push(mode === "k" ? "sesame" : "12");
      } else if (isSet) channel.modes.set(mode, true);
      else channel.modes.delete(mode);
      letters.push(`${sign}${mode}`);
    }
    if (letters.length === 0 || !this.#knows(channel)) return;
    this.#say(`:s MODE ${channel.name} ${letters.join("")} ${args.join(" ")}`);
  }

  #topic(channel: Channel): void {
    channel.topic = this.#draw.chance(0.2) ? "" : this.#draw.pick(WORDS);
    if (this.#knows(channel)) {
      this.#say(`:${maskOf(this.#anybody())} TOPIC ${channel.name} :${channel.topic}`);
    }
  }

  #away(person: Person): void {
    if (!this.#on.has("away-notify")) return;
    person.away = this.#draw.chance(0.5) ? undefined : this.#draw.pick(WORDS);
    const reason = person.away === undefined ? "" : ` :${person.away}`;
    if (this.#sees(person)) this.#sayOf(this.#shared(person), `:${maskOf(person)} AWAY${reason}`);
  }

  #account(person: Person): void {
    if (!this.#on.has("account-notify")) return;
    person.account = this.#draw.chance(0.3) ? null : this.#draw.pick(WORDS).replaceAll(" ", "");
    if (this.#sees(person)) {
      this.#sayOf(this.#shared(person), `:${maskOf(person)} ACCOUNT ${person.account ?? "*"}`);
    }
  }

  #rehosted(of: Person): void {
    if (!this.#on.has("chghost")) return;
    const person = this.#draw.chance(0.2) ? this.#bot : of;
    const line = `:${maskOf(person)} CHGHOST `;
    person.user = `u${this.#draw.integer(0, 9)}`;
    person.host = `cloak${this.#draw.integer(0, 9)}.example`;
    if (this.#sees(person)) this.#sayOf(this.#shared(person), `${line}${person.user} ${person.host}`);
  }

  #setname(person: Person): void {
    if (!this.#on.has("setname")) return;
    person.realname = this.#draw.pick(WORDS);
    if (this.#sees(person)) {
      this.#sayOf(this.#shared(person), `:${maskOf(person)} SETNAME :${person.realname}`);
    }
  }

  #rename(channel: Channel): void {
    const { name } = channel;
    channel.name = `#r${this.#draw.integer(0, 99)}`;
    if (this.#channels.some((other) => other !== channel && other.name === channel.name)) channel.name = name;
    else if (this.#knows(channel)) this.#say(`:s RENAME ${name} ${channel.name} :better`);
  }

  /** The link is lost: we are nowhere, and come back. */
  #lose(): void {
    for (const channel of this.#channels) channel.members.delete(this.#bot);
    this.#told = new Set();
    this.#state.clear();
    if (this.#draw.chance(0.5)) this.#bot.nick = `bot${this.#draw.integer(0, 9)}`;
    this.#welcome();
  }

  // What is told.

  #welcome(): void {
    this.#say(`:s 001 ${this.#bot.nick} :Welcome`);
    this.#say(
      `:s 005 ${this.#bot.nick} CASEMAPPING=${this.#casemapping} CHANTYPES=# PREFIX=(${STATUSES})${SIGNS} ` +
        "CHANMODES=b,k,l,imn STATUSMSG=@+ WHOX :are supported",
    );
  }

  #names(channel: Channel): void {
    const names = [...channel.members].map(([person, modes]) => {
      const signs = [...STATUSES].filter((mode) => modes.has(mode)).map((mode) =>
        SIGNS[STATUSES.indexOf(mode)]
      );
      const shown = this.#on.has("multi-prefix") ? signs : signs.slice(0, 1);
      return shown.join("") + (this.#on.has("userhost-in-names") ? maskOf(person) : person.nick);
    });
    for (let at = 0; at < names.length; at += 4) {
      this.#say(`:s 353 ${this.#bot.nick} = ${channel.name} :${names.slice(at, at + 4).join(" ")} `);
    }
    this.#say(`:s 366 ${this.#bot.nick} ${channel.name} :End`);
  }

  #who(channel: Channel): void {
    for (const { nick, user, host, realname, account, away } of channel.members.keys()) {
      const flag = away === undefined ? "H" : "G";
      this.#say(
        this.#on.has("whox")
          ? `:s 354 ${this.#bot.nick} 712 ${channel.name} ${user} ${host} ${nick} ${flag} ${
            account ?? "0"
          } :${realname}`
          : `:s 352 ${this.#bot.nick} ${channel.name} ${user} ${host} s ${nick} ${flag} :0 ${realname}`,
      );
    }
    for (const person of channel.members.keys()) this.#told.add(person);
  }

  #say(line: string): IrcActor | undefined {
    this.#said.push(line);
    return this.#state.take(parseMessage(line));
  }

  /** What tells of somebody the channels that we share with them, as they were before. */
  #sayOf(channels: readonly string[], line: string): void {
    const actor = this.#say(line);
    this.#equal([...actor?.channels ?? []].sort(), [...channels].sort(), "the channels that it concerns");
  }

  // What is so.

  #compare(): void {
    const state = this.#state;
    const here = this.#channels.filter((channel) => this.#knows(channel));
    this.#equal([...state.channels.names].sort(), here.map(({ name }) => name).sort(), "the channels");
    const seen = [...new Set([this.#bot, ...here.flatMap(({ members }) => [...members.keys()])])];
    this.#equal(
      Array.from(state.users, ({ nick }) => nick).sort(),
      seen.map(({ nick }) => nick).sort(),
      "the users",
    );
    for (const channel of here) this.#compareChannel(channel);
    for (const person of seen) this.#comparePerson(person);
    this.#equal(state.me.nick, this.#bot.nick, "our nick");
    this.#equal(state.leftOut, 0, "what is left out");
  }

  #compareChannel(channel: Channel): void {
    const known = this.#state.channels.get(this.#otherCase(channel.name));
    this.#equal(known?.topic?.text ?? "", channel.topic, `the topic of ${channel.name}`);
    this.#equal([...known?.modes ?? []].sort(), [...channel.modes].sort(), `the modes of ${channel.name}`);
    this.#equal(known?.isSynced, true, `whether ${channel.name} is synced`);
    const members = new Map(Array.from(known?.members ?? [], (member) => [member.user.nick, member]));
    this.#equal(
      [...members.keys()].sort(),
      Array.from(channel.members.keys(), ({ nick }) => nick).sort(),
      `the members of ${channel.name}`,
    );
    for (const [{ nick }, modes] of channel.members) {
      const has = [...STATUSES].filter((mode) => modes.has(mode)).join("");
      const believed = members.get(nick)?.modes ?? "";
      // Without multi-prefix nobody tells what is hidden beneath the strongest.
      const expected = this.#on.has("multi-prefix")
        ? has
        : [...has].filter((mode) => believed.includes(mode)).join("");
      this.#equal(believed, expected, `the statuses of ${nick} in ${channel.name}`);
      this.#equal(
        members.get(nick)?.isAtLeast("o"),
        [..."qao"].some((mode) => believed.includes(mode)),
        `whether ${nick} is an operator`,
      );
    }
  }

  #comparePerson(person: Person): void {
    const known = this.#state.users.get(this.#otherCase(person.nick));
    const { nick } = person;
    this.#equal([...known?.channels ?? []].sort(), this.#shared(person).sort(), `the channels of ${nick}`);
    const isTold = this.#told.has(person);
    const mask = this.#on.has("userhost-in-names") || isTold ? maskOf(person) : known?.mask;
    if (person !== this.#bot && mask !== undefined) {
      this.#equal([known?.mask, known?.mask], [mask, maskOf(person)], `the mask of ${nick}`);
    }
    if (isTold || known?.realname !== undefined) {
      this.#equal(known?.realname, person.realname, `the name of ${nick}`);
    }
    const isAccountTold = (isTold && this.#on.has("whox")) || known?.account !== undefined;
    if (isAccountTold) this.#equal(known?.account, person.account, `the account of ${nick}`);
    if (isTold || known?.away !== undefined) {
      this.#equal(known?.away !== false, person.away !== undefined, `whether ${nick} is away`);
    }
  }

  #equal(believed: unknown, is: unknown, what: string): void {
    const [a, b] = [JSON.stringify(believed), JSON.stringify(is)];
    if (a !== b) {
      throw new Error(`Believes of ${what} ${a}, which is ${b}, after ${this.#said.slice(-6).join(" | ")}`);
    }
  }

  #person(nick: string): Person {
    return { nick, user: "u", host: "host.example", realname: "Somebody", account: null, away: undefined };
  }

  #anybody(): Person {
    return this.#draw.pick(this.#people);
  }

  #anywhere(): Channel {
    return this.#draw.pick(this.#channels);
  }

  #same(a: string, b: string): boolean {
    return foldCase(a, this.#casemapping) === foldCase(b, this.#casemapping);
  }

  #otherCase(name: string): string {
    const other = this.#draw.chance(0.5) ? name.toUpperCase() : name;
    return this.#casemapping === "rfc1459" ? other.replaceAll("[", "{").replaceAll("\\", "|") : other;
  }

  /** Whether we are in a channel. */
  #knows(channel: Channel): boolean {
    return channel.members.has(this.#bot);
  }

  #sees(person: Person): boolean {
    return person === this.#bot || this.#shared(person).length > 0;
  }

  #shared(person: Person): string[] {
    return this.#channels.filter((channel) => this.#knows(channel) && channel.members.has(person))
      .map(({ name }) => name);
  }

  /** Whom we do not see any more, of them we have been told nothing. */
  #forgetTold(): void {
    for (const person of this.#told) if (!this.#sees(person)) this.#told.delete(person);
  }
}

function maskOf({ nick, user, host }: Person): string {
  return `${nick}!${user}@${host}`;
}
