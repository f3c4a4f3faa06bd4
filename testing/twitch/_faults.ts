import { noSuchCommand } from "../world/_no_command.ts";
import type { Chat } from "./_chat.ts";
import type { Connection } from "./_connection.ts";
import { checkLine, fold, HOST, idOf, tagged } from "./_lines.ts";
import type { Login } from "./_login.ts";
import type { TwitchServerCommand } from "./server_types.ts";

/** What a test does to a server, or has people do on it who have no link. */
export class Faults {
  readonly #chat: Chat;
  readonly #login: Login;
  /** From RECONNECT to the end of the link, in milliseconds. */
  readonly #grace: number;

  constructor(chat: Chat, login: Login, grace: number) {
    this.#chat = chat;
    this.#login = login;
    this.#grace = grace;
  }

  /** Does as it is told; returns the id of what was said. @throws {CommandError} if a line cannot be sent. */
  obey(command: TwitchServerCommand): string | undefined {
    switch (command.kind) {
      case "say": {
        const { channel, login, text, tags = {} } = command;
        checkLine(text);
        if (!this.#chat.rooms.of(fold(channel)).suspended) {
          return this.#chat.say(fold(channel), login.toLowerCase(), text, tags);
        }
        break;
      }
      case "announce": {
        const { channel, login, text, color = "PRIMARY" } = command;
        checkLine(text);
        return this.#chat.announce(fold(channel), login.toLowerCase(), text, color);
      }
      case "reconnect":
        for (const connection of this.#chat.of(command.login)) {
          connection.leaving = true;
          this.#chat.drops.set(connection, this.#chat.now + this.#grace);
          this.#chat.write(connection, [`:${HOST} RECONNECT`]);
        }
        break;
      case "drop":
        for (const connection of this.#chat.of(command.login)) this.#chat.drop(connection);
        break;
      case "freeze":
        for (const connection of this.#chat.connections.values()) connection.frozen = true;
        break;
      case "suspend":
        this.#suspend(fold(command.channel));
        break;
      case "ban":
        this.#ban(fold(command.channel), command.login.toLowerCase(), command.seconds);
        break;
      case "unban": {
        const room = this.#chat.rooms.of(fold(command.channel));
        room.banned.delete(command.login.toLowerCase());
        room.silenced.delete(command.login.toLowerCase());
        break;
      }
      case "delete":
        this.#delete(fold(command.channel), command.id);
        break;
      case "slow": {
        const room = this.#chat.rooms.of(fold(command.channel));
        room.slow = command.seconds;
        for (const connection of this.#chat.in(room.name)) this.#chat.roomstate(connection, room.name, false);
        break;
      }
      case "stand":
        this.#chat.rooms.of(fold(command.channel)).standings.set(command.login.toLowerCase(), command.as);
        break;
      case "forget":
        for (const connection of this.#chat.of(command.login)) {
          this.#forget(connection, fold(command.channel));
        }
        break;
      case "ghost":
        this.#chat.rooms.of(fold(command.channel)).ghosts = command.count;
        break;
      case "swallow":
        this.#chat.rooms.of(fold(command.channel)).swallows = command.count;
        break;
      case "token":
        this.#login.setToken(command.login.toLowerCase(), command.token);
        break;
      case "raw": {
        const { channel } = command;
        checkLine(command.line);
        for (const connection of this.#chat.of(command.login)) {
          if (channel === undefined || connection.channels.has(fold(channel))) {
            this.#chat.write(connection, [command.line]);
          }
        }
        break;
      }
      default:
        throw noSuchCommand(command);
    }
    return undefined;
  }

  #ban(channel: string, login: string, seconds: number | undefined): void {
    const room = this.#chat.rooms.of(channel);
    if (seconds === undefined) room.banned.add(login);
    else room.silenced.set(login, this.#chat.now + seconds * 1_000);
    const tags = {
      ...(seconds !== undefined && { "ban-duration": String(seconds) }),
      "room-id": idOf(channel.slice(1)),
      "target-user-id": idOf(login),
      "tmi-sent-ts": String(Math.round(this.#chat.now)),
    };
    this.#tell(channel, tags, `CLEARCHAT ${channel} :${login}`);
  }

  #delete(channel: string, id: string | undefined): void {
    const room = this.#chat.rooms.of(channel);
    const tags = { "room-id": idOf(channel.slice(1)), "tmi-sent-ts": String(Math.round(this.#chat.now)) };
    if (id === undefined) {
      room.messages.clear();
      return this.#tell(channel, tags, `CLEARCHAT ${channel}`);
    }
    const message = room.messages.get(id);
    if (message === undefined || !room.messages.delete(id)) return;
    const { login, text } = message;
    this.#tell(channel, { login, ...tags, "target-msg-id": id }, `CLEARMSG ${channel} :${text}`);
  }

  /** Tells everybody in a channel who has asked for such. */
  #tell(channel: string, tags: Readonly<Record<string, string>>, line: string): void {
    for (const connection of this.#chat.in(channel)) {
      if (!connection.capabilities.has("twitch.tv/commands")) continue;
      this.#chat.write(connection, [tagged(connection, tags, `:${HOST} ${line}`)]);
    }
  }

  /** Nobody can be in the channel any more, and those who are there are told why they are not. */
  #suspend(channel: string): void {
    this.#chat.rooms.of(channel).suspended = true;
    for (const connection of this.#chat.in(channel)) {
      connection.channels.delete(channel);
      this.#chat.notice(connection, channel, "msg_channel_suspended");
    }
  }

  /** Takes a link out of a channel without a word. */
  #forget(connection: Connection, channel: string): void {
    if (connection.channels.delete(channel)) connection.forgotten.add(channel);
  }
}
