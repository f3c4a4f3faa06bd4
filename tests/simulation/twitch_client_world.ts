import fc from "fast-check";
import { Driver } from "../../src/driver/driver.ts";
import type { Host, Observation } from "../../src/driver/host.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import { TwitchClient, type TwitchClientOptions } from "../../src/twitch/client.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import type { TwitchEvent } from "../../src/twitch/wire/event.ts";
import {
  checkTwitchDelivery,
  checkTwitchGaps,
  checkTwitchWire,
  type TwitchDue,
} from "../../testing/twitch/checker.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import type {
  TwitchServerCommand,
  TwitchServerEvent,
  TwitchUtterance,
} from "../../testing/twitch/server_types.ts";
import { checkEnd, checkSayings } from "../../testing/world/checking/checker.ts";
import { faultPlans } from "../../testing/world/faults.ts";
import { running } from "./_running.ts";
import type { World, WorldReport } from "../../testing/world/checking/search.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";
import { ClientUser, countingTimers, type Uses, whatPersonSays } from "./_client_user.ts";
import { type Told, type TwitchClientBug, twitchClientBugs } from "./_twitch_client_bugs.ts";

/** What a plan can make the server or the user do. */
export type TwitchClientAct =
  | { readonly kind: "server"; readonly command: TwitchServerCommand }
  /** The account's token is good no more: there is another to be had. */
  | { readonly kind: "expire" }
  /** Says so many things. */
  | { readonly kind: "say"; readonly count: number }
  /** One who reads events takes none for so long, in milliseconds. */
  | { readonly kind: "dawdle"; readonly ms: number };

/** Messages, or on some seeds a stream. */
const URLS = ["wss://chat.test", "ircs://chat.test"] as const;
const LOGIN = "https://id.twitch.tv";
const CHANNELS = ["#c0", "#c1", "#c2", "#c3"] as const;
const HOST = "bot";
/** By its name, what gives the client tokens goes wrong. */
const TOKENS = "tokens";
const UNTIL = 120_000;
const TALK_EVERY = 1_300;
/** When a server that is restless asks all to reconnect. */
const RESTLESS = [25_000, 65_000, 105_000] as const;
/** A token is good for so long: of three in a row one must do for a login, however slow its links. */
const TOKEN_LASTS = 40_000;
// So few that who dawdles misses some.
const MAILBOX = 24;
// Until a dead link is noticed, then the longest wait before a dial that hangs, another before one that does not and
// for which no token was to be had at first, and the JOINs, each of which may be in vain.
const RECOVERY = 80_000 + 8_000 + 15_000 + 8_000 + 30_000 + 8_000 + 60_000;
// The last ones are said a second apart in each channel, and may each be dropped.
const LAST = 60_000;

