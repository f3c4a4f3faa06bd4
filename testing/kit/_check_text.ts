/**
 * Checks that something is a text, which plain JavaScript has no compiler for: it would be said as "undefined".
 *
 * @throws {TypeError} if it is none.
 */
export function checkText(task: string, text: unknown): asserts text is string {
  if (typeof text !== "string") throw new TypeError(`Cannot ${task}: ${text} is no text`);
}
