/** What a check has found. */
export interface Finding {
  /** What was looked at: `discord token`. */
  readonly check: string;
  /** Whether it is as it should be; `warning`: something will not work as one may expect; `skipped`: it could not be looked at. */
  readonly status: "ok" | "warning" | "failed" | "skipped";
  /** What was found, for people. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

/** Something is as it should be. */
export const ok = (check: string, found: string): Finding => ({ check, status: "ok", found });

/** Something will not work, and what to do. */
export const failed = (check: string, found: string, advice: string): Finding => ({
  check,
  status: "failed",
  found,
  advice,
});

/** Something may not work as one expects, and what to do. */
export const warning = (check: string, found: string, advice: string): Finding => ({
  check,
  status: "warning",
  found,
  advice,
});

/** Something could not be looked at, and what that takes. */
export const skipped = (check: string, found: string, advice: string): Finding => ({
  check,
  status: "skipped",
  found,
  advice,
});

/** An error in two parts: what went wrong, and what to do, which stands behind its last semicolon where it says so. */
export function fromError(
  check: string,
  error: unknown,
  advice = "try again, and look at the service's status page",
): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const [, found = message, told] = /^(.*); ([^;]*)$/s.exec(message) ?? [];
  return failed(check, found, told ?? advice);
}
