import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  listMembers,
  type MembersLine,
  type MembersNews,
} from "../../../src/discord/gateway/shards/guild_members.ts";
import { type DiscordGateway, type GuildMembersOptions, Intents } from "../../../src/discord/gateway/mod.ts";
import { CommandError, TimeoutError } from "../../../src/protocol/errors.ts";
import type { DiscordServer, DiscordServerOptions } from "../../../testing/discord/server.ts";
import type { CloseInfo } from "../../../src/protocol/protocol.ts";
import { VirtualClock } from "../../../testing/world/time/virtual_clock.ts";
import { GUILD, worldOf } from "./_world.ts";

const users = Array.from(
  { length: 250 },
  (_, i) => ({ id: String(3_000_000_000_000_000_000n + BigInt(i)), username: `user${i}` }),
);
const everybody = ["1000000000000000001", ...users.map(({ id }) => id)];

function crowd(options: DiscordServerOptions = {}): ReturnType<typeof worldOf> {
  const guild = { id: GUILD, name: "parley", channels: [], members: users, chunkSize: 40 };
  const intents = Intents.Guilds | Intents.GuildMembers;
  const { connect, ...rest } = worldOf({ guilds: [guild], ...options });
  return { ...rest, connect: (more) => connect({ intents, ...more }) };
}

async function list(gateway: DiscordGateway, options: GuildMembersOptions = {}): Promise<string[]> {
  const ids: string[] = [];
  for await (const { members } of gateway.guildMembers(GUILD, options)) {
    assert(members.length > 0, "a chunk that tells nothing was told");
    ids.push(...members.map(({ user }) => user.id));
  }
  return ids;
}

function requests(core: DiscordServer): Record<string, unknown>[] {
  return core.log.flatMap((entry) => entry.kind === "received" && entry.op === 8 ? [Object(entry.d)] : []);
}

test("DiscordGateway.guildMembers: lists all members over the chunks of one request", async () => {
  const { world, core, connect } = crowd();
  const gateway = await connect();
  assertEquals(await world.until(list(gateway)), everybody);
  const [request, ...more] = requests(core);
  assertEquals([request?.query, request?.limit, more], ["", 0, []]);
  assertEquals(String(request?.nonce).length <= 32, true);
  await world.until(gateway.close());
});

test("DiscordGateway.guildMembers: by the beginning of their names, and two listings at once", async () => {
  const { world, connect } = crowd();
  const gateway = await connect();
  const [some, few] = await world.until(
    Promise.all([list(gateway, { query: "user1" }), list(gateway, { query: "user2", limit: 3 })]),
  );
  assertEquals([some.length, few.length], [100, 3]);
  await world.until(gateway.close());
});

test("DiscordGateway.guildMembers: by user ids, a hundred at a time, and which are not there", async () => {
  const { world, core, connect } = crowd();
  const gateway = await connect();
  const userIds = [...users.map(({ id }) => id), "404", users[0]?.id ?? ""];
  const ids: string[] = [];
  const missing: unknown[] = [];
  const run = async () => {
    for await (const { members, not_found = [] } of gateway.guildMembers(GUILD, { userIds })) {
      ids.push(...members.map(({ user }) => user.id));
      missing.push(...not_found);
    }
  };
  await world.until(run());
  assertEquals([ids, missing], [users.map(({ id }) => id), ["404"]]);
  assertEquals(requests(core).map(({ user_ids }) => Array.isArray(user_ids) && user_ids.length), [
    100,
    100,
    51,
  ]);
  assertEquals(await world.until(list(gateway, { userIds: [] })), []);
  await world.until(gateway.close());
});

test("DiscordGateway.guildMembers: a listing that is over leaves nothing behind", async () => {
  const { world, connect } = crowd();
  const gateway = await connect();
  const { closed } = gateway;
  const then = closed.then.bind(closed);
  let kept = 0;
  Object.defineProperty(closed, "then", {
    value: (done?: () => void, failed?: (error: unknown) => void) => {
      kept++;
      return then(done, failed);
    },
  });
  for (let i = 0; i < 3; i++) await world.until(list(gateway, { query: "user1" }));
  assertEquals(kept, 0);
  await world.until(gateway.close());
});

test("DiscordGateway.guildMembers: Discord's limit is waited for", async () => {
  const { world, core, connect } = crowd({ limitMembers: true });
  const gateway = await connect();
  await world.until(list(gateway));
  const from = world.clock.now();
  assertEquals(await world.until(list(gateway)), everybody);
  assertEquals(world.clock.now() - from >= 29_000, true);
  assertEquals(requests(core).length, 3);
  await world.until(gateway.close());
});

