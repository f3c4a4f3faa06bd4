import type { APIInteraction } from "discord-api-types/v10";
import { isInteraction } from "../../../src/discord/interactions/interaction/payload_reader.ts";

const BASE = {
  id: "1",
  application_id: "2",
  // Base64 of "interaction:" begins every one of Discord's.
  token: "aW50ZXJhY3Rpb246c2VjcmV0",
  version: 1,
  user: { id: "3", username: "ada" },
};

/** What Discord sends to see whether somebody is there. */
export const PING: object = { ...BASE, type: 1 };

/** Somebody uses a command; type 1 is a slash command. */
export function use(name: string, type = 1): object {
  return { ...BASE, type: 2, data: { id: "4", name, type } };
}

/** Any other interaction. */
export function other(type: number, data: object = {}): object {
  return { ...BASE, type, data };
}

/** The same, as the router takes it. */
export function typed(payload: object): APIInteraction {
  if (isInteraction(payload)) return payload;
  throw new Error("not an interaction");
}
