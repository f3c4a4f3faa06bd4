import { IrcClient, type IrcClientOptions } from "../../src/irc/client.ts";
import { type IrcMessage, parseMessage } from "../../src/irc/wire/messages/message.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import type { DialRequest, LinkEvents } from "../../src/protocol/link.ts";
import { Simulation } from "../../testing/world/simulation.ts";

/** Says lines to the client, after the time that they take. */
export type Say = (...lines: readonly string[]) => void;

/** How a server of a test behaves. */
export interface Script {
  /** The capabilities it offers. @default {""} */
  readonly capabilities?: string;
  /** What it says by ISUPPORT. @default {"CASEMAPPING=ascii CHANTYPES=# PREFIX=(ov)@+"} */
  readonly support?: string;
  /** What it is, by RPL_MYINFO. @default {"test-1"} */
  readonly version?: string;
  /** Gets each line first; true: that was all. */
  readonly on?: (message: IrcMessage, say: Say, server: ScriptedServer) => unknown;
}

/** How long a line takes, in milliseconds. */
const WAY = 5;

/** A server in virtual time that does as a test says, and else lets everybody in and do as they like. */
export class ScriptedServer {
  readonly world: Simulation = new Simulation({ seed: 1 });
  /** The lines it got, and when. */
  readonly got: { readonly line: string; readonly at: number }[] = [];
  dials: string[] = [];
  readonly #script: Script;
  #nick = "*";
  #say: Say = () => {};
  #cut: () => void = () => {};

  constructor(script: Script = {}) {
    this.#script = script;
  }

  /** A client of it. */
  client(options: Partial<IrcClientOptions> = {}): IrcClient {
    const runtime = this.world.host("bot", {
      dial: (request: DialRequest, events: LinkEvents) => this.#dial(request, events),
    });
    return new IrcClient({
      ...(options.host === undefined && { url: "irc://s" }),
      nick: "bot",
      runtime,
      ...options,
    });
  }

  /** A client of it that has connected. */
  async connected(options: Partial<IrcClientOptions> = {}): Promise<IrcClient> {
    const irc = await this.world.until(this.client(options).connect());
    await this.world.run(15_000);
    return irc;
  }

  /** Does something after so many milliseconds. */
  after(ms: number, act: () => void): void {
    this.world.clock.setTimer(this.world.clock.now() + ms, act);
  }

  /** Says something unasked. */
  say(...lines: readonly string[]): void {
    this.#say(...lines);
  }

  /** Cuts the link. */
  cut(): void {
    this.#cut();
  }

  /** The lines it got that match. */
  lines(matching: RegExp): string[] {
    return this.got.map(({ line }) => line).filter((line) => matching.test(line));
  }

  /** How a promise of the client's ends: `done`, or the code of its error and the numeric, if it has one. */
  outcome(promise: Promise<unknown>): Promise<string> {
    return this.world.until(promise.then(() => "done", (error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      const numeric: unknown = Reflect.get(error, "numeric");
      return typeof numeric === "string" ? `${error.code} ${numeric}` : error.code;
    }));
  }

  #dial(request: DialRequest, events: LinkEvents) {
    let open = true;
    this.dials.push(request.url);
    this.#say = (...lines) =>
      this.after(WAY, () => {
        for (const line of lines) if (open) events.receive(`${line}\r\n`);
      });
    this.#cut = () => {
      open = false;
      events.closed({ code: 0, reason: "cut", clean: false, cause: "lost" });
    };
    const say = this.#say;
    this.after(WAY, () => events.opened({ url: request.url, protocol: "" }));
    return {
      send: (data: string | Uint8Array) => {
        for (const line of String(data).split("\r\n")) {
          if (line === "") continue;
          this.got.push({ line, at: this.world.clock.now() });
          this.#answer(parseMessage(line), say);
        }
      },
      close: () => {
        open = false;
        this.after(WAY, () => events.closed({ code: 0, reason: "", clean: true, cause: "peer" }));
      },
      abort: () => void (open = false),
    };
  }

  #answer(message: IrcMessage, say: Say): void {
    const { capabilities = "", support, version = "test-1", on } = this.#script;
    const { command } = message;
    const subcommand = message.param(0);
    if (command === "NICK") this.#nick = message.param(0);
    if (on?.(message, say, this) === true) return;
    if (command === "CAP" && subcommand === "LS") say(`:s CAP * LS :${capabilities}`);
    if (command === "CAP" && subcommand === "REQ") say(`:s CAP * ACK :${message.param(1)}`);
    if (command === "CAP" && subcommand === "END") {
      say(
        `:s 001 ${this.#nick} :hi`,
        `:s 004 ${this.#nick} s ${version} i nt`,
        `:s 005 ${this.#nick} ${support ?? "CASEMAPPING=ascii CHANTYPES=# PREFIX=(ov)@+"} :are supported`,
        `:s 376 ${this.#nick} :End`,
      );
    }
    if (command === "PING") say(`:s PONG s :${message.text}`);
    if (command === "JOIN" || command === "PART") {
      for (const channel of message.param(0).split(",")) say(`:${this.#nick}!u@h ${command} ${channel}`);
    }
  }
}
