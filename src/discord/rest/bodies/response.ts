import { CommandError } from "../../../protocol/errors.ts";
import type { Fields, Refuse } from "./_check.ts";
import { checkChoices } from "./_extras.ts";
import { checkModalFields } from "./components.ts";
import { checkMessage, type MessageUse } from "./message.ts";

const MESSAGE = 4;
const DEFERRED_MESSAGE = 5;
const UPDATE = 7;
const CHOICES = 8;
const MODAL = 9;

const EPHEMERAL = 1 << 6;
/** SUPPRESS_EMBEDS, EPHEMERAL, SUPPRESS_NOTIFICATIONS, IS_VOICE_MESSAGE and IS_COMPONENTS_V2. */
const MESSAGE_FLAGS = 0xb044;

/**
 * Checks the response to an interaction against Discord's limits, whatever its type, so that what Discord
 * would refuse is never sent.
 *
 * Source: Discord, "Receiving and Responding", Interaction Response Object.
 *
 * @throws {CommandError} `invalid_command` if it is not acceptable.
 */
export function checkResponse(
  action: string,
  response: { readonly type: number; readonly data?: unknown },
  use: Pick<MessageUse, "files"> = {},
): void {
  const refuse: Refuse = (why) => {
    throw new CommandError("invalid_command", `Cannot ${action}: ${why}`);
  };
  const data: Fields = Object(response.data ?? {});
  switch (response.type) {
    case MESSAGE:
    case UPDATE:
      checkFlags(
        refuse,
        data.flags,
        MESSAGE_FLAGS,
        "SUPPRESS_EMBEDS, EPHEMERAL, SUPPRESS_NOTIFICATIONS, " +
          "IS_VOICE_MESSAGE and IS_COMPONENTS_V2",
      );
      return checkMessage(action, data, { ...use, isEdit: response.type === UPDATE });
    case DEFERRED_MESSAGE:
      return checkFlags(refuse, data.flags, EPHEMERAL, "EPHEMERAL; set others with the edit that follows");
    case CHOICES:
      return checkChoices(refuse, data.choices);
    case MODAL:
      return checkModalFields(refuse, data);
  }
}

function checkFlags(refuse: Refuse, flags: unknown, allowed: number, names: string): void {
  if (flags === undefined || flags === null) return;
  if (typeof flags !== "number" || !Number.isInteger(flags)) {
    refuse(`its flags are "${flags}", no whole number`);
  } else if ((flags & ~allowed) !== 0) refuse(`its flags are "${flags}"; here Discord takes only ${names}`);
}
