import type { Action, CloseInfo, Instant } from "../../../src/protocol/protocol.ts";
import type { GatewayEvent } from "../../../src/discord/gateway/wire/event.ts";
import { GatewaySession } from "../../../src/discord/gateway/session/session.ts";
import type { GatewaySessionOptions } from "../../../src/discord/gateway/session/options.ts";
import { DiscordServer, type DiscordServerOptions } from "../../../testing/discord/server.ts";
import type { DiscordServerCommand } from "../../../testing/discord/server.ts";
import { seededRandom } from "../../../testing/world/random.ts";
import { watchTransition } from "./_drive.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";

const LATENCY = 30;
const LOST: CloseInfo = { code: 1006, reason: "", clean: false, cause: "lost" };
const REFUSED: CloseInfo = { code: 0, reason: "", clean: false, cause: "refused" };

interface Pipe {
  readonly client: number;
  readonly server: number;
  /** Nothing gets through, and nobody is told. */
  silent: boolean;
}

/** Runs a core: what a driver does, without a promise. */
class Runner {
  readonly #core: GatewaySession | DiscordServer;
  readonly #clock: VirtualClock;
  readonly #perform: (action: Action) => void;
  readonly #tell: (event: { readonly kind: string }) => void;
  #wakeAt: Instant = Infinity;

  constructor(
    core: GatewaySession | DiscordServer,
    clock: VirtualClock,
    perform: (action: Action) => void,
    tell: (event: { readonly kind: string }) => void,
  ) {
    this.#core = core;
    this.#clock = clock;
    this.#perform = perform;
    this.#tell = tell;
  }

  drain(): void {
    for (let output = this.#core.poll(); output !== undefined; output = this.#core.poll()) {
      if (output.kind === "event") this.#tell(output.event);
      else this.#perform(output);
    }
    const at = this.#core.deadline();
    if (at >= this.#wakeAt) return;
    this.#wakeAt = at;
    this.#clock.setTimer(at, () => {
      if (this.#wakeAt !== at) return;
      this.#wakeAt = Infinity;
      this.#core.tick(this.#clock.now());
      this.drain();
    });
  }
}

/** A client core and a server core, joined in memory: no driver, no promise, no real time. */
export class Joined {
  readonly clock: VirtualClock = new VirtualClock(1_700_000_000_000);
  readonly session: GatewaySession;
  readonly server: DiscordServer;
  readonly events: GatewayEvent[] = [];
  readonly sentByClient: { readonly at: Instant; readonly link: number; readonly op: number }[] = [];
  /** Dials are refused until then. */
  refusedUntil: Instant = -Infinity;
  ended = false;
  readonly #client: Runner;
  readonly #serve: Runner;
  #pipes: Pipe[] = [];
  #lastServerLink = 0;
  #lastTicket = 0;
  #permitFreeAt: Instant = -Infinity;

