/** What `console.log` asks an object for, on Deno, Bun and Node. */
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * A record that finds its fields when they are read, by getters, and shows them all the same: when it is logged and
 * when it is turned into JSON. What nobody looks at is still not parsed.
 *
 * A spread and `structuredClone` see an object's own properties only, and so the text that the record keeps, of which
 * its fields are made; `toJSON` gives them a plain object with every field.
 *
 * @example
 * ```ts
 * import { LazyRecord } from "@parley/parley/protocol";
 *
 * class Line extends LazyRecord {
 *   readonly raw: string;
 *   constructor(raw: string) {
 *     super();
 *     this.raw = raw;
 *   }
 *   get words(): readonly string[] {
 *     return this.raw.split(" ");
 *   }
 * }
 * JSON.stringify(new Line("hello world")); // {"raw":"hello world","words":["hello","world"]}
 * ```
 */
export abstract class LazyRecord {
  /** Every field that is there by its name; a `Map` becomes an object. */
  toJSON(): Record<string, unknown> {
    const json: Record<string, unknown> = {};
    for (const name of fieldsOf(this)) {
      const value: unknown = Reflect.get(this, name);
      if (value !== undefined) json[name] = value instanceof Map ? Object.fromEntries(value) : value;
    }
    return json;
  }

  static {
    // As a method its computed name would be no part of the type that a package may have.
    Object.defineProperty(this.prototype, INSPECT, { value: inLog });
  }
}

/** What stands for a record in a log. */
function inLog(this: LazyRecord): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of fieldsOf(this)) {
    try {
      const value: unknown = Reflect.get(this, name);
      if (value !== undefined) shown[name] = value;
    } catch (error) {
      // To log what came must not fail for what came.
      shown[name] = error;
    }
  }
  return shown;
}

/** The names of an object's own properties, and of the getters that its classes have. */
function fieldsOf(record: object): Set<string> {
  const names = new Set(Object.keys(record));
  let prototype: unknown = Object.getPrototypeOf(record);
  while (prototype instanceof LazyRecord) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (get !== undefined) names.add(name);
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}
