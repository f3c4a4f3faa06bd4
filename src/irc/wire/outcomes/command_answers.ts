import type { IrcMessage } from "../messages/message.ts";

/** What answers a command that is asked, beside what ends it. */
interface CommandAnswers {
  /** Numerics, and what their parameters behind our nick are: `name`, as in `COMMAND_ENDS`, or `*`, anything. */
  readonly replies: readonly string[];
  /** What still follows a reply that else would be the end, by that reply. */
  readonly followed?: Readonly<Record<string, string>>;
  /** Whether other proof that it was handled ends it: the server answers it at once. */
  readonly isProvable?: true;
}

const WHOIS = [
  ..."276 301 307 310 311 312 313 316 317 319 320 330 335 337 338 339 344 350 378 379 569 617 671".split(" "),
  ..."275 326 343 672 673 674 725".split(" "),
];

/** The commands that are asked, and what answers them. */
const ANSWERS: Readonly<Record<string, CommandAnswers>> = {
  LINKS: { replies: ["364"] },
  LIST: { replies: ["322"] },
  MODE: {
    replies: ["324 target", "329 target", "346 target", "348 target", "367 target", "728 target"],
    followed: { "324": "329" },
    isProvable: true,
  },
  MONITOR: { replies: ["730", "731", "732"], isProvable: true },
  MOTD: { replies: ["372"] },
  NAMES: { replies: ["353 * channel", "353 channel"] },
  TOPIC: {
    replies: ["331 channel", "332 channel", "333 channel"],
    followed: { "332": "333" },
    isProvable: true,
  },
  WHO: { replies: ["352", "354"] },
  WHOIS: { replies: WHOIS.map((numeric) => `${numeric} mask`) },
};

/** Whether other proof than its own end ends a command that is asked. */
export function isProvable(command: string): boolean {
  return ANSWERS[command]?.isProvable === true;
}

/** Whether more follows what else would be the end of a command that is asked. */
export function isFollowed(command: string, message: IrcMessage): boolean {
  return ANSWERS[command]?.followed?.[message.command] !== undefined;
}

/** Whether a message is what such a reply was to be followed by, and so the end. */
export function isLast(command: string, message: IrcMessage): boolean {
  return Object.values(ANSWERS[command]?.followed ?? {}).includes(message.command);
}

/** Whether a message answers a command. `names`: whether a parameter repeats one of the command's, by its name. */
export function isReply(
  command: string,
  message: IrcMessage,
  names: (role: string, param: string) => boolean,
): boolean {
  const replies = ANSWERS[command]?.replies ?? [];
  return replies.some((reply) => {
    if (!reply.startsWith(message.command)) return false;
    const [, ...roles] = reply.split(" ");
    return roles.every((role, index) => role === "*" || names(role, message.param(index + 1)));
  });
}
