import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "node:test";
import type { LossCause } from "../../src/protocol/connection/connect_error.ts";
import { Connector, ConnectorGroup, type ConnectorOptions } from "../../src/protocol/connection/connector.ts";
import { type ConnectionError, OptionError } from "../../src/protocol/errors.ts";
import { closeReason } from "../../src/protocol/connection/close_reason.ts";
import { Gap } from "../../src/protocol/connection/gap.ts";
import { quote } from "../../src/protocol/data/quote.ts";
import { seededRandom } from "../../testing/world/random.ts";

const URL = "ircs://irc.test";
const failure = (cause: LossCause = "refused", url = URL) => ({ url, cause, reason: `it was ${cause}` });
const connector = (options: Partial<ConnectorOptions> = {}) =>
  new Connector({ random: () => 0.5, ...options });

/** A connector whose attempts all fail at once until `outage` is over; how long after that the next one begins. */
function backAfter(outage: number, random: () => number): number {
  const one = connector({ random });
  one.established(-60_000);
  for (let now = 0; now < outage; now = one.retryAt) {
    one.failed(now, failure());
    one.begin(now);
    one.failed(now, failure());
  }
  return one.retryAt - outage;
}

describe("Connector", () => {
  it("failed: waits longer after each attempt that led to nothing, and gives up where it may", () => {
    const one = connector({ backoff: { base: 1_000, cap: 4_000, attempts: 3 } });
    one.begin(0);
    assertEquals(one.failed(100, failure()), { after: 750, attempt: 1 });
    assertEquals([one.retryAt, one.due(849, URL), one.due(850, URL)], [850, undefined, "attempt"]);
    one.begin(850);
    assertEquals(one.retryAt, Infinity);
    assertEquals(one.failed(2_100, failure()), { after: 1_500, attempt: 2 });
    one.begin(3_600);
    const error = one.failed(3_600, failure());
    assert(error instanceof Error);
    assertEquals([error.code, error.message], [
      "unreachable",
      'Cannot connect to "ircs://irc.test" in 3 attempts: it was refused; check host and port, and that the server runs',
    ]);
  });

  it("failed: a session that has stood for ten seconds was no failure, one that was cut at once is", () => {
    const one = connector();
    let [now, waits]: [number, number[]] = [0, []];
    const round = (stood: number) => {
      one.begin(now);
      one.established(now);
      now += stood;
      const next = one.failed(now, failure("lost"));
      assert(!(next instanceof Error));
      waits.push(next.after);
      now += next.after;
    };
    for (let n = 0; n < 6; n++) round(20_000);
    assertEquals(waits, [750, 750, 750, 750, 750, 750]);
    waits = [];
    for (let n = 0; n < 40; n++) round(100);
    assert(waits.every((wait, n) => n === 0 || wait >= (waits[n - 1] ?? 0)));
    assertEquals(waits.at(-1), 45_000);
    waits = [];
    round(9_999);
    round(10_000);
    assertEquals(waits, [45_000, 750]);
  });

  it("failed: a server that is back is found after half of its outage, and a second", () => {
    for (const outage of [1_000, 20_000, 60_000, 180_000]) {
      for (const random of [() => 0, () => 0.5, () => 0.999_999]) {
        const late = backAfter(outage, random);
        assert(late >= 0 && late <= Math.min(outage / 2 + 1_000, 60_000), `${late} ms after ${outage}`);
      }
    }
  });

  it("failed: of 300 clients the last is back within 14.1 s of an outage of 20 s, as irc-framework's is", () => {
    const random = seededRandom(1, "clients");
    const late = Array.from({ length: 300 }, () => backAfter(20_000, random));
    assert(Math.max(...late) <= 14_100, `${Math.max(...late)} ms`);
  });

  it("failed: its owner may change the wait, forget the failures and stop", () => {
    const one = connector();
    assertEquals(one.failed(10, failure(), () => 0), { after: 0, attempt: 1 });
    assertEquals(one.retryAt, 10);
    one.reset();
    assertEquals(one.failed(30, failure(), (drawn) => Math.max(drawn, 5_000)), {
      after: 5_010 - 10,
      attempt: 1,
    });
    one.stop();
    assertEquals([one.retryAt, one.deadline], [Infinity, Infinity]);
  });

  it("connectTimeout: gives up when it is over, with what went wrong last", () => {
    const one = connector();
    one.begin(0);
    let now = 0;
    let error: ConnectionError | undefined;
    while (error === undefined) {
      const next = one.failed(now, failure());
      assert(!(next instanceof Error));
      now = one.deadline;
      const due = one.due(now, URL);
      if (due instanceof Error) error = due;
      one.begin(now);
    }
    assertEquals(now, 45_000);
    assertEquals([error.code, error.message], [
      "unreachable",
      'Cannot connect to "ircs://irc.test" within 45 s: it was refused; check host and port, and that the server runs',
    ]);
  });

  it("connectTimeout: who answers nothing at all is given up, too, in the middle of an attempt", () => {
    const one = connector({ group: new ConnectorGroup({ connectTimeout: 10_000 }) });
    one.begin(500);
    assertEquals([one.deadline, one.due(10_499, URL)], [10_500, undefined]);
    const due = one.due(10_500, URL);
    assert(due instanceof Error);
    assertEquals(
      due.message,
      'Cannot connect to "ircs://irc.test" within 10 s: nobody answered in time; check host and port, and that no firewall is in between',
    );
  });

  it("connectTimeout: as long as it is not over, a server that is there at last is tried", () => {
    const random = seededRandom(3, "late");
    for (let n = 0; n < 100; n++) {
      const one = connector({ random });
      let [now, tried] = [0, 0];
      for (; now < 45_000; now = one.deadline) {
        one.begin(now);
        tried = now;
        one.failed(now, failure());
      }
      assert(tried >= 43_500, `the last attempt began at ${tried} ms`);
    }
  });

  it("connectTimeout: does not run while a link is open or a permit is waited for, and is over with a session", () => {
    const one = connector();
    one.begin(0);
    one.hold(10_000);
    assertEquals(one.deadline, Infinity);
    one.failed(1_000_000, failure("login"));
    one.begin(one.retryAt);
    assertEquals(one.deadline, 1_035_000);
    one.hold(1_034_000);
    one.established(1_034_100);
    one.failed(2_000_000, failure("lost"));
    one.begin(one.retryAt);
    assertEquals(one.deadline, Infinity);
    for (let n = 0; n < 100; n++) assert(!(one.failed(3_000_000 + n, failure()) instanceof Error));
  });

  it("connectTimeout: Infinity tries for ever; what is no time is refused", () => {
    const one = connector({ group: new ConnectorGroup({ connectTimeout: Infinity }) });
    one.begin(0);
    for (let n = 1; n < 100; n++) assert(!(one.failed(n * 60_000, failure()) instanceof Error));
    for (
      const options of [{ connectTimeout: 0 }, { connectTimeout: NaN }, { spacing: -1 }, {
        spacing: Infinity,
      }]
    ) {
      assertThrows(() => new ConnectorGroup(options), OptionError);
    }
    assertEquals(new ConnectorGroup({ connectTimeout: 1, spacing: 0 }).connectTimeout, 1);
  });

  it("failed: a first connect to what will not do as it is set up is given up at once, a later one is not", () => {
    for (
      const [cause, code] of [
        ["permission", "not_permitted"],
        ["certificate_issuer", "untrusted"],
        ["certificate_expired", "untrusted"],
        ["certificate_name", "untrusted"],
      ] as const
    ) {
      const error = connector().failed(0, failure(cause));
      assert(error instanceof Error, cause);
      assertEquals(error.code, code);
      const later = connector();
      later.established(0);
      assertEquals(later.failed(60_000, failure(cause)), { after: 750, attempt: 1 });
    }
    // Another server may be one to trust.
    const several = connector({ servers: 2 });
    assertEquals(several.failed(0, failure("certificate_name")), { after: 750, attempt: 1 });
    assert(several.failed(750, failure("certificate_issuer")) instanceof Error);
  });

  it("group: a thousand that are cut at once come back over ten seconds, and one alone waits for nobody", () => {
    const group = new ConnectorGroup();
    const random = seededRandom(2, "shards");
    const all = Array.from({ length: 1_000 }, () => connector({ group, random }));
    for (const one of all) one.established(0);
    for (const one of all) one.failed(60_000, failure("lost"));
    const at = all.map(({ retryAt }) => retryAt - 60_000).sort((a, b) => a - b);
    assert((at[0] ?? 0) >= 500 && (at[999] ?? 0) <= 11_000, `${at[0]} to ${at[999]}`);
    for (let from = 0; from < 11_000; from += 100) {
      const within = at.filter((time) => time >= from && time < from + 500).length;
      assert(within <= 100, `${within} dial from ${from} to ${from + 500}`);
    }
    all[0]?.established(100_000);
    all[0]?.failed(200_000, failure("lost"));
    assert((all[0]?.retryAt ?? 0) <= 201_000);
  });

  it("group: one that has had a session keeps the others from giving up", () => {
    const group = new ConnectorGroup();
    const [first, second] = [connector({ group }), connector({ group })];
    first.begin(0);
    second.begin(0);
    first.established(1_000);
    assertEquals(second.due(45_000, URL), undefined);
    assertEquals(second.failed(50_000, failure("certificate_issuer")), { after: 750, attempt: 1 });
  });
});

