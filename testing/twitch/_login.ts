import type { IrcMessage } from "@parley/parley/irc";
import type { Chat } from "./_chat.ts";
import type { Connection } from "./_connection.ts";
import { HOST, idOf, tagged, userTags, welcome } from "./_lines.ts";
import type { TwitchServerOptions } from "./server_types.ts";

const CAPABILITIES = ["twitch.tv/tags", "twitch.tv/commands", "twitch.tv/membership"];

/** How clients come in: capabilities, PASS and NICK. */
export class Login {
  readonly #chat: Chat;
  readonly #tokens: Map<string, string>;

  readonly #isToken: (login: string, token: string) => boolean;

  constructor(chat: Chat, accounts: NonNullable<TwitchServerOptions["accounts"]>) {
    this.#chat = chat;
    this.#tokens = new Map(typeof accounts === "function" ? [] : Object.entries(accounts));
    const given = typeof accounts === "function" ? accounts : () => false;
    this.#isToken = (login, token) => this.#tokens.get(login) === token || given(login, token);
  }

  /** An account has another token from now on. */
  setToken(login: string, token: string): void {
    this.#tokens.set(login, token);
  }

  /** Takes a line that a client may send before it is let in; false if it is none. */
  take(connection: Connection, message: IrcMessage): boolean {
    switch (message.command) {
      case "CAP":
        this.#cap(connection, message);
        return true;
      case "PASS":
        connection.pass = message.param(0);
        return true;
      case "NICK":
        this.#nick(connection, message.param(0));
        return true;
      default:
        return false;
    }
  }

  #cap(connection: Connection, message: IrcMessage): void {
    const subcommand = message.param(0).toUpperCase();
    if (subcommand === "LS") {
      return this.#chat.write(connection, [`:${HOST} CAP * LS :${CAPABILITIES.join(" ")}`]);
    }
    if (subcommand !== "REQ") return;
    const wanted = message.params.slice(1).join(" ").split(" ").filter((name) => name !== "");
    const known = wanted.every((name) => CAPABILITIES.includes(name));
    if (known) { for (const name of wanted) connection.capabilities.add(name); }
    this.#chat.write(connection, [`:${HOST} CAP * ${known ? "ACK" : "NAK"} :${wanted.join(" ")}`]);
  }

  #nick(connection: Connection, nick: string): void {
    if (connection.registered) return;
    const login = nick.toLowerCase();
    if (!/^[a-z0-9_]{1,25}$/.test(login)) return this.#refuse(connection, "Invalid NICK");
    connection.login = login;
    connection.anonymous = /^justinfan[0-9]+$/.test(login);
    if (this.#chat.over(connection, this.#chat.account(connection).logins, "auth")) {
      return this.#chat.close(connection);
    }
    if (!connection.anonymous) {
      const token = /^oauth:(.+)$/.exec(connection.pass ?? "")?.[1];
      if (token === undefined) return this.#refuse(connection, "Improperly formatted auth");
      if (!this.#isToken(login, token)) {
        return this.#refuse(connection, "Login authentication failed");
      }
    }
    connection.registered = true;
    const lines = welcome(login);
    if (!connection.anonymous && connection.capabilities.has("twitch.tv/commands")) {
      const tags = { ...userTags(login), "emote-sets": "0", "user-id": idOf(login) };
      lines.push(tagged(connection, tags, `:${HOST} GLOBALUSERSTATE`));
    }
    this.#chat.write(connection, lines);
    this.#chat.outputs.tell({ kind: "registered", link: connection.link, login, at: this.#chat.now });
  }

  #refuse(connection: Connection, text: string): void {
    this.#chat.write(connection, [`:${HOST} NOTICE * :${text}`]);
    this.#chat.close(connection);
  }
}
