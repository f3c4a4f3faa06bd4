import { CommandError } from "@parley/parley/protocol";

/** What to throw where a server is to do what it cannot, as plain JavaScript lets somebody ask. */
export function noSuchCommand(command: never): CommandError {
  const { kind } = Object(command);
  return new CommandError("invalid_command", `Cannot do "${kind}" on a server: there is no such command`);
}