describe("connectError", () => {
  const advice = (cause: LossCause, url: string) => {
    const error = connector({ backoff: { attempts: 1 } }).failed(0, {
      url,
      cause,
      reason: closeReason({ code: 0, reason: "", clean: false, cause: cause as "dns" }),
    });
    assert(error instanceof Error);
    return error.message;
  };

  it("says what to do, by the scheme", () => {
    assertEquals(
      advice("plain", "ircs://irc.test:6667"),
      'Cannot connect to "ircs://irc.test:6667" in 1 attempt: the server does not speak TLS on this port; dial its port for TLS, or "irc:" in place of "ircs:"',
    );
    assertEquals(
      advice("permission", "wss://user:secret@irc.test/x"),
      'Cannot connect to "wss://irc.test/x": the runtime does not let this program use the network there; allow it, on Deno by --allow-net=irc.test:443',
    );
    for (const [scheme, port] of [["irc", 6667], ["ircs", 6697], ["ws", 80]] as const) {
      assertStringIncludes(advice("permission", `${scheme}://irc.test`), `--allow-net=irc.test:${port}`);
    }
    assertEquals(
      advice("peer", "irc://irc.test"),
      'Cannot connect to "irc://irc.test" in 1 attempt: the server closed the connection; check host and port, and dial "ircs:" if the port is one for TLS',
    );
  });

  it("shows of a long URL what names it", () => {
    const url = `irc://irc.test/${"x".repeat(1_000)}`;
    assertStringIncludes(advice("peer", url), `Cannot connect to ${quote(url, 200)} in 1 attempt`);
  });
});

describe("Gap", () => {
  it("begins with the first loss, and is told once", () => {
    const gap = new Gap();
    assertEquals(gap.end(5), undefined);
    gap.begin(10);
    gap.begin(20);
    assertEquals([gap.from, gap.end(30), gap.end(40), gap.from], [
      10,
      { from: 10, to: 30 },
      undefined,
      undefined,
    ]);
  });
});
