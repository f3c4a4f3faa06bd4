import { describe, test } from "node:test";
import { assertEquals } from "@std/assert";
import { endOf, partsOf } from "../../../src/irc/wire/outcomes/command_ends.ts";
import { Isupport } from "../../../src/irc/wire/support/isupport.ts";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";

/** By what is sent: what these answer, behind the name of the server and our nick, and whether that refuses it. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  InspIRCd: {
    "JOIN #a": ["405 #a :x", "437 #a :x", "471 #a :x", "473 #a :x", "474 #a :x", "475 #a :x", "476 #a :x"],
    "JOIN #b": ["477 #b :x", "489 #b :x", "495 #b :x", "520 #b :x", "926 #b :x"],
    "KICK #a dan": [
      "401 dan :x",
      "403 #a :x",
      "441 dan #a :x",
      "442 #a :x",
      "482 #a :x",
      "484 #a :x",
      "485 dan #a :x",
    ],
    "MODE #a +bk x!*@* y": [
      "478 #a x!*@* :x",
      "697 #a x!*@* b :x",
      "696 #a k y :x",
      "467 #a :x",
      "742 #a k ntk :x",
    ],
    "MODE #a +ZL #b": [
      "472 Z :x",
      "690 :Target channel #b must exist",
      "482 #a :x",
      "401 #b :x",
      "403 #b :x",
    ],
    "MODE bot +Z": ["501 Z :x", "502 :x", "481 :x"],
    "NICK other": ["432 other :x", "433 other :x", "437 other :x", "447 :x"],
    "INVITE dan #a": ["401 dan :x", "442 #a :x", "443 dan #a :x", "482 #a :x"],
    "PRIVMSG #a x": ["403 #a :x", "404 #a :x", "936 #a word :x"],
    "PRIVMSG dan x": ["401 dan :x", "531 dan :x", "492 dan :x", "716 dan :x"],
    "KNOCK #a": ["480 #a :x", "714 #a :x", "712 #a :x"],
  },
  solanum: {
    "JOIN #a": ["403 #a :x", "407 #a :x", "437 #a :x", "477 #a :x", "479 #a :x", "480 #a :x", "520 #a :x"],
    "KICK #a dan": ["484 dan #a :x", "441 dan #a :x", "482 #a :x"],
    "MODE #a +o dan": ["441 dan #a :x", "482 #a :x", "484 dan #a :x", "742 #a o nt :x"],
    "NICK other": ["435 other #a :x", "438 bot other :x", "432 other :x", "433 other :x"],
    "OPER a b": ["464 :x", "491 :x"],
    "PRIVMSG dan x": ["401 dan :x", "707 dan :x", "716 dan :x", "486 dan :x"],
    "PRIVMSG #a x": ["404 #a :x", "415 #a :x"],
    "TOPIC #a x": ["442 #a :x", "482 #a :x"],
    "LIST": ["263 LIST :x"],
    "KILL dan x": ["401 dan :x", "481 :x", "483 :x", "723 kill :x"],
  },
  UnrealIRCd: {
    "JOIN #a": ["448 #a :x", "471 #a :x", "477 #a :x", "489 #a :x", "500 #a :x", "519 #a :x", "520 #a :x"],
    "KICK #a dan": ["972 KICK :x", "484 dan #a :x", "499 #a :x", "460 dan :x"],
    "MODE #a +q dan": ["499 #a :x", "974 q :x", "460 q :x", "482 #a :x"],
    "MODE #a +k x": ["525 #a :x", "467 #a :x"],
    "NICK other": ["432 other :x", "433 other :x", "437 #a :x", "438 other :x", "447 :x"],
    "PRIVMSG #a x": ["404 #a :x #a", "477 #a :x", "439 #a :x"],
    "INVITE dan #a": ["518 #a :x", "443 dan #a :x", "482 #a :x"],
  },
  ergo: {
    "JOIN #a": ["403 #a :x", "405 #a :x", "471 #a :x", "473 #a :x", "475 #a :x", "400 JOIN :x"],
    "KICK #a dan": ["441 dan #a :x", "403 #a :x", "400 KICK :x"],
    "MODE #a +b x": ["482 #a :x", "478 #a x :x", "696 #a b x :x", "697 #a x b :x"],
    "MODE #a -b x": ["698 #a x b :x"],
    "PRIVMSG #a x": ["404 #a :x", "400 PRIVMSG :x"],
    "NICK other": ["432 other :x", "433 other :x", "400 NICK :x"],
    "SETNAME x": ["FAIL SETNAME INVALID_REALNAME :x"],
    "RENAME #a #b": ["482 #a :x", "442 #a :x", "FAIL RENAME CANNOT_RENAME #a #b :x"],
  },
  // https://modern.ircdocs.horse/#numerics, and RFC 2812 section 5.
  "Modern IRC": {
    "WHOIS dan": ["431 :x", "402 dan :x", "401 dan :x"],
    "WHOWAS dan": ["406 dan :x", "431 :x"],
    "MOTD a.b": ["402 a.b :x"],
    "INVITE dan #a": ["403 #a :x", "442 #a :x", "482 #a :x"],
    "PART #a": ["403 #a :x", "442 #a :x", "461 PART :x"],
    "TOPIC #a x": ["403 #a :x", "442 #a :x", "482 #a :x"],
    "MONITOR + dan": ["734 100 dan :x"],
    "AWAY x": ["417 :x"],
    "SUMMON dan": ["445 :x", "424 :x", "444 dan :x"],
    "USERS": ["446 :x", "424 :x"],
    "XYZ a": ["421 XYZ :x"],
  },
};

const context = {
  isSame: (a: string, b: string) => a.toLowerCase() === b.toLowerCase(),
  isOwn: (nick: string | undefined) => nick === "bot",
};

function endBy(line: string, answer: string): string | undefined {
  const sent = parseMessage(line);
  const said = parseMessage(
    answer.startsWith("FAIL") ? `:s ${answer}` : `:s ${answer.replace(" ", " bot ")}`,
  );
  const [part] = partsOf(sent, new Isupport());
  return part && endOf(sent.command, part, said, context)?.outcome;
}

for (const [server, answers] of Object.entries(ANSWERS)) {
  describe(`COMMAND_ENDS: knows what ${server} refuses`, () => {
    for (const [line, refusals] of Object.entries(answers)) {
      test(line, () => {
        assertEquals(
          refusals.filter((answer) => endBy(line, answer) !== "refused"),
          [],
        );
      });
    }
  });
}

test("COMMAND_ENDS: what is about something else refuses nothing", () => {
  const others: Readonly<Record<string, string>> = {
    "KICK #a dan": "484 #b :x",
    "MODE #a +k x": "696 #b k x :x",
    "JOIN #a": "471 #b :x",
    "PRIVMSG #a x": "404 #b :x",
    "NICK other": "433 another :x",
    "TOPIC #a x": "482 #b :x",
  };
  const wrong = Object.entries(others).filter(([line, answer]) => endBy(line, answer) !== undefined);
  assertEquals(wrong, []);
});