  constructor(
    seed: number,
    options: DiscordServerOptions = {},
    session: Partial<GatewaySessionOptions> = {},
  ) {
    this.server = new DiscordServer({ token: "a.token", ...options });
    this.session = new GatewaySession({
      token: "a.token",
      intents: 0x8201,
      random: seededRandom(seed, "client"),
      transition: watchTransition,
      ...session,
    });
    this.#client = new Runner(
      this.session,
      this.clock,
      (action) => this.#ofClient(action),
      (event) => this.#told(event),
    );
    this.#serve = new Runner(this.server, this.clock, (action) => this.#ofServer(action), () => {});
    this.server.start(this.clock.now());
    this.session.start(this.clock.now());
    this.#client.drain();
  }

  run(ms: number): void {
    this.clock.advance(ms);
  }

  command(command: DiscordServerCommand): void {
    this.server.command(command, ++this.#lastTicket, this.clock.now());
    this.#serve.drain();
  }

  /** Breaks every link: both ends see it. */
  cut(): void {
    for (const pipe of this.#pipes.splice(0)) {
      this.session.closed(pipe.client, LOST, this.clock.now());
      this.server.closed(pipe.server, LOST, this.clock.now());
    }
    this.#client.drain();
    this.#serve.drain();
  }

  /** Lets nothing more through on the links there are, and tells nobody. */
  silence(): void {
    for (const pipe of this.#pipes) pipe.silent = true;
  }

  #told(event: { readonly kind: string }): void {
    // What the session gives is what the runner hands on.
    this.events.push(event as GatewayEvent);
  }

  /** Does something at the other end, one latency later, if the pipe still carries it then. */
  #carry(pipe: Pipe, act: () => void, runner: Runner): void {
    this.clock.setTimer(this.clock.now() + LATENCY, () => {
      if (pipe.silent || !this.#pipes.includes(pipe)) return;
      act();
      runner.drain();
    });
  }

  #ofClient(action: Action): void {
    const { clock, session, server } = this;
    if (action.kind === "ask") {
      const at = Math.max(clock.now(), this.#permitFreeAt);
      clock.setTimer(at, () => {
        session.answered(action.id, { kind: "permit" }, clock.now());
        this.#client.drain();
      });
      return;
    }
    if (action.kind === "release") {
      if (action.used) this.#permitFreeAt = clock.now() + 5_000;
      return;
    }
    if (action.kind === "end") {
      this.ended = true;
      return;
    }
    if (action.kind === "settle") return;
    if (action.kind === "dial") {
      clock.setTimer(clock.now() + 2 * LATENCY, () => this.#open(action.link, action.url));
      return;
    }
    const pipe = this.#pipes.find(({ client }) => client === action.link);
    if (pipe === undefined) return;
    if (action.kind === "send") {
      this.sentByClient.push({ at: clock.now(), link: action.link, op: JSON.parse(String(action.data)).op });
      this.#carry(pipe, () => server.receive(pipe.server, action.data, clock.now()), this.#serve);
    } else if (action.kind === "abort") {
      this.#part(pipe, undefined, LOST);
    } else {
      const info: CloseInfo = { code: action.code, reason: action.reason, clean: true, cause: "peer" };
      this.#carry(pipe, () => this.#part(pipe, info, info), this.#serve);
    }
  }

  #ofServer(action: Action): void {
    const { clock, session } = this;
    if (!("link" in action)) return;
    const pipe = this.#pipes.find(({ server }) => server === action.link);
    if (pipe === undefined) return;
    if (action.kind === "send") {
      this.#carry(pipe, () => session.receive(pipe.client, action.data, clock.now()), this.#client);
    } else if (action.kind === "abort") {
      this.#part(pipe, LOST, undefined);
    } else if (action.kind === "close") {
      const info: CloseInfo = { code: action.code, reason: action.reason, clean: true, cause: "peer" };
      this.#carry(pipe, () => this.#part(pipe, info, info), this.#client);
    }
  }

  #open(link: number, url: string): void {
    const now = this.clock.now();
    if (now < this.refusedUntil) {
      this.session.closed(link, REFUSED, now);
    } else {
      const pipe: Pipe = { client: link, server: --this.#lastServerLink, silent: false };
      this.#pipes.push(pipe);
      this.session.opened(link, { url, protocol: "" }, now);
      this.server.opened(pipe.server, { url, protocol: "" }, now);
    }
    this.#client.drain();
    this.#serve.drain();
  }

  /** The link is over; each end is told so in a turn of its own, unless it is the one that dropped it. */
  #part(pipe: Pipe, client: CloseInfo | undefined, server: CloseInfo | undefined): void {
    this.#pipes = this.#pipes.filter((other) => other !== pipe);
    const { clock } = this;
    clock.setTimer(clock.now(), () => {
      if (client !== undefined && !pipe.silent) this.session.closed(pipe.client, client, clock.now());
      if (server !== undefined && !pipe.silent) this.server.closed(pipe.server, server, clock.now());
      this.#client.drain();
      this.#serve.drain();
    });
  }
}
