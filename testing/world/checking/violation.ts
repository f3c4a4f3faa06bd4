/**
 * Something that a checker found wrong.
 *
 * @example
 * ```ts
 * import { checkIrcWire, type Violation } from "@parley/testing";
 *
 * const end = { label: "bot", at: 0, kind: "sent", link: 1, data: "CAP END\r\n" } as const;
 * const violations: Violation[] = checkIrcWire([end, end]);
 * violations; // [ { rule: "cap_end_repeated", message: "link 1: CAP END was sent 2 times" } ]
 * ```
 */
export interface Violation {
  /** Which rule was broken: the same word whoever broke it. A planted bug names the one that must catch it. */
  readonly rule: string;
  /** What happened, where and when. */
  readonly message: string;
}

/** The same violations, and whose they are. */
export function labelled(label: string, violations: readonly Violation[]): Violation[] {
  return violations.map(({ rule, message }) => ({ rule, message: `${label}: ${message}` }));
}
