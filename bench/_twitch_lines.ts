/**
 * The lines of the benchmark of typed Twitch messages, from a seed: what people say in chats, as Twitch writes
 * it, with all that most of them read of a message. As in chats, one in three has emotes, one in five is a
 * reply, one in ten comes from a shared chat or has what is not Latin, and a few have bits.
 *
 * @module
 */
import { seededRandom } from "../testing/world/random.ts";

/** When the first of them may have been sent, in milliseconds of Unix time. */
export const BEGIN = 1_760_000_000_000;

/** How many different lines there are, before they repeat. */
export const VARIETY = 2_000;

/** What is to be read of a line; what it has not is an empty text or 0. */
export interface ChatValues {
  readonly channel: string;
  readonly roomId: string;
  readonly id: string;
  readonly userId: string;
  readonly login: string;
  readonly name: string;
  readonly color: string;
  /** Each with its version. */
  readonly badges: readonly (readonly [name: string, version: string])[];
  readonly months: number;
  readonly bits: number;
  /** Where they begin and end, in code points, in the order of the text. */
  readonly emotes: readonly (readonly [id: string, start: number, end: number])[];
  readonly isFirst: boolean;
  readonly isReturningChatter: boolean;
  readonly isMod: boolean;
  readonly isSubscriber: boolean;
  readonly isTurbo: boolean;
  readonly isVip: boolean;
  readonly isAction: boolean;
  readonly text: string;
  readonly replyTo: string;
  readonly replyLogin: string;
  readonly sourceRoomId: string;
  readonly sentAt: number;
}

/** A line, and what is to be read of it. */
export interface ChatLine {
  readonly line: string;
  readonly values: ChatValues;
}

/** Makes lines; the same for the same seed. */
export function makeChat(seed: number): readonly ChatLine[] {
  const random = seededRandom(seed, "chat");
  const below = (n: number) => Math.floor(random() * n);
  const oneIn = (n: number) => below(n) === 0;
  const pick = <T>(list: readonly T[], fallback: T) => list[below(list.length)] ?? fallback;
  const digits = (length: number) =>
    String(1 + below(9)) + String(below(10 ** (length - 1))).padStart(length - 1, "0");
  const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join("");
  const uuid = () => [8, 4, 4, 4, 12].map(hex).join("-");
  const login = () => `${pick(WORDS, "")}_${below(100_000)}`;
  const emoteIds = new Map(EMOTES.map((name) => [name, oneIn(3) ? digits(6) : `emotesv2_${hex(32)}`]));

  function make(): ChatLine {
    const words = Array.from({ length: 2 + below(16) }, () => pick(WORDS, ""));
    if (oneIn(10)) words.splice(below(words.length), 0, pick(["привет", "😀", "こんにちは"], ""));
    if (oneIn(3)) {
      for (let count = 1 + below(3); count > 0; count--) {
        words.splice(below(words.length), 0, pick(EMOTES, ""));
      }
    }
    const emotes: (readonly [string, number, number])[] = [];
    let at = 0;
    for (const word of words) {
      const id = emoteIds.get(word);
      const { length } = [...word];
      if (id !== undefined) emotes.push([id, at, at + length]);
      at += length + 1;
    }
    const ranges = new Map<string, string[]>();
    for (const [id, start, end] of emotes) ranges.set(id, [...ranges.get(id) ?? [], `${start}-${end - 1}`]);
    const text = words.join(" ");
    const nick = login();
    const isSubscriber = oneIn(2);
    const isMod = oneIn(10);
    const isVip = oneIn(15);
    const badges: (readonly [string, string])[] = [
      ...(isMod ? [["moderator", "1"]] as const : isVip ? [["vip", "1"]] as const : []),
      ...(isSubscriber ? [["subscriber", String(3 * below(20))]] as const : []),
      ...(oneIn(3) ? [["premium", "1"]] as const : oneIn(3) ? [["bits", "1000"]] as const : []),
    ];
    const values: ChatValues = {
      channel: `#${pick(WORDS, "")}`,
      roomId: digits(8),
      id: uuid(),
      userId: digits(9),
      login: nick,
      name: oneIn(20) ? "ロンニ" : nick.toUpperCase(),
      color: oneIn(8) ? "" : `#${hex(6).toUpperCase()}`,
      badges,
      months: isSubscriber ? 1 + below(60) : 0,
      bits: oneIn(40) ? 100 : 0,
      emotes,
      isFirst: oneIn(50),
      isReturningChatter: oneIn(50),
      isMod,
      isSubscriber,
      isTurbo: oneIn(30),
      isVip: isVip && !isMod,
      isAction: oneIn(40),
      text,
      replyTo: oneIn(5) ? uuid() : "",
      replyLogin: "",
      sourceRoomId: oneIn(10) ? digits(8) : "",
      sentAt: BEGIN + below(1e10),
    };
    const replyLogin = values.replyTo === "" ? "" : login();
    const said = values.isAction ? `\u0001ACTION ${text}\u0001` : text;
    const written = badges.map(([name, version]) => `${name}/${version}`).join(",");
    const flag = (value: boolean) => value ? "1" : "0";
    const tags: readonly (readonly [string, string] | undefined)[] = [
      ["badge-info", isSubscriber ? `subscriber/${values.months}` : ""],
      ["badges", written],
      values.bits > 0 ? ["bits", String(values.bits)] : undefined,
      oneIn(2) ? ["client-nonce", hex(32)] : undefined,
      ["color", values.color],
      ["display-name", values.name],
      ["emotes", [...ranges].map(([id, ranges]) => `${id}:${ranges.join(",")}`).join("/")],
      ["first-msg", flag(values.isFirst)],
      ["flags", ""],
      ["id", values.id],
      ["mod", flag(isMod)],
      ...(values.replyTo === "" ? [] : [
        ["reply-parent-display-name", replyLogin],
        ["reply-parent-msg-body", words.toReversed().join("\\s")],
        ["reply-parent-msg-id", values.replyTo],
        ["reply-parent-user-id", digits(9)],
        ["reply-parent-user-login", replyLogin],
        ["reply-thread-parent-display-name", replyLogin],
        ["reply-thread-parent-msg-id", values.replyTo],
        ["reply-thread-parent-user-id", digits(9)],
        ["reply-thread-parent-user-login", replyLogin],
      ] as const),
      ["returning-chatter", flag(values.isReturningChatter)],
      ["room-id", values.roomId],
      ...(values.sourceRoomId === "" ? [] : [
        ["source-badge-info", ""],
        ["source-badges", written],
        ["source-id", uuid()],
        ["source-only", "0"],
        ["source-room-id", values.sourceRoomId],
      ] as const),
      ["subscriber", flag(isSubscriber)],
      ["tmi-sent-ts", String(values.sentAt)],
      ["turbo", flag(values.isTurbo)],
      ["user-id", values.userId],
      ["user-type", isMod ? "mod" : ""],
      values.isVip ? ["vip", "1"] : undefined,
    ];
    return {
      line: `@${tags.flatMap((tag) => tag === undefined ? [] : [tag.join("=")]).join(";")} ` +
        `:${nick}!${nick}@${nick}.tmi.twitch.tv PRIVMSG ${values.channel} :${said}`,
      values: { ...values, replyLogin },
    };
  }

  return Array.from({ length: VARIETY }, make);
}

const WORDS = "the of that was so good chat what hello there everyone streamer clip again nice game"
  .split(" ");
const EMOTES = "Kappa Keepo LUL PogChamp monkaS 4Head BibleThump".split(" ");