test("DiscordGateway.guildMembers: a chunk that is lost for good is asked for again; nobody comes twice", async () => {
  const { world, core, server, connect } = crowd();
  const gateway = await connect();
  await world.run(100);
  // The first chunk does not reach us, nor can it be had by a resume.
  await server.command({ kind: "lose", kept: false });
  const ids = await world.until(list(gateway));
  assertEquals([...ids].sort(), [...everybody].sort());
  assertEquals(requests(core).length, 2);
  await world.until(gateway.close());
});

test("DiscordGateway.guildMembers: survives cuts, with a resume and without", async () => {
  for (const resumable of [true, false]) {
    const { world, server, connect } = crowd();
    const gateway = await connect();
    const ids: string[] = [];
    let chunks = 0;
    const run = async () => {
      for await (const { members } of gateway.guildMembers(GUILD)) {
        ids.push(...members.map(({ user }) => user.id));
        if (++chunks !== 1) continue;
        if (resumable) world.cut();
        else await server.command({ kind: "close", code: 4009 });
      }
    };
    await world.until(run());
    assertEquals([...ids].sort(), [...everybody].sort());
    await world.until(gateway.close());
  }
});

test("listMembers: where nothing answers it is given up after three requests, unless there is no link", async () => {
  const clock = new VirtualClock();
  const sent: number[] = [];
  let connected = false;
  const line: MembersLine = {
    clock,
    random: () => 0.5,
    intents: Intents.GuildMembers,
    connected: () => connected,
    session: () => "one",
    send: () => Promise.resolve(void sent.push(clock.now())),
    listen: () => () => {},
  };
  const listing = listMembers(line, GUILD, { timeout: 1_000 }).next();
  const failed = assertRejects(() => listing, TimeoutError, "asked 3 times");
  const run = async (ms: number) => {
    for (let at = 0; at < ms; at += 500) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(500);
    }
  };
  await run(10_000);
  assertEquals(sent.length, 1);
  connected = true;
  await run(10_000);
  await failed;
  assertEquals(sent.length, 3);
});

test("listMembers: the limit is waited for, too, of which a request before is told late", async () => {
  const clock = new VirtualClock();
  const sent: [at: number, nonce: unknown][] = [];
  let told: (news: MembersNews) => void = () => {};
  const line: MembersLine = {
    clock,
    random: () => clock.now() / 10_000,
    intents: Intents.GuildMembers,
    connected: () => true,
    session: () => "one",
    send: ({ nonce }) => Promise.resolve(void sent.push([clock.now(), nonce])),
    listen: (listener) => {
      told = listener;
      return () => {};
    },
  };
  const failed = assertRejects(() => listMembers(line, GUILD, { timeout: 1_000 }).next(), TimeoutError);
  const run = async (ms: number) => {
    for (let at = 0; at < ms; at += 500) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(500);
    }
  };
  await run(1_500);
  const [first, second] = sent;
  assertEquals([first?.[0], second?.[0]], [0, 1_000]);
  const nonce = String(first?.[1]);
  told({ kind: "limited", data: { opcode: 8, retry_after: 5, meta: { guild_id: GUILD, nonce } } });
  await run(10_000);
  await failed;
  assertEquals(sent.map(([at]) => at), [0, 1_000, 6_500]);
});

test("listMembers: where each request costs the session it is given up after three", async () => {
  const sent: number[] = [];
  let session = 0;
  let told: (news: MembersNews) => void = () => {};
  const line: MembersLine = {
    clock: new VirtualClock(),
    random: () => 0.5,
    intents: Intents.GuildMembers,
    connected: () => true,
    session: () => String(session),
    send: () => {
      sent.push(session);
      setImmediate(() => {
        const info: CloseInfo = { code: 4000, reason: "No such guild", clean: true, cause: "peer" };
        told({ kind: "lost", reason: "the server said: No such guild, code 4000", info });
        told({ kind: "begun", session: String(++session) });
      });
      return Promise.resolve();
    },
    listen: (listener) => {
      told = listener;
      return () => {};
    },
  };
  const error = await assertRejects(() => listMembers(line, GUILD, {}).next(), TimeoutError, "asked 3 times");
  assertEquals(sent, [0, 1, 2]);
  // With how the link was lost last.
  assertStringIncludes(error.message, "No such guild, code 4000");
  assertEquals([Object(error.cause).code, Object(error.cause).reason], [4000, "No such guild"]);
});

