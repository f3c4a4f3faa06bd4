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
import { EventEmitter } from "node:events";
import process from "node:process";
import { IrcSession } from "../src/irc/session/session.ts";

/** What a server says: lines, and all of them as a link brings them. */
interface Came {
  readonly lines: readonly string[];
  readonly data: string;
}

/** Takes what a server says; `count` tells how many members of channels are known then. */
interface Contender {
  take(came: Came): void;
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
  parley: () => {
    const session = new IrcSession({
      url: "irc://irc.test",
      nick: "bot",
      state: "names",
      flood: false,
      random: () => 0.5,
    });
    let link = 0;
    const drain = () => {
      for (let output = session.poll(); output !== undefined; output = session.poll()) {
        if (output.kind === "dial") link = output.link;
        if (output.kind === "ask") session.answered(output.id, { kind: "sts_policy", policy: undefined }, 0);
      }
    };
    session.start(0);
    drain();
    session.opened(link, { url: "irc://irc.test", protocol: "" }, 0);
    drain();
    return Promise.resolve({
      take: ({ data }) => {
        session.receive(link, data, 0);
        drain();
      },
      count: () => [...session.state.channels].reduce((sum, { members }) => sum + members.size, 0),
    });
  },

  "irc-framework": async (channels) => {
    const { Client } = (await import("irc-framework")).default;
    const transports: EventEmitter[] = [];
    class Transport extends EventEmitter {
      constructor() {
        super();
        transports.push(this);
      }
      connect(): void {}
      writeLine(): void {}
      close(): void {}
      setEncoding(): void {}
    }
    const client = new Client({ nick: "bot", transport: Transport, ping_interval: 0 });
    client.connect();
    transports[0]?.emit("open");
    const rooms = Array.from({ length: channels }, (_, index) => client.channel(`#channel-${index}`));
    return {
      take: ({ lines }) => {
        for (const line of lines) transports[0]?.emit("line", line);
      },
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

/** As it comes from a decoder: flat, and no part of anything that stays. */
function came(said: readonly string[]): Came {
  const data = Buffer.from(`${said.join("\r\n")}\r\n`).toString();
  const lines = Buffer.from(said.join("\n")).toString().split("\n");
  return { lines, data };
}

function heap(): number {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc: (force: boolean) => void } };
  for (let n = 0; n < 3; n++) {
    gc?.();
    Bun?.gc(true);
  }
  return process.memoryUsage().heapUsed;
}

async function measure(name: string, channels: number, members: number, people: number) {
  const contender = await contenders[name]?.(channels);
  if (contender === undefined) throw new Error(`There is no contender "${name}"`);
  contender.take(came(WELCOME));
  const before = heap();
  let milliseconds = 0;
  for (let channel = 0; channel < channels; channel++) {
    const said = came(burst(channel, members, people));
    const began = process.cpuUsage();
    contender.take(said);
    const { user, system } = process.cpuUsage(began);
    milliseconds += (user + system) / 1_000;
  }
  // The lines of the last channel may go.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const megabytes = (heap() - before) / 1e6;
  const known = contender.count();
  const quits = came(Array.from({ length: QUITS }, (_, n) => `:${nickOf(n + 1)}!u@host.example QUIT :Split`));
  const began = process.cpuUsage();
  contender.take(quits);
  const { user, system } = process.cpuUsage(began);
  return { milliseconds, megabytes, members: known, quits: (user + system) / 1_000 };
}

const [name = "", channels = "", members = "", people = ""] = process.argv.slice(2);
const result = await measure(name, Number(channels), Number(members), Number(people));
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
