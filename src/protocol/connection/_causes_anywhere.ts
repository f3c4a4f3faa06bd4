import type { CloseCause } from "../protocol.ts";

/** What is dialled. */
export type Dialled = Pick<URL, "protocol" | "host" | "port">;

/** What there is to say of a cause for which a link is gone. */
export interface CauseWords {
  /** For people: a clause. */
  readonly said: string;
  /** Whether that says all; what else a runtime says differs from one to the next. */
  readonly saysAll?: boolean;
  /** What to do about it, for people. */
  readonly advice?: string | ((dialled: Dialled) => string);
  /** What a first connect comes to for which it will come to again: what is set up does not fit. */
  readonly hopeless?: "not_permitted" | "untrusted";
}

/** What is said of causes. */
export type Causes = Readonly<Partial<Record<CloseCause, CauseWords>> & { unknown: CauseWords }>;

/** What to do where nothing more is known. */
export const CHECK_ADDRESS = "check host and port";

/**
 * Those that there are on every runtime. Bundles for browsers have them in place of `_causes.ts`: a browser does not tell
 * why it could not dial.
 */
export const CAUSES: Causes = {
  peer: { said: "the server closed the connection", advice: CHECK_ADDRESS },
  lost: { said: "the connection was lost", advice: CHECK_ADDRESS },
  corrupt: { said: "what came could not be decoded", advice: CHECK_ADDRESS },
  stalled: { said: "the server stopped reading" },
  refused: {
    said: "nothing listens at that host and port",
    saysAll: true,
    advice: "check host and port, and that the server runs",
  },
  timeout: {
    said: "nobody answered in time",
    advice: "check host and port, and that no firewall is in between",
  },
  unknown: { said: "the connection failed", advice: CHECK_ADDRESS },
};
