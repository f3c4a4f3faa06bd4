import type { TwitchBitsEndpoints } from "./endpoints/bits.ts";
import type { TwitchChannelEndpoints } from "./endpoints/channels.ts";
import type { TwitchChatEndpoints } from "./endpoints/chat.ts";
import type { TwitchClipEndpoints } from "./endpoints/clips.ts";
import type { TwitchEventSubEndpoints } from "./endpoints/eventsub.ts";
import type { TwitchExtensionEndpoints } from "./endpoints/extensions.ts";
import type { TwitchGuestStarEndpoints } from "./endpoints/guest_star.ts";
import type { TwitchModerationEndpoints } from "./endpoints/moderation.ts";
import type { TwitchPollEndpoints } from "./endpoints/polls.ts";
import type { TwitchRewardEndpoints } from "./endpoints/rewards.ts";
import type { TwitchScheduleEndpoints } from "./endpoints/schedule.ts";
import type { TwitchSearchEndpoints } from "./endpoints/search.ts";
import type { TwitchStreamEndpoints } from "./endpoints/streams.ts";
import type { TwitchUserEndpoints } from "./endpoints/users.ts";
import type { TwitchList, TwitchPage } from "./endpoints/shared.ts";

export type * from "./endpoints/bits.ts";
export type * from "./endpoints/channels.ts";
export type * from "./endpoints/chat.ts";
export type * from "./endpoints/clips.ts";
export type * from "./endpoints/eventsub.ts";
export type * from "./endpoints/extensions.ts";
export type * from "./endpoints/guest_star.ts";
export type * from "./endpoints/moderation.ts";
export type * from "./endpoints/polls.ts";
export type * from "./endpoints/rewards.ts";
export type * from "./endpoints/schedule.ts";
export type * from "./endpoints/search.ts";
export type * from "./endpoints/streams.ts";
export type * from "./endpoints/users.ts";
export type { TwitchApiUserName, TwitchList, TwitchPage } from "./endpoints/shared.ts";

/**
 * What endpoints take and answer; a `body` is sent as JSON. Those that only Extensions may ask need a token of theirs.
 *
 * Source: [Twitch API Reference](https://dev.twitch.tv/docs/api/reference/), as of February 2026, and its changelog
 * until August.
 */
export interface TwitchEndpoints
  extends
    TwitchBitsEndpoints,
    TwitchChannelEndpoints,
    TwitchChatEndpoints,
    TwitchClipEndpoints,
    TwitchEventSubEndpoints,
    TwitchExtensionEndpoints,
    TwitchGuestStarEndpoints,
    TwitchModerationEndpoints,
    TwitchPollEndpoints,
    TwitchRewardEndpoints,
    TwitchScheduleEndpoints,
    TwitchSearchEndpoints,
    TwitchStreamEndpoints,
    TwitchUserEndpoints {}

/** An endpoint, as Twitch's reference writes it. */
export type TwitchEndpoint = keyof TwitchEndpoints;

/** What a request to an endpoint takes. */
export type TwitchRequestParts<Endpoint extends TwitchEndpoint> = Omit<TwitchEndpoints[Endpoint], "result">;

/** What an endpoint answers. */
export type TwitchResult<Endpoint extends TwitchEndpoint> = TwitchEndpoints[Endpoint]["result"];

/** The endpoints that answer with a part of a list. */
export type TwitchPagedEndpoint = {
  [Endpoint in TwitchEndpoint]: TwitchResult<Endpoint> extends TwitchPage<unknown>
    ? TwitchEndpoints[Endpoint] extends { query?: { readonly after?: string } } ? Endpoint : never
    : never;
}[TwitchEndpoint];

/** What is in such a list. */
export type TwitchItem<Endpoint extends TwitchPagedEndpoint> = TwitchResult<Endpoint> extends
  TwitchList<infer Item> ? Item : never;
