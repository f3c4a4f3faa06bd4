/**
 * One contender of the benchmark of NAMES bursts, in a process of its own, on Deno, Bun or Node:
 *
 *     _irc_names_contender.ts <contender> <channels> <members> <people>
 *
 * Prints one line of JSON.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { IrcClient } from "../src/irc/client.ts";
import type { Dial, LinkEvents } from "../src/protocol/link.ts";

/** Takes what comes from a server; `count` tells how many members of channels are known then. */
interface Contender {
  take(bytes: Uint8Array): void;
  count(): number;
}

const SUPPORT = "CASEMAPPING=rfc1459 CHANTYPES=# PREFIX=(qaohv)~&@%+ CHANMODES=b,k,l,imnst NETWORK=Bench";
const CAPABILITIES = "multi-prefix userhost-in-names";
const WELCOME = [
  `:irc.test CAP * LS :${CAPABILITIES}`,
  `:irc.test CAP bot ACK :${CAPABILITIES}`,
  ":irc.test 001 bot :Welcome",
  `:irc.test 005 bot ${SUPPORT} :are supported by this server`,
  ":irc.test 376 bot :End of MOTD",
];

const contenders: Readonly<Record<string, (channels: number) => Promise<Contender>>> = {
  parley: async () => {
    const links: LinkEvents[] = [];
    const dial: Dial = (_request, events) => {
      links.push(events);
      return { send: () => {}, close: () => {}, abort: () => {} };
    };
    const irc = new IrcClient({
      url: "ircs://irc.test",
      nick: "bot",
      state: "names",
      flood: false,
      runtime: { dial },
    });
    irc.connect();
    while (links.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    links[0]?.opened({ url: "ircs://irc.test", protocol: "" });
    return {
      take: (bytes) => links[0]?.receive(bytes),
      count: () => [...irc.channels].reduce((sum, { members }) => sum + members.size, 0),
    };
  },

  "irc-framework": async (channels) => {
    const { Client } = (await import("irc-framework")).default;
    const { default: NetTransport } = await import("irc-framework/src/transports/net.js");
    const transports: Transport[] = [];
    // Its own, which decodes what comes and takes it apart, without a socket.
    class Transport extends NetTransport {
      constructor(options: unknown) {
        super(options);
        transports.push(this);
      }
      connect(): void {
        this.incoming_buffer = Buffer.alloc(0);
      }
      writeLine(): void {}
      close(): void {}
    }
    const client = new Client({ nick: "bot", transport: Transport, ping_interval: 0 });
    client.connect();
    transports[0]?.emit("open");
    const rooms = Array.from({ length: channels }, (_, index) => client.channel(`#channel-${index}`));
    return {
      take: (bytes) => transports[0]?.onSocketData(bytes),
      count: () => rooms.reduce((sum, { users }) => sum + users.length, 0),
    };
  },
};

/** How many leave afterwards. */
const QUITS = 100;

/** Nicks as long as most are. */
function nickOf(person: number): string {
  return `Nick${person.toString(36)}`;
}

/** What a server says when we come into a channel where so many of all people are. */
function burst(channel: number, members: number, people: number): string[] {
  const name = `#channel-${channel}`;
  const lines = [`:bot!bot@host.example JOIN ${name}`];
  let line = `:irc.test 353 bot = ${name} :@bot!bot@host.example`;
  for (let n = 1; n < members; n++) {
    const person = (channel * members + n) % people;
    const prefix = n % 100 === 0 ? "@+" : n % 10 === 0 ? "+" : "";
    const shown = `${prefix}${nickOf(person)}!~user${person % 1_000}@host-${person}.cloak.example.org`;
    if (line.length + 1 + shown.length > 510) {
      lines.push(line);
      line = `:irc.test 353 bot = ${name} :${shown}`;
    } else line += ` ${shown}`;
  }
  lines.push(line, `:irc.test 366 bot ${name} :End of /NAMES list.`);
  return lines;
}

/** So much is read from a socket at once. */
const PIECE = 65_536;

/** What a server says, as a socket brings it; outside of the heap that is measured. */
function pieces(said: readonly string[]): Uint8Array[] {
  const bytes = Buffer.from(`${said.join("\r\n")}\r\n`);
  return Array.from(
    { length: Math.ceil(bytes.length / PIECE) },
    (_, index) => bytes.subarray(index * PIECE, (index + 1) * PIECE),
  );
}

function heap(): number {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc: (force: boolean) => void } };
  for (let n = 0; n < 3; n++) {
    gc?.();
    Bun?.gc(true);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function measure(name: string, channels: number, members: number, people: number) {
  const contender = await contenders[name]?.(channels);
  if (contender === undefined) throw new Error(`There is no contender "${name}"`);
  /** Takes what comes; returns the processor time of it, in milliseconds. */
  const take = (came: readonly Uint8Array[]) => {
    const began = process.cpuUsage();
    for (const piece of came) contender.take(piece);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  };
  take(pieces(WELCOME));
  // Whoever waits until it is connected is told so.
  await new Promise((resolve) => setTimeout(resolve, 10));
  const bursts = Array.from({ length: channels }, (_, channel) => pieces(burst(channel, members, people)));
  const before = heap();
  const milliseconds = take(bursts.flat());
  // What is left of what came may go.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const megabytes = (heap() - before) / 1e6;
  // What was said counts before and behind, on every engine, as long as it is asked for here.
  if (bursts.length !== channels) throw new Error("What was said is gone");
  const known = contender.count();
  const quits = take(
    pieces(Array.from({ length: QUITS }, (_, n) => `:${nickOf(n + 1)}!u@host.example QUIT :Split`)),
  );
  return { milliseconds, megabytes, members: known, quits };
}

const [name = "", channels = "", members = "", people = ""] = process.argv.slice(2);
const first = await measure(name, Number(channels), Number(members), Number(people));
// Once more, by another client: as after a reconnect, in a process that knows the way.
const { milliseconds: again } = await measure(name, Number(channels), Number(members), Number(people));
const result = { ...first, again };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
