import { type Host, hostWith } from "../driver/host.ts";
import { OptionError } from "../protocol/errors.ts";

/** The host of what only makes requests, and dials nothing. */
export function httpHost(parts: Partial<Host> = {}): Host {
  return hostWith(() => {
    throw new OptionError("Nothing is dialled here");
  }, parts);
}
