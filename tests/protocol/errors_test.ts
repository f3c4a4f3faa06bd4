import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { AuthenticationError, OptionError } from "../../src/protocol/errors.ts";

test("ParleyError.toJSON: has name, code and message, so that an event that holds it shows them", () => {
  const event = {
    kind: "error",
    error: new OptionError("Cannot connect: no host", { cause: new Error("x") }),
  };
  assertEquals(JSON.parse(JSON.stringify(event)).error, {
    name: "OptionError",
    code: "invalid_option",
    message: "Cannot connect: no host",
  });
  assertEquals(new AuthenticationError("No").toJSON(), {
    name: "AuthenticationError",
    code: "authentication_failed",
    message: "No",
  });
});
