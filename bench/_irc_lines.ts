/**
 * The lines of the parser benchmark, from a seed, with what is to be read of each: as Twitch writes them with
 * 15 to 25 tags, as people do on plain IRC, and numerics.
 *
 * @module
 */
import { seededRandom } from "../testing/world/random.ts";

/** The kinds of lines. */
export const LINE_KINDS = ["twitch", "plain", "numerics"] as const;

/** A kind of lines. */
export type LineKind = typeof LINE_KINDS[number];

/** The tags that are read; lines of plain IRC have none of them. */
export const TAGS = ["badges", "color", "display-name", "id", "room-id", "user-id"] as const;

/** How many different lines there are, before they repeat. */
export const VARIETY = 2_000;

/** A line, and what is read of it: the six tags, the nick and the text, empty where it has none. */
export interface IrcLine {
  readonly line: string;
  readonly values: readonly string[];
}

/** Adds the length of a value to a sum that depends on their order. */
export function add(sum: number, value: string): number {
  return (sum * 31 + value.length) & 0xff_ffff;
}

/** The lines as they come out of a decoder: parts of larger strings, some lines each. */
export function asDecoded(lines: readonly string[]): readonly string[] {
  const decoded: string[] = [];
  for (let first = 0; first < lines.length; first += 4) {
    const some = lines.slice(first, first + 4);
    const text = new TextDecoder().decode(new TextEncoder().encode(some.join("\r\n")));
    let at = 0;
    for (const { length } of some) {
      decoded.push(text.slice(at, at + length));
      at += length + 2;
    }
  }
  return decoded;
}

/** Makes lines; the same for the same seed and kind. */
export function makeLines(seed: number, kind: LineKind): readonly IrcLine[] {
  const random = seededRandom(seed, kind);
  const below = (n: number) => Math.floor(random() * n);
  const pick = (words: readonly string[]) => words[below(words.length)] ?? "";
  const digits = (length: number) =>
    String(1 + below(9)) + String(below(10 ** (length - 1))).padStart(length - 1, "0");
  const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join("");
  const uuid = () => [8, 4, 4, 4, 12].map(hex).join("-");
  // One in ten has what is not Latin, as that makes strings of another kind.
  const text = () => {
    const words = Array.from({ length: 3 + below(14) }, () => pick(WORDS));
    if (below(10) === 0) words.push(pick(["привет", "😀", "こんにちは"]));
    return words.join(" ");
  };
  const login = () => `${pick(WORDS).toLowerCase()}${below(100_000)}`;

  function twitch(): IrcLine {
    const nick = login();
    const said = text();
    const tags: [string, string][] = [
      ["badge-info", `subscriber/${1 + below(60)}`],
      ["badges", `subscriber/${1 + below(60)}${below(3) === 0 ? ",premium/1" : ""}`],
      ["client-nonce", hex(32)],
      ["color", `#${hex(6).toUpperCase()}`],
      ["display-name", nick.toUpperCase()],
      ["emotes", below(2) === 0 ? "" : `${digits(6)}:0-4,12-16/emotesv2_${hex(32)}:6-10`],
      ["first-msg", "0"],
      ["flags", ""],
      ["id", uuid()],
      ["mod", String(below(2))],
      ["returning-chatter", "0"],
      ["room-id", digits(8)],
      ["subscriber", "1"],
      ["tmi-sent-ts", `17${digits(11)}`],
      ["turbo", "0"],
      ["user-id", digits(9)],
      ["user-type", ""],
    ];
    // What only some lines have: a reply, bits, first things left out; between 15 and 25 tags in all.
    const reply: [string, string][] = [
      ["reply-parent-display-name", pick(WORDS)],
      ["reply-parent-msg-body", text().replaceAll(" ", "\\s")],
      ["reply-parent-msg-id", uuid()],
      ["reply-parent-user-id", digits(9)],
      ["reply-parent-user-login", login()],
      ["reply-thread-parent-msg-id", uuid()],
      ["reply-thread-parent-user-login", login()],
      ["vip", "1"],
    ];
    const variant = below(4);
    if (variant === 0) tags.splice(10, 0, ...reply);
    else if (variant === 1) tags.splice(10, 0, ...reply.slice(0, 5));
    else if (variant === 2) tags.splice(2, 1), tags.splice(-1, 1);
    const all = new Map(tags);
    return {
      line: `@${tags.map(([name, value]) => `${name}=${value}`).join(";")} ` +
        `:${nick}!${nick}@${nick}.tmi.twitch.tv PRIVMSG #${pick(WORDS).toLowerCase()} :${said}`,
      values: [...TAGS.map((name) => all.get(name) ?? ""), nick, said],
    };
  }

  function plain(): IrcLine {
    const nick = login();
    const source = `:${nick}!~${nick.slice(0, 9)}@${hex(8)}.example.org`;
    const channel = `#${pick(WORDS).toLowerCase()}`;
    const none = TAGS.map(() => "");
    const said = text();
    switch (below(5)) {
      case 0:
        return { line: `${source} JOIN ${channel}`, values: [...none, nick, channel] };
      case 1:
        return { line: `${source} QUIT :Quit: ${said}`, values: [...none, nick, `Quit: ${said}`] };
      default:
        return { line: `${source} PRIVMSG ${channel} :${said}`, values: [...none, nick, said] };
    }
  }

  function numerics(): IrcLine {
    const server = "irc.example.org";
    const channel = `#${pick(WORDS).toLowerCase()}`;
    const of = (numeric: string, middle: string, last: string) => ({
      line: `:${server} ${numeric} parley ${middle} :${last}`,
      values: [...TAGS.map(() => ""), server, last],
    });
    const nick = login();
    switch (below(4)) {
      case 0:
        return of("353", `= ${channel}`, Array.from({ length: 20 }, login).join(" "));
      case 1:
        return of("352", `${channel} ~${nick} ${hex(8)}.example.org ${server} ${nick} H@`, `0 ${text()}`);
      case 2:
        return of(
          "005",
          "CHANTYPES=# PREFIX=(ov)@+ NICKLEN=30 MODES=4 NETWORK=Example CASEMAPPING=ascii",
          "are supported",
        );
      default:
        return of("332", channel, text());
    }
  }

  const make = { twitch, plain, numerics }[kind];
  return Array.from({ length: VARIETY }, make);
}

const WORDS =
  "the of Kappa that was so good chat LUL monkaS PogChamp what hello there everyone streamer clip again nice"
    .split(" ");
