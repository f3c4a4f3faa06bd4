import type { Outcome } from "@parley/parley/protocol";
import type { RestResponse } from "./_answers.ts";
import type { DiscordServerEvent } from "../_types.ts";

/** What a request or an interaction makes the server do besides answering. */
export type Effect =
  | { readonly kind: "dispatch"; readonly t: string; readonly d: unknown }
  | { readonly kind: "tell"; readonly event: DiscordServerEvent }
  | { readonly kind: "settle"; readonly ticket: number; readonly outcome: Outcome };

/** An answer, and what else comes of the request. */
export interface Answered {
  readonly response: RestResponse;
  readonly effects?: readonly Effect[];
}
