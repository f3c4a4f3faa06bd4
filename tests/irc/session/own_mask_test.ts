import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { OwnMask } from "../../../src/irc/session/own_mask.ts";
import { Isupport } from "../../../src/irc/wire/support/isupport.ts";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";

test("OwnMask: leaves room for the longest user and host that there may be until the server has shown ours", () => {
  const mask = new OwnMask();
  const isupport = new Isupport();
  const room = () => mask.room("parley", "PRIVMSG", "#deno", isupport);
  assertEquals(mask.with("parley"), undefined);
  // 512 bytes, without CR LF, ":parley!…@… PRIVMSG #deno :", 10 of a user, 63 of a host.
  assertEquals(room(), 512 - 2 - ":parley!@ PRIVMSG #deno :".length - 10 - 63);
  mask.sawMessage(parseMessage(":parley!me@host.example JOIN #deno"), () => true);
  assertEquals(mask.with("parley"), "parley!me@host.example");
  assertEquals(room(), 512 - 2 - ":parley!me@host.example PRIVMSG #deno :".length);
  mask.clear();
  assertEquals(mask.with("parley"), undefined);
});
