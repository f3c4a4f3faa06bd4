import { noSuchCommand } from "../world/_no_command.ts";
import { type Aim, isAimedAt } from "./_aim.ts";
import type { Gateway } from "./gateway/_gateway.ts";
import type { ServerSession } from "./gateway/_session.ts";
import type { DiscordServerCommand } from "./_types.ts";

/** What a test can have go wrong. */
export type Fault = Exclude<
  DiscordServerCommand,
  { readonly kind: "dispatch" | "message" | "join" | "leave" | "role" | "interaction" | "limits" | "rest" }
>;

/** What a test has go wrong on a gateway. */
export class Faults {
  readonly #gateway: Gateway;
  /** Whether heartbeats are acknowledged. */
  acks = true;
  /** Whether sessions can be taken up again. */
  resumes = true;
  /** What a client gets when it has connected. */
  greeting: "hello" | "reconnect" | "nothing" = "hello";
  readonly #skews: (Aim & { readonly ms: number })[] = [];
  readonly #lates: (Aim & { readonly guild: string; readonly ms: number })[] = [];

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** How late a session that begins is told of what happens, in milliseconds. */
  skewOf(session: ServerSession): number {
    return this.#skews.findLast((aim) => isAimedAt(aim, session))?.ms ?? 0;
  }

  /** How late a session that begins gets a guild, in milliseconds. */
  lateOf(session: ServerSession, guild: string): number {
    return this.#lates.findLast((late) => late.guild === guild && isAimedAt(late, session))?.ms ?? 0;
  }

  /** Does as it is told. */
  obey(command: Fault): void {
    switch (command.kind) {
      case "acks":
        this.acks = command.on;
        return;
      case "resumes":
        this.resumes = command.on;
        return;
      case "greet":
        this.greeting = command.with;
        return;
      case "lose":
        for (const session of this.#gateway.sessions.values()) {
          if (isAimedAt(command, session)) session.loses = command;
        }
        return;
      case "late":
        this.#lates.push(command);
        return;
      case "skew":
        this.#skews.push(command);
        for (const session of this.#gateway.sessions.values()) {
          if (isAimedAt(command, session)) session.skew = command.ms;
        }
        return;
      case "reconnect":
      case "heartbeat":
      case "send":
      case "invalidate":
      case "close":
      case "drop":
        return this.#toAll(command);
      default:
        throw noSuchCommand(command);
    }
  }

  /** Does to every connection that is meant as it is told. */
  #toAll(
    command: Extract<
      Fault,
      { readonly kind: "reconnect" | "heartbeat" | "send" | "invalidate" | "close" | "drop" }
    >,
  ): void {
    for (const connection of [...this.#gateway.connections.values()]) {
      if (!isAimedAt(command, connection.session)) continue;
      switch (command.kind) {
        case "reconnect":
          this.#gateway.askToReconnect(connection);
          break;
        case "heartbeat":
          this.#gateway.send(connection, 1, null);
          break;
        case "send":
          this.#gateway.outputs.send(connection.link, command.text);
          break;
        case "invalidate":
          this.#gateway.detach(connection, command.resumable);
          this.#gateway.send(connection, 9, command.resumable);
          break;
        case "close":
          this.#gateway.close(connection, command.code, command.reason ?? "Closed by the test");
          break;
        case "drop":
          this.#gateway.drop(connection);
          break;
      }
    }
  }
}
