import fc from "fast-check";
import type { IrcClient } from "../../src/irc/client.ts";
import type { IrcUtterance } from "../../testing/irc/checker.ts";
import type { IrcServer, IrcServerCommand, IrcServerOptions } from "../../testing/irc/server.ts";
import type { Violation } from "../../testing/world/checking/violation.ts";

/** What people and operators do on the network. */
export type PeopleAct =
  /** Of the channels, the one of this index. */
  | { readonly kind: "people"; readonly channel: number; readonly does: Deed }
  /** The bot says something of so many lines. */
  | { readonly kind: "lines"; readonly channel: number; readonly count: number };

type Deed =
  | { readonly kind: "visit" | "quit" | "nick" | "topic" | "rename" | "part" }
  | { readonly kind: "mode"; readonly modes: "+v" | "-v" | "+o" | "-o"; readonly whom: "ann" | "ben" | "bot" }
  | { readonly kind: "fail"; readonly command: string }
  | { readonly kind: "netsplit"; readonly ms: number };

/** Who have a status are told apart, for a server without multi-prefix shows but the strongest. */
const MODES = [["+v", "ann"], ["-v", "ann"], ["+o", "ben"], ["-o", "ben"], ["+o", "bot"], [
  "-o",
  "bot",
]] as const;

/** What they may do. */
export const peopleActs: fc.Arbitrary<PeopleAct> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("people" as const),
      channel: fc.nat(1),
      does: fc.oneof(
        fc.record({ kind: fc.constantFrom("visit" as const, "quit" as const) }),
        fc.record({ kind: fc.constantFrom("nick" as const, "topic" as const) }),
        fc.record({ kind: fc.constantFrom("rename" as const, "rename" as const, "part" as const) }),
        fc.constantFrom(...MODES).map(([modes, whom]) => ({ kind: "mode" as const, modes, whom })),
        fc.record({
          kind: fc.constant("fail" as const),
          command: fc.constantFrom("JOIN", "KICK", "NAMES", "PRIVMSG"),
        }),
        { weight: 2, arbitrary: fc.record({ kind: fc.constant("netsplit" as const), ms: fc.nat(60_000) }) },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("lines" as const),
      channel: fc.nat(1),
      count: fc.integer({ min: 2, max: 5 }),
    }),
  },
);

const CASEMAPPINGS = ["rfc1459", "ascii", "rfc1459-strict"] as const;
/** What servers know: nothing, labels, or all that there is. */
const KNOWN = [
  [],
  ["batch", "labeled-response"],
  [
    "batch",
    "draft/channel-rename",
    "draft/chathistory",
    "draft/message-redaction",
    "draft/multiline=max-bytes=4096,max-lines=24",
    "echo-message",
    "labeled-response",
    "message-tags",
  ],
] as const;
/** For how long one who sits in between lets lines wait, in milliseconds. */
const BOUNCERS = [150, 3_000] as const;
/** So few that what was said is more than a page. */
const PAGE = 7;
const HISTORY = 20;

/** What the server of a seed is like. */
export function serverOf(seed: number): Partial<IrcServerOptions> {
  return {
    casemapping: CASEMAPPINGS[seed % CASEMAPPINGS.length] ?? "rfc1459",
    capabilities: ["server-time", ...KNOWN[(seed >> 1) % KNOWN.length] ?? []],
    history: PAGE,
    ...(seed % 5 === 2 && {
      bouncer: BOUNCERS[seed % BOUNCERS.length] ?? 0,
      bouncerKind: seed % 3 === 0 ? "soju" : "znc",
    }),
  };
}

/** What people have done, and whether the client knows of it. */
export class People {
  /** What the channels are called now. */
  readonly channels: string[];
  /** The indices of those that the client may be out of, and rightly so. */
  readonly uncertain: Set<number> = new Set();
  /** The commands of which one was answered by FAIL. */
  readonly failed: Set<string> = new Set();
  readonly #core: IrcServer;
  readonly #do: (command: IrcServerCommand) => void;
  /** Those who come back no more once they are gone; they are gone one after the other. */
  readonly #visitors: string[] = [];
  #count = 0;
  #unsettled = 0;

  constructor(channels: readonly string[], core: IrcServer, act: (command: IrcServerCommand) => void) {
    this.channels = [...channels];
    this.#core = core;
    this.#do = act;
  }

  /** A channel's name, as it is now. */
  name(index: number): string {
    return this.channels[index] ?? "";
  }

  /** What happens once nothing goes wrong any more, one after the other: whoever takes no notice of it is mistaken. */
  deeds(client: IrcClient | undefined): readonly PeopleAct[] {
    const all: readonly Deed[] = [
      { kind: "netsplit", ms: 2_000 },
      { kind: "visit" },
      { kind: "quit" },
      { kind: "nick" },
      { kind: "topic" },
      { kind: "mode", modes: "+v", whom: "ann" },
      ...(client?.capabilities.has("draft/channel-rename") === true ? [{ kind: "rename" } as const] : []),
    ];
    return all.map((does, index) => ({ kind: "people", channel: index % 2, does }));
  }

