import type { ByBroadcaster, OneOrMore, Paged } from "./shared.ts";

/** A broadcast that is scheduled. */
export interface TwitchChannelStreamScheduleSegment {
  readonly id: string;
  readonly start_time: string;
  readonly end_time: string;
  readonly title: string;
  readonly canceled_until: string | null;
  readonly category: { readonly id: string; readonly name: string };
  readonly is_recurring: boolean;
}

/** Schedules: what the endpoints take and answer. */
export interface TwitchScheduleEndpoints {
  "GET /schedule": {
    query: ByBroadcaster & Paged & {
      readonly id?: OneOrMore;
      readonly start_time?: string;
      readonly utc_offset?: string;
    };
    result: {
      readonly data: {
        readonly segments: readonly TwitchChannelStreamScheduleSegment[];
        readonly broadcaster_id: string;
        readonly broadcaster_name: string;
        readonly broadcaster_login: string;
        readonly vacation: { readonly start_time: string; readonly end_time: string };
        readonly pagination?: { readonly cursor?: string };
      };
    };
  };
  "GET /schedule/icalendar": { query: ByBroadcaster; result: string };
  "PATCH /schedule/settings": {
    query: ByBroadcaster & {
      readonly is_vacation_enabled?: boolean;
      readonly vacation_start_time?: string;
      readonly vacation_end_time?: string;
      readonly timezone?: string;
    };
    result: undefined;
  };
  "POST /schedule/segment": {
    query: ByBroadcaster;
    body: {
      readonly start_time: string;
      readonly timezone: string;
      readonly duration: string;
      readonly is_recurring?: boolean;
      readonly category_id?: string;
      readonly title?: string;
    };
    result: {
      readonly data: {
        readonly segments: readonly TwitchChannelStreamScheduleSegment[];
        readonly broadcaster_id: string;
        readonly broadcaster_name: string;
        readonly broadcaster_login: string;
        readonly vacation: { readonly start_time: string; readonly end_time: string };
      };
    };
  };
  "PATCH /schedule/segment": {
    query: ByBroadcaster & { readonly id: string };
    body: {
      readonly start_time?: string;
      readonly duration?: string;
      readonly category_id?: string;
      readonly title?: string;
      readonly is_canceled?: boolean;
      readonly timezone?: string;
    };
    result: {
      readonly data: {
        readonly segments: readonly TwitchChannelStreamScheduleSegment[];
        readonly broadcaster_id: string;
        readonly broadcaster_name: string;
        readonly broadcaster_login: string;
        readonly vacation: { readonly start_time: string; readonly end_time: string };
      };
    };
  };
  "DELETE /schedule/segment": { query: ByBroadcaster & { readonly id: string }; result: undefined };
}
