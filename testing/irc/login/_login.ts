import type { IrcMessage } from "@parley/parley/irc";
import type { Bouncers } from "./_bouncers.ts";
import { answerCap } from "./_capabilities.ts";
import type { Net } from "../network/_net.ts";
import type { Presence } from "../network/_presence.ts";
import { accountsOf, authenticate, type ServerAccounts, type ServerMechanism } from "./_sasl.ts";
import type { Connection } from "../network/_state.ts";
import type { IrcServerOptions } from "../_types.ts";
import { welcome } from "./_welcome.ts";

/** How clients come in: PASS, NICK, USER, capabilities and SASL. */
export class Login {
  readonly #net: Net;
  readonly #presence: Presence;
  readonly #bouncers: Bouncers;
  readonly #options: IrcServerOptions;
  readonly #capabilities: readonly string[];
  readonly #accounts: ServerAccounts;
  readonly #mechanisms: readonly ServerMechanism[];
  /** The user names that may not come in. */
  readonly #banned = new Set<string>();
  /** Accounts that REGISTER has made, and those of which a code is still to be given. */
  readonly #registered = new Set<string>();
  readonly #unverified = new Set<string>();
  #services = true;

  constructor(net: Net, presence: Presence, bouncers: Bouncers, options: IrcServerOptions) {
    this.#net = net;
    this.#presence = presence;
    this.#bouncers = bouncers;
    this.#options = options;
    const { capabilities = ["message-tags", "server-time", "echo-message", "multi-prefix"] } = options;
    this.#capabilities = [...capabilities, ...bouncers.capabilities];
    this.#accounts = accountsOf(options);
    this.#mechanisms = options.mechanisms ?? ["SCRAM-SHA-256", "PLAIN"];
  }

  /** What it offers at present. */
  get #offered(): readonly string[] {
    if (!this.#accounts.any || !this.#services) return this.#capabilities;
    return [...this.#capabilities, `sasl=${this.#mechanisms.join(",")}`];
  }

  /** Takes a line that a client may send before it is let in; false if it is none. */
  take(connection: Connection, message: IrcMessage): boolean {
    switch (message.command) {
      case "CAP":
        this.#cap(connection, message);
        return true;
      case "AUTHENTICATE":
        this.#authenticate(connection, message.param(0));
        return true;
      case "PASS":
        connection.password = message.param(0);
        return true;
      case "NICK":
        this.#nick(connection, message.param(0));
        return true;
      case "USER":
        connection.user = message.param(0).slice(0, 10);
        connection.realname = message.param(3);
        this.#tryRegister(connection);
        return true;
      case "REGISTER":
      case "VERIFY":
        if (!connection.capabilities.has("draft/account-registration")) return false;
        this.#registerAccount(connection, message);
        return true;
      default:
        return false;
    }
  }

  /** Lets the user name of a client in no more. */
  ban(connection: Connection): void {
    this.#banned.add(connection.user);
  }

  /** The services that know the accounts go away, or come back. */
  setServices(up: boolean): void {
    if (this.#services === up || !this.#accounts.any) return;
    this.#services = up;
    for (const connection of this.#net.connections.values()) {
      connection.sasl = undefined;
      if (!up) connection.capabilities.delete("sasl");
      if (!connection.notified) continue;
      const news = up ? `NEW :${this.#offered.at(-1)}` : "DEL :sasl";
      this.#net.send(connection, `:${this.#net.name} CAP ${connection.nick || "*"} ${news}`);
    }
  }

  #cap(connection: Connection, message: IrcMessage): void {
    if (message.param(0).toUpperCase() === "END") {
      connection.negotiating = false;
      return this.#tryRegister(connection);
    }
    const answer = answerCap(connection, message, this.#offered);
    if (answer === undefined) {
      return this.#net.numeric(connection, "410", [message.param(0), "Invalid CAP command"]);
    }
    this.#net.send(connection, `:${this.#net.name} CAP ${connection.nick || "*"} ${answer}`);
  }

  #authenticate(connection: Connection, param: string): void {
    const mechanisms = this.#services ? this.#mechanisms : [];
    for (const reply of authenticate(connection, param, mechanisms, this.#accounts)) {
      if (typeof reply === "string") this.#net.send(connection, reply);
      else this.#net.numeric(connection, ...reply);
    }
  }

  /** An account is made, perhaps only once a code was given ([IRCv3](https://ircv3.net/specs/extensions/account-registration)). */
  #registerAccount(connection: Connection, { command, params }: IrcMessage): void {
    const net = this.#net;
    const [asked = "*", email = "", password] = params;
    const account = asked === "*" ? connection.nick : asked;
    const say = (what: string) => net.send(connection, `:${net.name} ${what}`);
    const fail = (code: string, why: string) => say(`FAIL ${command} ${code} ${account} :${why}`);
    if (!connection.registered) return say(`FAIL ${command} COMPLETE_CONNECTION_REQUIRED :Connect first`);
    if (connection.account !== "") return fail("ALREADY_AUTHENTICATED", "You are logged in");
    const { verification } = this.#options;
    if (command === "VERIFY") {
      if (!this.#unverified.has(account) || email !== verification) {
        return fail("INVALID_CODE", "The code is not valid");
      }
    } else if (password === undefined) {
      return net.numeric(connection, "461", [command, "Not enough parameters"]);
    } else if (this.#accounts.passwords.has(account) || this.#registered.has(account)) {
      return fail("ACCOUNT_EXISTS", "The account is registered");
    } else if (password.length < 4) {
      return fail("WEAK_PASSWORD", "The password is too weak");
    } else if (verification !== undefined) {
      this.#unverified.add(account);
      return say(`REGISTER VERIFICATION_REQUIRED ${account} :A code was sent to ${email}`);
    }
    this.#registered.add(account);
    say(`${command} SUCCESS ${account} :Account successfully registered`);
    this.#presence.account(connection, account);
  }

  #nick(connection: Connection, nick: string): void {
    const net = this.#net;
    if (nick === "") return net.numeric(connection, "431", ["No nickname given"]);
    if (!/^[A-Za-z[\]\\`_^{|}][A-Za-z0-9[\]\\`_^{|}-]{0,29}$/.test(nick)) {
      return net.numeric(connection, "432", [nick, "Erroneous nickname"]);
    }
    const holder = net.connections.holder(nick);
    if (net.isTaken(nick) || (holder !== undefined && holder !== connection)) {
      return net.numeric(connection, "433", [nick, "Nickname is already in use"]);
    }
    if (connection.registered) {
      const heard = new Set([connection, ...net.neighbours(connection)]);
      for (const other of heard) net.send(other, `:${connection.mask} NICK :${nick}`);
      for (const channel of net.channels.values()) {
        channel.rename(net.fold(connection.nick), net.fold(nick), nick);
      }
    }
    connection.nick = nick;
    this.#tryRegister(connection);
  }

  #tryRegister(connection: Connection): void {
    const { nick, user, negotiating, registered } = connection;
    if (registered || negotiating || nick === "" || user === "") return;
    const net = this.#net;
    if (this.#options.password !== undefined && connection.password !== this.#options.password) {
      net.numeric(connection, "464", ["Password incorrect"]);
      return net.end(connection, "Bad password");
    }
    if (this.#banned.has(user)) return net.throwOut(connection, "still banned");
    connection.registered = true;
    for (const numeric of welcome(net.name, connection.mask, this.#options)) {
      net.numeric(connection, ...numeric);
    }
    this.#bouncers.greet(connection);
    const { link, account } = connection;
    net.outputs.tell({ kind: "registered", link, nick, account, at: net.now });
  }
}
