/** That a host is to be reached by TLS only. ([IRCv3 sts](https://ircv3.net/specs/extensions/sts)) */
export interface StsPolicy {
  /** The port to reach it at, 1–65535. */
  readonly port: number;
  /** For how long the server wants it to hold after each connection, in seconds. */
  readonly duration: number;
  /** Until when it holds by the wall clock, in milliseconds since 1970 began. */
  readonly expires: number;
}

/** A policy from now on: a core does not know the wall clock. */
export interface StsPromise {
  /** The port to reach the host at, 1–65535. */
  readonly port: number;
  /** For how long it holds, in seconds. */
  readonly duration: number;
}

/** What an `sts` capability says, as far as it is valid. */
export interface StsValue {
  readonly port: number | undefined;
  readonly duration: number | undefined;
}

/** Ten years, in seconds: a policy for longer is one for as long. */
const LONGEST = 315_360_000;

/**
 * Reads the value of an `sts` capability: "port=6697,duration=2592000,preload". Keys that are unknown, appear
 * twice or have no sensible value count as missing.
 */
export function parseSts(value: string): StsValue {
  const tokens = value.split(",");
  const number = (key: string, least: number, most: number): number | undefined => {
    const values = tokens.filter((token) => token === key || token.startsWith(`${key}=`));
    const [, digits] = /^[^=]+=([0-9]{1,15})$/.exec(values[0] ?? "") ?? [];
    if (values.length !== 1 || digits === undefined) return undefined;
    const parsed = Math.min(Number(digits), most + 1);
    return parsed >= least && parsed <= most ? parsed : undefined;
  };
  const duration = number("duration", 0, Number.MAX_SAFE_INTEGER - 1);
  return {
    port: number("port", 1, 65_535),
    duration: duration === undefined ? undefined : Math.min(duration, LONGEST),
  };
}

/** Asks whether a host has a policy. */
export interface StsLoadAsk {
  readonly kind: "sts_load";
  /** Its name, as it is dialled. */
  readonly host: string;
}

/** Asks to remember that a host has a policy from now on, or to forget it. */
export interface StsSaveAsk {
  readonly kind: "sts_save";
  /** Its name, as it is dialled. */
  readonly host: string;
  /** What it has promised; undefined: nothing any more. */
  readonly policy: StsPromise | undefined;
}

/** Answers a {@linkcode StsLoadAsk}. */
export interface StsLoadAnswer {
  readonly kind: "sts_policy";
  /** The policy that holds; undefined if there is none, or it has expired. */
  readonly policy: StsPromise | undefined;
}

/** Answers a {@linkcode StsSaveAsk}. */
export interface StsSaveAnswer {
  readonly kind: "sts_saved";
}
