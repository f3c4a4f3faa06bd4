import type { IrcMessage } from "@parley/parley/irc";
import { Deadlines, type Instant } from "@parley/parley/protocol";
import type { Net } from "../network/_net.ts";
import type { Connection } from "../network/_state.ts";
import type { IrcServerOptions } from "../_types.ts";
import { SOJU_NETWORK, welcome } from "./_welcome.ts";

const SOJU_NOTIFY = "soju.im/bouncer-networks-notify";
const BOUNCER_SERV = "BouncerServ!BouncerServ@BouncerServ";

/** What one bouncer makes of things, as another does not. */
interface Manner {
  /** Who answers PING; undefined: whoever has let the client in. */
  readonly name: string | undefined;
  /** What it offers beside what the server does. */
  readonly capabilities: readonly string[];
  /** A client is let in. */
  readonly greet: (net: Net, client: Connection) => void;
  /** The network is gone. */
  readonly lose: (net: Net, client: Connection) => void;
  /** A line of the client's gets nowhere. */
  readonly swallow: (net: Net, client: Connection, message: IrcMessage) => void;
  /** The network is back; which channels it is in there follows. */
  readonly restore: (net: Net, client: Connection, options: IrcServerOptions) => void;
}

const MANNERS: Readonly<Record<"znc" | "soju", Manner>> = {
  znc: {
    name: "irc.znc.in",
    capabilities: [],
    greet: () => {},
    lose: (net, client) => zncSays(net, client, "Disconnected from IRC. Reconnecting..."),
    swallow: (net, client, { command, params: [target] }) => {
      if (command !== "PRIVMSG" && command !== "NOTICE") return;
      zncSays(net, client, `Your message to ${target} got lost, you are not connected to IRC!`);
    },
    restore: (net, client, options) => {
      zncSays(net, client, "Connected!");
      for (const numeric of welcome(net.name, client.mask, options)) net.numeric(client, ...numeric);
    },
  },
  soju: {
    name: undefined,
    capabilities: ["soju.im/bouncer-networks", SOJU_NOTIFY],
    greet: (net, client) => {
      if (!client.capabilities.has(SOJU_NOTIFY)) return;
      net.send(client, `:${net.name} BATCH +soju soju.im/bouncer-networks`);
      net.send(client, `@batch=soju :${net.name} ${networkLine("name=Test;state=connected")}`);
      net.send(client, `:${net.name} BATCH -soju`);
    },
    lose: (net, client) => {
      const why = "failed to read IRC command: EOF";
      net.send(client, `:${BOUNCER_SERV} NOTICE ${client.nick} :disconnected from Test: ${why}`);
      sojuNotifies(net, client, `error=${why.replaceAll(" ", "\\s")}`);
      sojuNotifies(net, client, "state=disconnected");
    },
    swallow: (net, client, { command }) =>
      net.numeric(client, "400", [command, "Disconnected from upstream network"]),
    restore: (net, client) => sojuNotifies(net, client, "error=;state=connected"),
  },
};

/** The bouncers before clients, which may lose their network, and stay connected to their client. */
export class Bouncers {
  readonly #net: Net;
  readonly #options: IrcServerOptions;
  readonly #manner: Manner;
  readonly #ends = new Deadlines<Connection>();
  /** The channels that they were in, which a bouncer joins again. */
  readonly #channels = new Map<Connection, readonly string[]>();

  constructor(net: Net, options: IrcServerOptions) {
    this.#net = net;
    this.#options = options;
    this.#manner = MANNERS[options.bouncerKind ?? "znc"];
  }

  /** When a bouncer is back on its network. */
  get deadline(): Instant {
    return this.#ends.next;
  }

  /** What they offer beside what the server does. */
  get capabilities(): readonly string[] {
    return this.#options.bouncer === undefined ? [] : this.#manner.capabilities;
  }

  /** A client is let in. */
  greet(connection: Connection): void {
    if (this.#options.bouncer !== undefined) this.#manner.greet(this.#net, connection);
  }

  /** Answers PING in the place of the server. */
  pong(connection: Connection, token: string): void {
    const { name = this.#net.name } = this.#manner;
    this.#net.send(connection, `:${name} PONG ${name} :${token}`);
  }

  /** A bouncer loses its network. */
  begin(connection: Connection, until: Instant): void {
    const net = this.#net;
    if (this.#channels.has(connection)) return this.#ends.set(connection, until);
    this.#channels.set(connection, net.quit(connection, "Connection reset"));
    this.#ends.set(connection, until);
    this.#manner.lose(net, connection);
  }

  /** The label that comes back of one: soju passes several targets on one by one, and the label to none. */
  label(message: IrcMessage): string | undefined {
    const { bouncer, bouncerKind } = this.#options;
    const isDropped = bouncer !== undefined && bouncerKind === "soju" && message.param(0).includes(",");
    return isDropped ? undefined : message.tag("label");
  }

  /** Whether a line of a client's gets nowhere. */
  swallows(connection: Connection, message: IrcMessage): boolean {
    if (!this.#channels.has(connection)) return false;
    this.#manner.swallow(this.#net, connection, message);
    return true;
  }

  /** Bouncers are back for which it is time. */
  due(): void {
    const net = this.#net;
    for (let one = this.#ends.due(net.now); one !== undefined; one = this.#ends.due(net.now)) {
      const channels = this.#channels.get(one) ?? [];
      this.#channels.delete(one);
      if (one.closed) continue;
      this.#manner.restore(net, one, this.#options);
      for (const name of channels) {
        const channel = net.channel(net.nameNow(name) ?? name);
        const isRefused = (net.refused.get(net.fold(channel.name))?.until ?? -Infinity) > net.now;
        if (isRefused || net.isIn(channel, one.nick)) continue;
        net.enter(channel, one.nick, one.mask);
        if (channel.topic !== "") net.numeric(one, "332", [channel.name, channel.topic]);
        net.tellNames(one, channel.name);
      }
    }
  }
}

function zncSays(net: Net, client: Connection, text: string): void {
  net.send(client, `:*status!znc@znc.in PRIVMSG ${client.nick} :${text}`);
}

function networkLine(attributes: string): string {
  return `BOUNCER NETWORK ${SOJU_NETWORK} ${attributes}`;
}

function sojuNotifies(net: Net, client: Connection, attributes: string): void {
  if (client.capabilities.has(SOJU_NOTIFY)) net.send(client, `:${net.name} ${networkLine(attributes)}`);
}
