import { fnv1a } from "../../../protocol/data/fnv1a.ts";
import { isRecord } from "../../../protocol/data/json_value.ts";
import type { GatewayEvent } from "../wire/event.ts";

/** Who a bot is, as far as it is known. */
export class Identity {
  /** The ID of its user. */
  user: string | undefined;
  /** The ID of its application. */
  application: string | undefined;

  /** Begins with what the token tells: its first part is the bot's ID, which is no secret. */
  constructor(token: string) {
    this.user = this.application = idIn(token);
  }

  /** READY knows better: bots of old have a user whose ID is not their application's. */
  take(event: GatewayEvent): void {
    if (event.kind !== "ready") return;
    const { user, application }: { user: unknown; application: unknown } = event.data;
    if (isRecord(user) && typeof user.id === "string") this.user = user.id;
    if (isRecord(application) && typeof application.id === "string") this.application = application.id;
  }
}

/**
 * What tells a bot from others before anything is known of it but its token: its ID or, of a token of another shape, a
 * hash too short to say anything of that.
 */
export function applicationOf(token: string): string {
  return idIn(token) ?? `of token ${fnv1a(token).toString(16).padStart(8, "0")}`;
}

/** The ID that is the first part of a token. */
function idIn(token: string): string | undefined {
  try {
    const id = atob(token.split(".")[0] ?? "");
    return /^\d{15,20}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
