import { describe, it, mock } from "node:test";
import { assertEquals } from "@std/assert";
import { OptionError } from "../../src/protocol/errors.ts";
import type { Dial, LinkEvents } from "../../src/protocol/link.ts";
import type { CloseInfo } from "../../src/protocol/protocol.ts";
import { staggered } from "../../src/transport/streams/_staggered.ts";
import { mockTimers } from "../_mocked_timers.ts";
import { connect, type Recorder } from "./_harness.ts";

const URL = "irc://both.test";
const failure = (reason: string): CloseInfo => ({ code: 0, reason, clean: false, cause: "refused" });

/** A transport whose links do what a test says; `log` is what was done with them. */
class Hand {
  readonly log: string[] = [];
  events: LinkEvents | undefined;

  readonly dial: Dial = (_, events) => {
    this.log.push("dial");
    this.events = events;
    return {
      send: (data) => void this.log.push(`send ${data}`),
      close: () => void this.log.push("close"),
      abort: () => void this.log.push("abort"),
    };
  };

  open(): void {
    this.events?.opened({ url: URL, protocol: "" });
  }
}

function within(run: (first: Hand, second: Hand, dialled: ReturnType<typeof connect>) => void): void {
  const restore = mockTimers(["setTimeout"]);
  try {
    const [first, second] = [new Hand(), new Hand()];
    run(first, second, connect(staggered(first.dial, second.dial, 1_000), URL));
  } finally {
    restore();
  }
}

const told = ({ opens, closes }: Recorder) => [opens.length, closes.map(({ reason }) => reason)];

describe("staggered", () => {
  it("staggered: leaves the second alone where the first opens in time", () => {
    within((first, second, { link, seen }) => {
      mock.timers.tick(999);
      first.open();
      mock.timers.tick(10_000);
      link.send("hello");
      link.close(0, "");
      first.events?.closed({ ...failure(""), clean: true, cause: "peer" });
      assertEquals([first.log, second.log], [["dial", "send hello", "close"], []]);
      assertEquals(told(seen), [1, [""]]);
    });
  });

  it("staggered: dials the second as soon as the first fails, and tells of that failure if both do", () => {
    within((first, second, { seen }) => {
      first.events?.closed(failure("no IPv6"));
      assertEquals([second.log, told(seen)], [["dial"], [0, []]]);
      second.events?.closed(failure("no IPv4"));
      mock.timers.tick(10_000);
      assertEquals([second.log, told(seen)], [["dial"], [0, ["no IPv6"]]]);
    });
  });

  it("staggered: dials the second beside a first that hangs, and keeps whichever opens first", () => {
    for (const secondWins of [true, false]) {
      within((first, second, { seen }) => {
        mock.timers.tick(1_000);
        const [winner, loser] = secondWins ? [second, first] : [first, second];
        winner.open();
        winner.events?.receive("hello");
        assertEquals([winner.log, loser.log], [["dial"], ["dial", "abort"]]);
        assertEquals([told(seen), seen.data], [[1, []], ["hello"]]);
      });
    }
  });

  it("staggered: waits for the first where the second fails before it", () => {
    within((first, second, { seen }) => {
      mock.timers.tick(1_000);
      second.events?.closed(failure("no IPv4"));
      assertEquals(told(seen), [0, []]);
      first.open();
      assertEquals(told(seen), [1, []]);
    });
  });

  it("staggered: gives up both", () => {
    for (const act of ["abort", "close"] as const) {
      within((first, second, { link, seen }) => {
        mock.timers.tick(1_000);
        if (act === "abort") link.abort();
        else link.close(0, "");
        link.close(0, "");
        mock.timers.tick(10_000);
        assertEquals([first.log, second.log], [["dial", "abort"], ["dial", "abort"]]);
        assertEquals(told(seen), [0, act === "abort" ? [] : ["Closed before it was open"]]);
      });
    }
  });

  it("staggered: does not repeat a mistake of the caller", () => {
    within((first, second, { seen }) => {
      first.events?.closed({ ...failure("wrong"), mistake: new OptionError("Wrong") });
      mock.timers.tick(10_000);
      assertEquals([second.log, told(seen)], [[], [0, ["wrong"]]]);
    });
  });
});
