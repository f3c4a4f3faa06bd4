import { inspect } from "node:util";

type Inspect = (value: unknown) => string;

/** What `console.log` prints of a value on this runtime: Deno and Bun have an inspector of their own for that. */
export function logged(value: unknown): string {
  const { Deno, Bun }: { Deno?: { inspect: Inspect }; Bun?: { inspect: Inspect } } = Object(globalThis);
  return (Deno ?? Bun ?? { inspect }).inspect(value);
}
