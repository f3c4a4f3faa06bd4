import type { Instant } from "@parley/parley/protocol";
import type { NOTICES } from "./_lines.ts";
import type { Room } from "./_rooms.ts";

const DUPLICATE = 30_000;
const SPACING = 1_000;

/** Why a message is not let through; `limited`: by which limit. */
export interface Verdict {
  readonly notice: keyof typeof NOTICES;
  readonly seconds?: number;
  readonly limited?: "slow" | "spacing";
}

/** Whether what an account says in a channel is let through there, as far as pauses and repetition go. */
export function verdict(room: Room, login: string, text: string, now: Instant): Verdict | undefined {
  const before = room.said.get(login);
  if (room.standing(login) === "ordinary" && before !== undefined) {
    const passed = now - before.at;
    if (passed < room.slow * 1_000) {
      return { notice: "msg_slowmode", seconds: Math.ceil(room.slow - passed / 1_000), limited: "slow" };
    }
    if (passed < SPACING) return { notice: "msg_ratelimit", limited: "spacing" };
    if (before.text === text && passed < DUPLICATE) return { notice: "msg_duplicate" };
  }
  return /^[/.](?!me )\w/.test(text) ? { notice: "unrecognized_cmd" } : undefined;
}
