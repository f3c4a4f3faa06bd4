import { CommandError } from "../../../protocol/errors.ts";

/** Says of an answer why it is refused before anything is sent, and what to do. */
export function refusal(
  action: string,
  why: string,
  code: "invalid_command" | "closed" = "invalid_command",
): CommandError {
  return new CommandError(code, `Cannot ${action}: ${why}`);
}
