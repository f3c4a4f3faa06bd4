import type { IrcMessage } from "@parley/parley/irc";

/** A numeric and its parameters behind the nick. */
export type Numeric = readonly [numeric: string, params: readonly string[]];

/** What somebody is asked for: their mask, or undefined if nobody is on by that nick. */
export type FindMask = (nick: string) => string | undefined;

/** The nicks that one client watches ([MONITOR](https://ircv3.net/specs/extensions/monitor)). */
export class MonitorList {
  /** By their folded form: as they were asked for, and the mask that was told last. */
  readonly #watched = new Map<string, { readonly nick: string; mask: string | undefined }>();

  /** Answers a MONITOR of the client's. */
  answer(message: IrcMessage, limit: number, fold: (nick: string) => string, find: FindMask): Numeric[] {
    const targets = message.param(1).split(",").filter((target) => target !== "");
    switch (message.param(0).toUpperCase()) {
      case "+":
        return this.#add(targets, limit, fold, find);
      case "-":
        for (const target of targets) this.#watched.delete(fold(target));
        return [];
      case "C":
        this.#watched.clear();
        return [];
      case "L":
        return [
          ...inLines("732", [...this.#watched.values()].map(({ nick }) => nick)),
          ["733", ["End of MONITOR list"]],
        ];
      case "S":
        return this.#tell([...this.#watched.values()], find);
      default:
        return [];
    }
  }

  /** Whether a nick is watched. */
  watches(nick: string, fold: (nick: string) => string): boolean {
    return this.#watched.has(fold(nick));
  }

  /** Who has come or gone since it was last told. */
  news(find: FindMask): Numeric[] {
    const changed = [...this.#watched.values()].filter(({ nick, mask }) =>
      (find(nick) === undefined) !== (mask === undefined)
    );
    return this.#tell(changed, find);
  }

  #add(targets: readonly string[], limit: number, fold: (nick: string) => string, find: FindMask): Numeric[] {
    const added: { readonly nick: string; mask: string | undefined }[] = [];
    for (const [index, nick] of targets.entries()) {
      if (this.#watched.has(fold(nick))) continue;
      if (this.#watched.size >= limit) {
        const full: Numeric = ["734", [
          String(limit),
          targets.slice(index).join(","),
          "Monitor list is full.",
        ]];
        return [...this.#tell(added, find), full];
      }
      const entry = { nick, mask: undefined };
      this.#watched.set(fold(nick), entry);
      added.push(entry);
    }
    return this.#tell(added, find);
  }

  #tell(entries: readonly { readonly nick: string; mask: string | undefined }[], find: FindMask): Numeric[] {
    const on: string[] = [];
    const off: string[] = [];
    for (const entry of entries) {
      entry.mask = find(entry.nick);
      if (entry.mask === undefined) off.push(entry.nick);
      else on.push(entry.mask);
    }
    return [...inLines("730", on), ...inLines("731", off)];
  }
}

/** Few enough for one line each time. */
function inLines(numeric: string, targets: readonly string[]): Numeric[] {
  const lines: Numeric[] = [];
  for (let at = 0; at < targets.length; at += 5) {
    lines.push([numeric, [targets.slice(at, at + 5).join(",")]]);
  }
  return lines;
}
