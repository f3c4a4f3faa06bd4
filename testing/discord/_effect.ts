import type { Outcome } from "@parley/parley/protocol";
import type { DiscordServerEvent } from "./_types.ts";

/** What a request or an interaction makes the server do besides answering. */
export type Effect =
  | { readonly kind: "dispatch"; readonly t: string; readonly d: unknown }
  | { readonly kind: "tell"; readonly event: DiscordServerEvent }
  | { readonly kind: "settle"; readonly ticket: number; readonly outcome: Outcome };
