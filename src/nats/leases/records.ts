import { isCount, isRecord, jsonOf } from "../../protocol/data/json_value.ts";

/** What is kept of a process as long as it lives. Others judge by its renewals whether it does. */
export interface MemberRecord {
  /** How often it has renewed this. */
  readonly renewal: number;
  /** How many slots it can carry; null: any number. */
  readonly capacity: number | null;
  /** Whether it is about to leave, and gives its slots away. */
  readonly leaving: boolean;
  /** For how long it counts on what it holds after a renewal, in milliseconds. @default that of whoever reads it */
  readonly lease?: number;
  /** What it runs in the slots. @default what whoever reads it does */
  readonly what?: string;
  /** The revision of the first that was kept of it. @default that of this */
  readonly since?: number;
}

/** What is kept of a slot. */
export interface SlotRecord {
  /** The process that holds it; empty: none does. */
  readonly holder: string;
  /** Whether what the holder runs there has come up. */
  readonly ready: boolean;
}

/** The key of what all processes are to go by besides. */
export const AGREED = "agreed";

const MEMBER = "member.";
const SLOT = "slot.";

/** The key of a process. */
export function memberKey(id: string): string {
  return MEMBER + id;
}

/** The key of a slot. */
export function slotKey(slot: number): string {
  return SLOT + slot;
}

/** Which process or slot a key is of; undefined: it is of neither. */
export function ownerOf(key: string): { readonly member: string } | { readonly slot: number } | undefined {
  if (key.startsWith(MEMBER)) return { member: key.slice(MEMBER.length) };
  const slot = key.startsWith(SLOT) ? Number(key.slice(SLOT.length)) : NaN;
  // A number can be written in many ways.
  return isCount(slot) && key === slotKey(slot) ? { slot } : undefined;
}

/** Reads what is kept of a process; undefined for what is no such. */
export function readMember(text: string): MemberRecord | undefined {
  const value = jsonOf(text);
  if (!isRecord(value)) return undefined;
  const { renewal, capacity, leaving, lease, what, since } = value;
  const isMember = isCount(renewal) && (capacity === null || isCount(capacity)) &&
    typeof leaving === "boolean";
  if (!isMember) return undefined;
  return {
    renewal,
    capacity,
    leaving,
    ...(typeof lease === "number" && { lease }),
    ...(typeof what === "string" && { what }),
    ...(isCount(since) && { since }),
  };
}

/** Reads what is kept of a slot; undefined for what is no such. */
export function readSlot(text: string): SlotRecord | undefined {
  const value = jsonOf(text);
  if (!isRecord(value)) return undefined;
  const { holder, ready } = value;
  return typeof holder === "string" && typeof ready === "boolean" ? { holder, ready } : undefined;
}
