import type { DiscordRoute } from "../routes/typed.ts";
import { CommandError } from "../../../protocol/errors.ts";
import { isSnowflake } from "../../snowflake.ts";
import { checkList, type Fields, type Refuse } from "./_check.ts";
import { checkMessage } from "./message.ts";
import { checkResponse } from "./response.ts";

type Check = (action: string, body: Fields, files: number | undefined) => void;

const create: Check = (action, body, files) => checkMessage(action, body, { files });
const edit: Check = (action, body) => checkMessage(action, body, { isEdit: true });

const refusing = (action: string): Refuse => (why) => {
  throw new CommandError("invalid_command", `Cannot ${action}: ${why}`);
};

/** What of the routes' bodies is checked. */
const CHECKS: { readonly [Route in DiscordRoute]?: Check } = {
  "POST /channels/{channel.id}/messages": create,
  "PATCH /channels/{channel.id}/messages/{message.id}": edit,
  "POST /channels/{channel.id}/messages/bulk-delete": (action, { messages }) => {
    const refuse = refusing(action);
    for (const id of checkList(refuse, "messages", messages, 2, 100)) {
      if (!isSnowflake(id)) refuse("one of its messages is not a snowflake");
    }
  },
  "PATCH /guilds/{guild.id}/members/{user.id}": (action, { communication_disabled_until: until }) => {
    if (typeof until !== "string" || !Number.isNaN(Date.parse(until))) return;
    refusing(action)("its communication_disabled_until is no time; pass what Date's toISOString gives");
  },
  "POST /channels/{channel.id}/threads": (action, { message }, files) => {
    // Only a forum's threads begin with one.
    if (message !== undefined) create(action, Object(message), files);
  },
  "POST /webhooks/{webhook.id}/{webhook.token}": create,
  "PATCH /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}": edit,
  "PATCH /webhooks/{webhook.id}/{webhook.token}/messages/@original": edit,
  "POST /webhooks/{application.id}/{interaction.token}": create,
  "PATCH /webhooks/{application.id}/{interaction.token}/messages/{message.id}": edit,
  "PATCH /webhooks/{application.id}/{interaction.token}/messages/@original": edit,
  "POST /interactions/{interaction.id}/{interaction.token}/callback": (action, body, files) =>
    checkResponse(action, { ...body, type: Number(body.type) }, { files }),
};

/**
 * Checks what is sent to a route against Discord's limits, as far as they are known here: above all messages, wherever
 * they are.
 *
 * @throws {CommandError} `invalid_command` if Discord would refuse it.
 */
export function checkBody(route: DiscordRoute, body: unknown, files: number | undefined): void {
  if (Object.hasOwn(CHECKS, route)) CHECKS[route]?.(route, Object(body), files);
}