const acts: fc.Arbitrary<TwitchClientAct> = fc.oneof(
  fc.record({ kind: fc.constant("say" as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant("dawdle" as const), ms: fc.nat(90_000) }),
  fc.record({ kind: fc.constant("expire" as const) }),
  fc.oneof<fc.Arbitrary<TwitchServerCommand>[]>(
    fc.constant({ kind: "reconnect" }),
    fc.constant({ kind: "drop" }),
    fc.constant({ kind: "freeze" }),
    fc.constant({ kind: "raw", line: "garbage" }),
  ).map((command) => ({ kind: "server" as const, command })),
);

/**
 * A whole client, as users hold it, whose token expires, and is to be had by HTTP, which fails in all its ways; with
 * handlers that throw, a reader who is slow, and one who waits.
 */
export const twitchClientWorld: World<TwitchClientAct> = {
  name: "twitch client",
  identifier: "twitchClientWorld",
  bugs: twitchClientBugs,
  until: UNTIL,
  plans: faultPlans(fc, {
    until: UNTIL,
    most: 10,
    acts,
    clients: [HOST],
    also: ["coalesce", "narrow", "causes", "http"],
    parts: { [TOKENS]: ["throw", "hang"] },
  }),
  run: running((seed, _, bug = "") => new ClientWorld(seed, twitchClientBugs[bug])),
};

class ClientWorld {
  readonly world: Simulation;
  readonly #seed: number;
  readonly #core: TwitchServer;
  readonly #server: Driver<TwitchServerCommand, TwitchServerEvent>;
  readonly #client: TwitchClient;
  readonly #user: ClientUser<Told, TwitchEvent>;
  /** How many timers of the client are set. */
  readonly #timers: () => number;
  readonly #observations: Observation[] = [];
  /** Its links that have opened, in order, and those that are gone. */
  readonly #opened: number[] = [];
  readonly #gone = new Set<number>();
  /** The server's links that have opened, in order. */
  readonly #accepted: number[] = [];
  /** The channels it has been in. */
  readonly #inside = new Set<string>();
  readonly #due: TwitchDue[] = [];
  #tokens = 1;
  /** Until then its token stays good. */
  #expiresFrom: Instant = 0;
  #talking = true;
  #connected = false;
  #failure: unknown;

  constructor(seed: number, bug: TwitchClientBug | undefined) {
    this.#seed = seed;
    const world = this.world = new Simulation({ seed, latency: 40, jitter: 60, chunking: true });
    this.#core = new TwitchServer({
      accounts: { bot: this.#token },
      channels: CHANNELS,
      pingInterval: 45_000,
    });
    this.#server = new Driver<TwitchServerCommand, TwitchServerEvent>(this.#core, {
      host: world.host("server", {
        observe: (observation) => {
          if (observation.kind === "opened") this.#accepted.push(observation.link);
        },
      }),
      label: "server",
      deliver: (event) => {
        if (event.kind === "said") this.#note(event);
        if (event.kind === "line" && event.message.command === "PRIVMSG") {
          this.#user.heard(event.message.text);
        }
      },
    });
    this.#server.start();
    for (const url of URLS) world.serve(url, this.#server);
    world.serveHttp(LOGIN, (input, init) => Promise.resolve(this.#answer(input, init)));

    const { host, open } = countingTimers(
      world.host(HOST, { observe: (observation) => this.#observe(observation) }),
    );
    this.#timers = open;
    const runtime = bug?.host?.(host) ?? host;
    const options: TwitchClientOptions = {
      url: URLS[seed % 5 === 1 ? 1 : 0],
      login: "bot",
      token: world.unreliable(
        TOKENS,
        new TwitchAuth({
          clientId: "id",
          clientSecret: "hush",
          tokens: { accessToken: this.#token, refreshToken: "refresh" },
          runtime,
        }).provider,
      ),
      channels: CHANNELS,
      ...(seed % 3 === 0 && { channelsPerConnection: 2 }),
      backoff: { cap: 8_000 },
      // The first connection is refused for longer than most would wait.
      connectTimeout: Infinity,
      timeouts: { quiet: 15_000 },
      mailbox: MAILBOX,
      runtime,
    };
    this.#client = new TwitchClient(bug?.options?.(options) ?? options);
    this.#user = this.#use(runtime, bug);
    const failed = (error: unknown) => void (this.#failure = error);
    this.#client.closed.catch(failed);
    this.#client.connect().then(() => void (this.#connected = true), failed);
  }

  perform(act: TwitchClientAct): void {
    switch (act.kind) {
      case "server":
        return void this.#server.command(act.command);
      case "expire":
        return this.#expire();
      case "say":
        return this.#say(act.count);
      case "dawdle":
        return this.#user.dawdle(Math.min(this.world.clock.now() + act.ms, UNTIL));
    }
  }

  async run(): Promise<WorldReport> {
    const { world } = this;
    world.clock.setTimer(1_000, () => this.#speak(1));
    // On most seeds all are asked to reconnect again and again, with a token that is good no more.
    for (const at of this.#seed % 4 === 3 ? [] : RESTLESS) {
      world.clock.setTimer(at, () => {
        this.#expire();
        void this.#server.command({ kind: "reconnect" });
      });
    }
    await world.run(UNTIL + RECOVERY);
    const violations = this.#checkRecovery();
    this.#talking = false;
    await world.run(5_000);
    this.#say(8);
    await world.run(LAST);
    violations.push(
      ...checkSayings(this.#user.sayings, this.#user.counts()),
      ...this.#user.checkSettled(),
    );
    let closed = false;
    let left = 0;
    void this.#client.close().then(() => {
      closed = true;
      // Some would soon wake, and find nothing to do.
      world.clock.setTimer(world.clock.now() + 1, () => void (left = this.#timers()));
    });
    await world.run(10_000);
    if (!closed) violations.push({ rule: "not_ended", message: "did not end when told to" });
    if (left > 0) {
      violations.push({ rule: "timer_left", message: `${left} timers are set after the end` });
    }
    violations.push(
      ...checkTwitchWire(this.#observations),
      ...checkTwitchDelivery(this.#due, this.#user.handled, this.#observations),
      ...checkTwitchGaps(this.#user.handled, this.#observations),
      ...this.#user.checkTold(),
      ...checkEnd(this.#observations),
    );
    return { violations, trace: world.trace, simulated: world.clock.now(), events: this.#user.told };
  }

  /** The token that is good. */
  get #token(): string {
    return `token${this.#tokens}`;
  }

  #expire(): void {
    // One that is refused with the next two tokens, too, takes that for the end.
    const now = this.world.clock.now();
    if (now < this.#expiresFrom) return;
    this.#expiresFrom = now + TOKEN_LASTS;
    this.#tokens++;
    void this.#server.command({ kind: "token", login: "bot", token: this.#token });
  }

  /** Where tokens are validated and refreshed. */
  #answer(input: string, init: RequestInit = {}): Response {
    if (input === `${LOGIN}/oauth2/validate`) {
      const good = new Headers(init.headers).get("authorization") === `OAuth ${this.#token}`;
      return Response.json(
        good ? { user_id: "1", login: "bot", scopes: [], expires_in: 14_000 } : { status: 401 },
        { status: good ? 200 : 401 },
      );
    }
    return Response.json({ access_token: this.#token, refresh_token: "refresh" });
  }

  #use(host: Host, bug: TwitchClientBug | undefined): ClientUser<Told, TwitchEvent> {
    const client = this.#client;
    const uses: Uses<Told> = {
      say: (channel, text) => client.say(channel, text),
      handle: (handler) => client.on("PRIVMSG", ({ text }) => handler(text)),
      read: () => client[Symbol.asyncIterator](),
      wait: (text, signal) => client.wait("PRIVMSG", { signal, where: (event) => event.text === text }),
    };
    client.on("PRIVMSG", (event) => this.#user.handles(event));
    client.on("gap", (event) => this.#user.handles(event));
    client.on("error", ({ handling }) => {
      if (handling === "PRIVMSG") this.#user.failed();
    });
    return new ClientUser(this.world, host, uses, bug?.uses);
  }

  #observe(observation: Observation): void {
    this.#observations.push(observation);
    switch (observation.kind) {
      case "opened":
        this.#opened.push(observation.link);
        break;
      case "abort":
      case "closed":
        this.#gone.add(observation.link);
        break;
      case "sent": {
        const text = /PRIVMSG #\w+ :(.+)\r\n$/.exec(String(observation.data))?.[1];
        if (text !== undefined) this.#user.wrote(text);
      }
    }
  }

  /** Something was said, and is due if it is somebody else's, in a channel it has been in. */
  #note(utterance: TwitchUtterance): void {
    const { channel, login, links } = utterance;
    const over = links.flatMap((link) => this.#opened[this.#accepted.indexOf(link)] ?? []);
    if (over.length > 0) this.#inside.add(channel);
    if (login === "bot" || !this.#inside.has(channel)) return;
    const held = this.#opened.filter((link) => over.includes(link) || !this.#gone.has(link));
    this.#due.push({ ...utterance, over, held: held.length > 0 ? held : [...this.#opened] });
  }

  #say(count: number): void {
    if (!this.#connected || this.#failure !== undefined) return;
    const said = this.#user.sayings.length;
    this.#user.say(Array.from({ length: count }, (_, index) => CHANNELS[(said + index) % 4] ?? "#c0"));
  }

  #speak(count: number): void {
    if (!this.#talking) return;
    const channel = CHANNELS[count % 4] ?? "#c0";
    const text = whatPersonSays(count);
    const login = count % 4 < 2 ? "ann" : "ben";
    void this.#server.command({ kind: "say", login, channel, text });
    // Some are answered at once.
    if (count % 3 === 0) {
      void this.#server.command({ kind: "say", login: "cid", channel, text: `answer to ${text}` });
    }
    if (count % 10 === 0) this.#say(1);
    if (count % 8 === 0) this.#user.wait(whatPersonSays(count + 2));
    const { clock } = this.world;
    clock.setTimer(clock.now() + TALK_EVERY, () => this.#speak(count + 1));
  }

  /** Once nothing goes wrong any more, the client is there, and in its channels. */
  #checkRecovery(): Violation[] {
    if (this.#failure !== undefined) {
      return [{ rule: "ended_by_itself", message: `has ended with "${this.#failure}"` }];
    }
    return CHANNELS.flatMap((name): Violation[] => {
      const links = this.#core.links(name).length;
      if (this.#client.channels.includes(name) && links === 1) return [];
      return [{ rule: "not_in_channel", message: `is not in ${name}, with ${links} links` }];
    });
  }
}