test("DiscordGateway.guildMembers: ends with the client, the signal, and the loop", async () => {
  const { world, core, connect } = crowd();
  const gateway = await connect();
  const controller = new AbortController();
  const given = list(gateway, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => world.until(given), Error, "enough");
  const left = async () => {
    for await (const { members } of gateway.guildMembers(GUILD, { query: "user" })) return members.length;
  };
  assertEquals(await world.until(left()), 40);
  world.network.refuse({ client: "client" }, 60_000);
  world.cut();
  const late = list(gateway);
  const closing = gateway.close();
  await assertRejects(() => world.until(late), CommandError, "ended");
  await world.until(closing);
  assertEquals(requests(core).length <= 3, true);
});

test("DiscordGateway.guildMembers: ends with the client while Discord's limit is waited for", async () => {
  const { world, connect } = crowd({ limitMembers: true });
  const gateway = await connect();
  await world.until(list(gateway));
  const late = list(gateway);
  await world.run(5_000);
  const closed = assertRejects(() => late, CommandError, "ended");
  await world.until(gateway.close(), 1_000);
  await world.until(closed, 10);
});

test("DiscordGateway.guildMembers: what cannot be asked for throws at once", async () => {
  const { world, connect } = crowd();
  const gateway = await connect({ events: ["GUILD_CREATE"] });
  assertThrows(() => gateway.guildMembers(GUILD), CommandError, "GUILD_MEMBERS_CHUNK");
  await world.until(gateway.close());
  const all = await connect();
  const wrong: readonly GuildMembersOptions[] = [
    { userIds: [], query: "" },
    { query: "a", limit: 101 },
    { query: "a", limit: 0 },
    { limit: -1 },
    { timeout: 0 },
  ];
  for (const options of wrong) {
    assertThrows(() => all.guildMembers(GUILD, options), CommandError, "Cannot list");
  }
  assertThrows(() => all.guildMembers("nonsense"), CommandError, "not an id");
  await world.until(all.close());
});

test("DiscordGateway.guildMembers: without the intent that Discord wants for it, it throws at once", async () => {
  const { world, core, connect } = crowd();
  const gateway = await connect({ intents: Intents.Guilds });
  for (const options of [{}, { query: "" }, { limit: 5 }]) {
    assertThrows(() => gateway.guildMembers(GUILD, options), CommandError, "Intents.GuildMembers");
    const request = { guild_id: GUILD, query: "", limit: 0, ...options };
    await assertRejects(() => gateway.requestGuildMembers(request), CommandError, "Intents.GuildMembers");
  }
  for (const options of [{ query: "user", presences: true }, { userIds: ["1"], presences: true }]) {
    assertThrows(() => gateway.guildMembers(GUILD, options), CommandError, "Intents.GuildPresences");
  }
  assertEquals(requests(core), []);
  assertEquals(
    await world.until(list(gateway, { query: "user24", presences: false })),
    [
      users[24],
      ...users.slice(240),
    ].map((user) => user?.id),
  );
  await world.until(gateway.close());
});

test("DiscordGateway.guildMembers: brings presences, where they are asked for", async () => {
  const { world, connect } = crowd();
  const gateway = await connect({ intents: Intents.GuildMembers | Intents.GuildPresences });
  for (const presences of [true, false]) {
    const statuses: unknown[] = [];
    const run = async () => {
      for await (const chunk of gateway.guildMembers(GUILD, { presences })) {
        statuses.push(...chunk.presences?.map(({ status }) => status) ?? []);
      }
    };
    await world.until(run());
    assertEquals(statuses, presences ? ["online"] : []);
  }
  await world.until(gateway.close());
});

test("DiscordGateway: asks for soundboard sounds and channel info, each guild through its shard", async () => {
  const { world, core, connect } = worldOf({ shards: 2, maxConcurrency: 2 });
  const gateway = await connect();
  const sounds: string[] = [];
  gateway.on("SOUNDBOARD_SOUNDS", ({ shard, data }) => sounds.push(`${shard} ${data.guild_id}`));
  const info = gateway.wait("CHANNEL_INFO");
  await gateway.requestSoundboardSounds(["0", "4194304", "8388608"]);
  await gateway.requestChannelInfo({ guild_id: "4194304", fields: ["status"] });
  assertEquals((await world.until(info)).shard, 1);
  assertEquals(sounds.sort(), ["0 0", "0 8388608", "1 4194304"]);
  assertEquals(core.log.filter((entry) => entry.kind === "received" && entry.op === 31).length, 2);
  await world.until(gateway.close());
});
