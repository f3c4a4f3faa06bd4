import type { Instant } from "../../protocol/protocol.ts";
import type { MemberRecord, SlotRecord } from "./records.ts";

/** What is known of another process. */
export interface Member extends MemberRecord {
  readonly revision: number;
  /** When this was first seen. */
  readonly seenAt: Instant;
  /** After how many milliseconds it has gone that was not seen to have renewed this. */
  readonly lease: number;
  /** The revision by which it has joined. */
  readonly since: number;
}

/** What is known of a slot. */
export interface Slot extends SlotRecord {
  readonly revision: number;
  /** Since when nobody holds it. */
  readonly freeSince: Instant | undefined;
}

/** How far what is in a slot here is. */
export type Run = "starting" | "running" | "stopping";

/** What is known of the table, as plain data. */
export interface TableState {
  /** How often this process has begun anew, for the others had given it up. */
  incarnation: number;
  /** Of its own record; 0: there is none. */
  revision: number;
  /** Of the first record of it; 0: there is none. */
  since: number;
  /** Its own record was seen, and therefore all that was there before. */
  listed: boolean;
  /** A write has failed since: what the others have written meanwhile may not have been heard of. */
  deaf: boolean;
  members: Record<string, Member>;
  /** Processes that are gone, by the revision of their removal, as long as older news of them may come. */
  gone: Record<string, number>;
  slots: Record<number, Slot>;
  /** Processes that run something else, of which that was told. */
  strangers: Record<string, true>;
  /** Keys that are looked at. */
  looking: Record<string, true>;
}

/** All that a core knows, as plain data. */
export interface LeaseState extends TableState {
  renewal: number;
  /** When renewals were sent whose outcome is not known yet. */
  sent: Record<number, Instant>;
  renewAt: Instant;
  /** Until when no other process can have taken its slots. */
  validUntil: Instant;
  /** It runs something, or did when it was last valid. */
  wasValid: boolean;
  leaving: boolean;
  left: boolean;
  /** Until when it takes no more than it has, for something has failed here. */
  weakUntil: Instant;
  runs: Record<number, Run>;
  /** Slots that are given away once they are stopped. */
  giving: Record<number, true>;
  /** Slots that were given away, and when; until another has taken them up. */
  given: Record<number, Instant>;
  /** What is being written. */
  writing: Record<string, { readonly revision: number; readonly at: Instant }>;
  /** Keys that are not written before. */
  notBefore: Record<string, Instant>;
}

/** Nothing of any process: a process may be called like what all objects have. */
export function byMember<T>(): Record<string, T> {
  return Object.create(null);
}

/** Of one that has not begun. */
export function beginning(): LeaseState {
  return {
    incarnation: 0,
    revision: 0,
    since: 0,
    renewal: 0,
    sent: {},
    renewAt: -Infinity,
    validUntil: -Infinity,
    wasValid: false,
    listed: false,
    deaf: false,
    leaving: false,
    left: false,
    weakUntil: -Infinity,
    members: byMember(),
    gone: byMember(),
    slots: {},
    runs: {},
    giving: {},
    given: {},
    writing: {},
    notBefore: {},
    strangers: byMember(),
    looking: {},
  };
}
