/** A list, as Twitch's API answers with it. */
export interface TwitchList<Item> {
  readonly data: readonly Item[];
}

/** A part of a list, and how to go on. */
export interface TwitchPage<Item> extends TwitchList<Item> {
  /** `cursor` is what `after` takes; there is none at the end. */
  readonly pagination?: { readonly cursor?: string };
  readonly total?: number;
}

/** An account, as lists name it. */
export interface TwitchApiUserName {
  readonly user_id: string;
  readonly user_login: string;
  readonly user_name: string;
}

/** One, or several: then the name is repeated. */
export type OneOrMore<Value = string> = Value | readonly Value[];

/** Which part of a list. */
export interface Paged {
  /** How many at most, 1 to 100. */
  readonly first?: number;
  /** The cursor of the part before. */
  readonly after?: string;
}

/** Of which channel. */
export interface ByBroadcaster {
  readonly broadcaster_id: string;
}

/** In which channel, and as whom: the account that asks. */
export interface ByModerator extends ByBroadcaster {
  readonly moderator_id: string;
}
