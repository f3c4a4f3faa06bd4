/** A badge beside a name. */
export class TwitchBadge {
  /** Which badge: `subscriber`, `moderator`, `bits`. Twitch's API calls it the set's id. */
  readonly name: string;
  /** Which of its versions: `12` for a subscriber of a year, as far as the channel has such a badge. */
  readonly version: string;
  /** What Twitch tells besides: to `subscriber` the exact months, to `predictions` what was chosen. */
  readonly info: string | undefined;

  /** Takes the name, the version and what is told besides. */
  constructor(name: string, version: string, info: string | undefined) {
    this.name = name;
    this.version = version;
    this.info = info;
  }
}

/** Reads `subscriber/12,premium/1`, with `badge-info`. What is no badge is left out. */
export function parseBadges(badges: string | undefined, info: string | undefined): readonly TwitchBadge[] {
  const found: TwitchBadge[] = [];
  if (badges === undefined) return found;
  for (let at = 0; at < badges.length;) {
    const comma = badges.indexOf(",", at);
    const stop = comma < 0 ? badges.length : comma;
    const slash = badges.indexOf("/", at);
    if (slash > at && slash < stop) {
      const name = badges.slice(at, slash);
      found.push(new TwitchBadge(name, badges.slice(slash + 1, stop), badgeInfo(info, name)));
    }
    at = stop + 1;
  }
  return found;
}

/** What `badge-info` says to a badge: `14` of `subscriber/14`. */
export function badgeInfo(info: string | undefined, name: string): string | undefined {
  if (info === undefined) return undefined;
  for (let at = 0; at < info.length;) {
    const comma = info.indexOf(",", at);
    const stop = comma < 0 ? info.length : comma;
    const slash = at + name.length;
    if (info[slash] === "/" && info.startsWith(name, at)) return info.slice(slash + 1, stop);
    at = stop + 1;
  }
  return undefined;
}
