import fc from "fast-check";
import type { GatewayEvent } from "../../src/discord/gateway/wire/event.ts";
import type { Driver } from "../../src/driver/driver.ts";
import type { Instant } from "../../src/protocol/protocol.ts";
import type { DiscordServerCommand, DiscordServerEvent } from "../../testing/discord/server.ts";
import type { DiscordTold } from "../../testing/discord/checker.ts";
import type { Simulation } from "../../testing/world/simulation.ts";

/** Where bots connect first, and where they are told to resume. */
export const FIRST = "wss://gateway.test";
export const RESUME = "wss://gateway-us-east1-b.discord.gg";

/** What a plan can make Discord do; a shard is meant modulo how many there are. */
export type ServiceAct =
  | { readonly kind: "server"; readonly command: DiscordServerCommand }
  /** Only one of the two URLs cannot be dialled, for so many milliseconds. */
  | { readonly kind: "unreachable"; readonly url: "first" | "resume"; readonly ms: number };

/** Discord in a world. */
export interface Service {
  readonly world: Simulation;
  readonly server: Driver<DiscordServerCommand, DiscordServerEvent>;
  readonly shards: number;
  /** When the last fault is over. */
  readonly until: Instant;
}

/** Lets Discord do something. */
export function perform(act: ServiceAct, { world, server, shards, until }: Service): void {
  if (act.kind === "unreachable") {
    const ms = Math.min(act.ms, until - world.clock.now());
    return world.network.refuse({ url: act.url === "first" ? FIRST : RESUME }, ms);
  }
  const { command } = act;
  const aimed = "shard" in command && command.shard !== undefined;
  void server.command(aimed ? { ...command, shard: command.shard % shards } : command);
}

/** An event without most of its data, which would fill the memory within a day. */
export function lean(event: GatewayEvent): DiscordTold {
  if (!("sequence" in event) || event.kind === "gap") return event;
  const { kind, session, sequence } = event;
  const data = event.kind === "MESSAGE_CREATE" ? { content: event.data.content } : undefined;
  return { kind, session, sequence, data };
}

/** Ends what acts have begun. */
export function wellAgain(server: Service["server"]): void {
  void server.command({ kind: "acks", on: true });
  void server.command({ kind: "resumes", on: true });
  void server.command({ kind: "greet", with: "hello" });
}

const shard = fc.nat(3);
const aim = fc.oneof(fc.constant({}), shard.map((id) => ({ shard: id })));
const code = fc.constantFrom(
  1000,
  1001,
  1006,
  1011,
  3000,
  4000,
  4001,
  4002,
  4003,
  4005,
  4006,
  4007,
  4008,
  4009,
);
const fatalCode = fc.constantFrom(4004, 4010, 4011, 4012, 4013, 4014);
const garbage = fc.constantFrom(
  "garbage",
  "",
  "[]",
  "{}",
  "null",
  '{"op":99}',
  '{"op":"0"}',
  '{"op":0,"t":"MESSAGE_CREATE","d":{}}',
  '{"op":0,"s":1,"d":{}}',
  '{"op":0,"s":1,"t":"MESSAGE_CREATE","d":{}}',
  '{"op":10,"d":{"heartbeat_interval":30000}}',
  '{"op":10,"d":null}',
  '{"op":11}',
);
const aimed = fc.tuple(
  fc.oneof<fc.Arbitrary<DiscordServerCommand>[]>(
    fc.constant({ kind: "reconnect" }),
    fc.constantFrom(true, false).map((resumable) => ({ kind: "invalidate", resumable })),
    fc.constant({ kind: "heartbeat" }),
    code.map((code) => ({ kind: "close", code })),
    fc.constant({ kind: "drop" }),
    garbage.map((text) => ({ kind: "send", text })),
    fc.constantFrom(true, false).map((kept) => ({ kind: "lose", kept })),
  ),
  aim,
).map(([command, aim]): DiscordServerCommand => ({ ...command, ...aim }));
/** Everything that Discord can do. */
export const serviceActs: fc.Arbitrary<ServiceAct> = fc.oneof(
  { arbitrary: aimed.map((command) => ({ kind: "server" as const, command })), weight: 7 },
  {
    arbitrary: fc.oneof<fc.Arbitrary<DiscordServerCommand>[]>(
      fc.constantFrom(true, false).map((on) => ({ kind: "acks", on })),
      fc.constantFrom(true, false).map((on) => ({ kind: "resumes", on })),
      fc.constantFrom("hello" as const, "reconnect" as const, "nothing" as const).map((how) => ({
        kind: "greet",
        with: how,
      })),
      // To one shard only, or little would be left of the world.
      fc.tuple(fatalCode, shard).map(([code, shard]) => ({ kind: "close", code, shard })),
    ).map((command) => ({ kind: "server" as const, command })),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("unreachable" as const),
      url: fc.constantFrom("first" as const, "resume" as const),
      ms: fc.nat(60_000),
    }),
    weight: 1,
  },
);
