import { assertEquals } from "@std/assert";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { gatewayTransitions } from "../../../src/discord/gateway/mod.ts";
import { withDiagram } from "../../../tools/state_diagram.ts";
import { Hand, seenTransitions } from "./_drive.ts";

/** A session in each state in which there is a link. */
const linked: Readonly<Record<string, () => Hand>> = {
  greeting: () => new Hand().start().open(),
  queued: () => new Hand({ grant: false }).start().open().hello(),
  identifying: () => new Hand().start().open().hello(),
  resuming: () => Hand.ready().lost().redial().open().hello(),
  ready: () => Hand.ready(),
};

test("GatewaySession: goes every way in the table of transitions, and no other", () => {
  seenTransitions.clear();
  new Hand().shutdown();
  new Hand().start().shutdown();
  new Hand().start().closed(0, "refused").shutdown();
  new Hand().start().wait(30_000).redial().open().shutdown().closed(1000);
  for (const [state, reach] of Object.entries(linked)) {
    assertEquals(reach().session.state, state);
    assertEquals(reach().lost().session.state, "waiting");
    assertEquals(reach().closed(4014).session.state, "ended");
    assertEquals(reach().shutdown("resumable").session.state, "closing");
    for (const payload of [{ op: 7, d: null }, { op: 9, d: false }, { op: 9, d: true }]) {
      assertEquals(reach().say(payload).session.state, "closing");
      assertEquals(reach().say(payload).closed(4014).session.state, "ended");
      assertEquals(reach().say(payload).closed(4000).session.state === "closing", false);
      reach().say(payload).wait(10_000);
    }
    // A server that says nothing more.
    reach().wait(1_000_000);
  }
  linked.identifying?.().readyEvent();
  linked.resuming?.().dispatch(1, "RESUMED");
  linked.ready?.().message(9);
  linked.resuming?.().message(9);
  const resume = { sessionId: "one", sequence: 7, resumeUrl: "wss://gateway-us-east1-b.discord.gg" };
  const asks = new Hand({ resume, asksToResume: true, grant: false }).start().open().hello();
  asks.outputs.forEach((output) => output.kind === "ask" && asks.answer(output.id));
  assertEquals(asks.session.state, "resuming");
  const denied = new Hand({ grant: false }).start().open().hello();
  denied.outputs.forEach((output) => output.kind === "ask" && denied.answer(output.id, new Error("no")));
  assertEquals(denied.session.state, "closing");
  assertEquals(
    [...seenTransitions].sort(),
    gatewayTransitions.map(({ from, to }) => `${from} → ${to}`).sort(),
  );
});

test("gatewayTransitions: each is there once, and all states can be reached and left", () => {
  const pairs = gatewayTransitions.map(({ from, to }) => `${from} ${to}`);
  assertEquals(new Set(pairs).size, pairs.length);
  const left = new Set(gatewayTransitions.map(({ from }) => from));
  const reached = new Set(gatewayTransitions.map(({ to }) => to));
  assertEquals([...reached].filter((state) => !left.has(state)), ["ended"]);
  assertEquals([...left].filter((state) => !reached.has(state)), ["idle"]);
});

test("docs/discord.md: its diagram is that of the table; else run tools/state_diagram.ts", async () => {
  const page = await readFile(new URL("../../../docs/discord.md", import.meta.url), "utf8");
  assertEquals(page, withDiagram(page));
});
