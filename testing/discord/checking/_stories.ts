import { follow, type Story } from "./_follower.ts";
import type { DiscordHistory } from "./_history.ts";

/** The links of a server's log, and where each client dialled first. */
export interface Stories {
  readonly stories: ReadonlyMap<number, Story>;
  readonly firstUrls: ReadonlyMap<string, string>;
}

// Several checkers need them, and a day is long.
const lastStories = new WeakMap<DiscordHistory, Stories & { readonly length: number }>();

/** The links of the server's log as their clients saw them. */
export function storiesOf(history: DiscordHistory): Stories {
  const { log, observations, clients, accepted } = history;
  const length = log.length + observations.length;
  const known = lastStories.get(history);
  if (known?.length === length) return known;
  /** Those that opened, by what they are called and by where that was. */
  const named = new Map<string, Story>();
  const opened = new Map<string, Story[]>();
  const firstUrls = new Map<string, string>();
  follow(observations, clients, ({ story, stories }, observation) => {
    if (story === undefined) return;
    const { kind, label } = observation;
    if (kind === "opened") {
      // Perhaps one that it had given up by then.
      const of = stories.find(({ link }) => link === observation.link);
      if (of !== undefined) opened.set(of.url, [...opened.get(of.url) ?? [], of]);
      if (of !== undefined) named.set(`${label} ${of.link}`, of);
    }
    if (kind === "dial" && !firstUrls.has(label)) firstUrls.set(label, clients?.get(label)?.url ?? story.url);
  });
  const stories = new Map<number, Story>();
  log.filter((entry) => entry.kind === "opened").forEach((entry, index) => {
    const link = accepted?.[index];
    const story = accepted === undefined
      ? opened.get(entry.url)?.shift()
      : link && named.get(`${link.label} ${link.link}`);
    if (story !== undefined) stories.set(entry.link, story);
  });
  const found = { stories, firstUrls, length };
  lastStories.set(history, found);
  return found;
}
