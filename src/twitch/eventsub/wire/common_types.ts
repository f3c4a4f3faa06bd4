/** An account: `user_id`, `user_login` and `user_name`, each behind a prefix. */
export type EventSubAccount<Prefix extends string = ""> = {
  readonly [Name in `${Prefix}user_id` | `${Prefix}user_login` | `${Prefix}user_name`]: string;
};

/** An account that may be nobody's: whoever gave it is anonymous, or gone. */
export type EventSubMaybeAccount<Prefix extends string = ""> = {
  readonly [Name in keyof EventSubAccount<Prefix>]: string | null;
};

/** Of which channel. */
export type EventSubBroadcaster = EventSubAccount<"broadcaster_">;

/** Who did it. */
export type EventSubModerator = EventSubAccount<"moderator_">;

/** Money. */
export interface EventSubAmount {
  /** In the smallest unit that `decimal_places` makes. */
  readonly value: number;
  readonly decimal_places: number;
  readonly currency: string;
}

/** A part of a message: of text, an emote, a cheermote or a mention. */
export interface EventSubFragment {
  readonly type: "text" | "cheermote" | "emote" | "mention";
  readonly text: string;
  readonly cheermote: { readonly prefix: string; readonly bits: number; readonly tier: number } | null;
  readonly emote: {
    readonly id: string;
    readonly emote_set_id: string;
    readonly owner_id?: string;
    readonly format?: readonly string[];
  } | null;
  readonly mention?: EventSubAccount | null;
}

/** What was said. */
export interface EventSubText {
  readonly text: string;
  readonly fragments: readonly EventSubFragment[];
}

/** A badge that somebody has in a channel. */
export interface EventSubBadge {
  readonly set_id: string;
  readonly id: string;
  readonly info: string;
}