  /** Somebody comes who says but that, and stays. */
  visit(): void {
    const nick = `guest${++this.#count}`;
    this.#visitors.push(nick);
    for (const channel of this.channels) {
      this.#do({ kind: "say", nick, channel, text: `${nick} greets ${channel}` });
    }
  }

  perform(act: PeopleAct, client: IrcClient | undefined): void {
    if (act.kind === "lines") return this.#lines(act, client);
    const { channel: index, does } = act;
    const channel = this.name(index);
    const count = ++this.#count;
    const nick = client?.nick ?? "bot";
    switch (does.kind) {
      case "visit":
        return this.visit();
      case "quit":
        return this.#do({ kind: "quit", nick: this.#visitors.shift() ?? "ann", reason: "gone ß" });
      case "nick": {
        const [nick = "ben"] = this.#visitors.splice(0, 1, `guest[${count}]`);
        return this.#do({ kind: "nick", nick, to: `guest[${count}]` });
      }
      case "topic":
        return this.#do({ kind: "topic", channel, text: `topic ${count} 早` });
      case "mode": {
        const whom = does.whom === "bot" ? nick : does.whom;
        return this.#do({ kind: "mode", channel, modes: does.modes, args: [whom] });
      }
      case "part":
        this.uncertain.add(index);
        return this.#do({ kind: "part", channel, nick });
      case "rename":
        // Who does not know of that is made to leave and to come back, and may be lost in between.
        if (!client?.capabilities.has("draft/channel-rename")) this.uncertain.add(index);
        this.channels[index] = `#neu[${count}]`;
        return this.#do({ kind: "rename", channel, to: this.name(index) });
      case "fail":
        this.failed.add(does.command);
        return this.#do({ kind: "fail", command: does.command, code: "NOT_NOW" });
      case "netsplit":
        return this.#do(does);
    }
  }

  /** Checks that the client knows who is where, as the server does; for when nothing has happened for a while. */
  check(client: IrcClient): Violation[] {
    const violations: Violation[] = [];
    const wrong = (rule: string, message: string) => void violations.push({ rule, message });
    for (const name of new Set([...this.channels, ...client.channels.names])) {
      const inside = this.#core.members(name).includes(client.nick);
      const channel = client.channels.get(name);
      if ((channel !== undefined) !== inside) {
        wrong("mistaken_about_channel", `is mistaken about being in ${name}`);
        continue;
      }
      if (channel === undefined) continue;
      const known = [...channel.members].map(({ prefix, user }) => `${prefix}${user.nick}`);
      const real = this.#core.names(name);
      const bare = (nick: string) => nick.replace(/^[@+]/, "");
      for (const nick of known) {
        if (!real.some((other) => bare(other) === bare(nick))) {
          wrong("member_kept", `knows ${nick} in ${name}`);
        } else if (!real.includes(nick)) wrong("status_wrong", `knows ${nick} in ${name}, of ${real}`);
      }
      for (const nick of real) {
        if (!known.some((other) => bare(other) === bare(nick))) {
          wrong("member_missing", `misses ${nick} in ${name}`);
        }
      }
      if (!channel.isSynced) wrong("channel_unsynced", `does not know whether it knows all in ${name}`);
      const topic = this.#core.topic(name);
      if ((channel.topic?.text ?? "") !== topic) {
        wrong("topic_wrong", `knows not the topic of ${name}, ${topic}`);
      }
    }
    if (this.#unsettled > 0) wrong("unsettled", `${this.#unsettled} texts of several lines never settled`);
    return violations;
  }

  /** Checks that what was said before is told as it was said, page after page. */
  async checkHistory(client: IrcClient, said: readonly IrcUtterance[], now: number): Promise<Violation[]> {
    const violations: Violation[] = [];
    if (!client.capabilities.has("draft/chathistory")) return violations;
    for (const name of this.channels) {
      if (!client.channels.has(name)) continue;
      const told: string[] = [];
      for await (const { text } of client.history(name, { before: now, limit: HISTORY })) told.push(text);
      const people = told.filter((text) => text.startsWith("person"));
      const there = said.filter(({ channel }) => this.#isSame(channel, name)).map(({ text }) => text);
      const expected = there.slice(there.length - people.length);
      if (told.length < Math.min(HISTORY, there.length) || people.join() !== expected.join()) {
        violations.push({
          rule: "history_wrong",
          message: `the history of ${name} is ${people}, not ${expected}`,
        });
      }
    }
    return violations;
  }

  /** A channel's present name, by one that it had. */
  #isSame(said: string, name: string): boolean {
    return (this.#core.renamed(said) ?? said) === name;
  }

  #lines({ channel, count }: PeopleAct & { readonly kind: "lines" }, client: IrcClient | undefined): void {
    if (client === undefined) return;
    const text = Array.from({ length: count }, (_, line) => `line ${line} ß`).join("\n");
    this.#unsettled++;
    const settled = () => void this.#unsettled--;
    client.privmsg(this.name(channel), text, { lines: true }).then(settled, settled);
  }
}
