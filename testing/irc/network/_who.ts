import { type IrcMessage, matchesMask } from "@parley/parley/irc";
import type { Net } from "./_net.ts";
import { type Channel, type Connection, maskOf } from "./_state.ts";

/** Somebody on the server, with or without a link. */
interface Person {
  readonly nick: string;
  readonly user: string;
  readonly host: string;
  readonly realname: string;
  readonly account: string;
  readonly away: string | undefined;
  readonly isBot: boolean;
}

/** The fields of WHOX in the order in which they are told ([IRCv3 whox](https://ircv3.net/specs/extensions/whox)). */
const WHOX_FIELDS = "tcuihsnfdlaor";

/** What tells who somebody is: WHO, WHOX and WHOIS. */
export class Who {
  readonly #net: Net;

  constructor(net: Net) {
    this.#net = net;
  }

  /** Takes WHO and WHOIS; false if it is neither. */
  take(connection: Connection, message: IrcMessage): boolean {
    if (message.command === "WHO") this.#who(connection, message.param(0), message.param(1));
    else if (message.command === "WHOIS") this.#whois(connection, message.params.at(-1) ?? "");
    else return false;
    return true;
  }

  /** Of a channel its members, else those whose nick, host or real name a mask matches; `o` in what follows: operators alone. */
  #who(connection: Connection, mask: string, what: string): void {
    const net = this.#net;
    const [flags = "", asked] = what.split("%");
    const channel = net.channels.get(net.fold(mask));
    const found = channel !== undefined
      ? this.#peopleIn(channel)
      : mask.startsWith("#")
      ? []
      : this.#everybody().filter((person) => this.#isMeant(person, mask));
    // Nobody is an operator of this server.
    for (const person of flags.includes("o") ? [] : found) {
      const name = channel?.name ?? "*";
      const shown = this.#flagsOf(person, channel);
      if (asked === undefined) {
        const { user, host, nick, realname } = person;
        net.numeric(connection, "352", [name, user, host, net.name, nick, shown, `0 ${realname}`]);
      } else net.numeric(connection, "354", this.#whox(person, name, shown, asked));
    }
    net.numeric(connection, "315", [mask || "*", "End of /WHO list"]);
  }

  #whox(person: Person, channel: string, flags: string, asked: string): string[] {
    const [fields = "", token = "0"] = asked.split(",");
    const told: Record<string, string> = {
      t: token,
      c: channel,
      u: person.user,
      i: "255.255.255.255",
      h: person.host,
      s: this.#net.name,
      n: person.nick,
      f: flags,
      d: "0",
      l: "0",
      a: person.account || "0",
      o: "n/a",
      r: person.realname,
    };
    return [...WHOX_FIELDS].filter((field) => fields.includes(field)).map((field) => told[field] ?? "");
  }

  #whois(connection: Connection, nicks: string): void {
    const net = this.#net;
    if (nicks === "") return net.numeric(connection, "431", ["No nickname given"]);
    for (const asked of nicks.split(",")) {
      const person = this.#person(asked);
      if (person === undefined) {
        net.numeric(connection, "401", [asked, "No such nick"]);
        continue;
      }
      const { nick, user, host, realname, account, away, isBot } = person;
      const tell = (numeric: string, ...params: readonly string[]) =>
        net.numeric(connection, numeric, [nick, ...params]);
      tell("311", user, host, "*", realname);
      const channels = [...net.channels.values()].filter((channel) => net.isIn(channel, nick));
      const shown = channels.map((channel) => `${this.#statusIn(channel, nick)}${channel.name}`);
      for (let at = 0; at < shown.length; at += 10) tell("319", shown.slice(at, at + 10).join(" "));
      tell("312", net.name, "a server for tests");
      if (away !== undefined) tell("301", away);
      if (isBot) tell("335", "is a bot");
      if (account !== "") tell("330", account, "is logged in as");
    }
    net.numeric(connection, "318", [nicks, "End of /WHOIS list"]);
  }

  #isMeant(person: Person, mask: string): boolean {
    if (mask === "*" || mask === "0") return true;
    return [person.nick, person.host, person.realname, `${person.nick}!${person.user}@${person.host}`]
      .some((text) => matchesMask(mask, text));
  }

  #flagsOf({ nick, away, isBot }: Person, channel: Channel | undefined): string {
    const status = channel === undefined ? "" : this.#statusIn(channel, nick);
    return `${away === undefined ? "H" : "G"}${isBot ? "B" : ""}${status}`;
  }

  #statusIn({ operators, voiced }: Channel, nick: string): string {
    const folded = this.#net.fold(nick);
    return operators.has(folded) ? "@" : voiced.has(folded) ? "+" : "";
  }

  #peopleIn(channel: Channel): Person[] {
    return [...channel.members.values()].flatMap((nick) => this.#person(nick) ?? []);
  }

  #everybody(): Person[] {
    const nicks = new Map(
      [...this.#net.channels.values()].flatMap(({ members }) => [...members]),
    );
    for (const { nick } of this.#net.connections.registered()) nicks.set(this.#net.fold(nick), nick);
    return [...nicks.values()].flatMap((nick) => this.#person(nick) ?? []);
  }

  #person(nick: string): Person | undefined {
    const holder = this.#net.connections.holder(nick);
    if (holder?.registered) return holder;
    if (!this.#net.isTaken(nick)) return undefined;
    const [, name = nick, user = "", host = ""] = /^(.+)!(.+)@(.+)$/.exec(maskOf(nick)) ?? [];
    return { nick: name, user, host, realname: name, account: "", away: undefined, isBot: false };
  }
}
