import { CommandError, ProtocolError } from "../../protocol/errors.ts";

/** The only item of an answer, whose types nothing has checked. @throws {ProtocolError} if there is none. */
export function first<Item>(data: readonly Item[], endpoint: string): Item {
  const item: Item | undefined = Array.isArray(data) ? data[0] : undefined;
  if (item !== undefined) return item;
  throw new ProtocolError(`Cannot use the answer to ${endpoint}: it is empty`);
}

/** What is wrong with what was to be asked. */
export function invalid(message: string): CommandError {
  return new CommandError("invalid_command", message);
}
