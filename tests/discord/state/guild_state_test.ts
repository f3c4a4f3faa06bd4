import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { type GatewayEvent, Intents, MemorySessionStore, Payload } from "../../../src/discord/gateway/mod.ts";
import { dispatchEvent } from "../../../src/discord/gateway/wire/event.ts";
import { GuildState, type MemberLike } from "../../../src/discord/state/mod.ts";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";
import { worldOf } from "../gateway/_world.ts";
import { ME, ModelGuild, OTHER, seen, truth } from "./_model.ts";
import { keptWorld } from "./_world.ts";

const GUILD = "4194304000";
const VIEW = 1024n;

/** An event as a shard's session gives it. */
function told(t: string, d: unknown, sequence = 0, session = "one"): GatewayEvent {
  return dispatchEvent(new Payload(0, sequence, t, d), t, 0, session, sequence);
}

/** READY of the bot, in these guilds. */
function ready(guilds: readonly string[], session = "one"): GatewayEvent {
  const data = { user: { id: ME }, guilds: guilds.map((id) => ({ id, unavailable: true })) };
  return { kind: "ready", shard: 0, session, sequence: 1, data } as unknown as GatewayEvent;
}

test("GuildState: is empty at first, and says nothing of what it does not know", () => {
  const state = new GuildState();
  assertEquals([state.size, state.me, state.incomplete, [...state.guilds()]], [0, undefined, [], []]);
  assertEquals(state.permissionsOf("@me", GUILD), undefined);
  assertEquals(state.guildPermissionsOf("@me", GUILD), undefined);
  assertEquals(state.isAbove("@me", OTHER, GUILD), undefined);
  assertEquals([state.guild(GUILD), state.channel(GUILD), state.isUnavailable(GUILD)], [
    undefined,
    undefined,
    false,
  ]);
});

test("GuildState: a handler sees it as of its event, also one that was there before, and in a burst", async () => {
  const guild = new ModelGuild(GUILD);
  const { world, server, state, gateway } = await keptWorld({ guilds: [guild] });
  const names: unknown[] = [];
  gateway.on("GUILD_UPDATE", ({ data }) => names.push([data.name, state.guild(GUILD)?.data.name]));
  for (const name of ["one", "two", "three"]) {
    void server.command({ kind: "dispatch", t: "GUILD_UPDATE", d: { id: GUILD, name } });
  }
  await world.run(100);
  assertEquals(names, [["one", "one"], ["two", "two"], ["three", "three"]]);
  await world.until(gateway.close());
});

test("DiscordGateway.keep: handlers that were there first come after the state", async () => {
  const guild = new ModelGuild(GUILD);
  const { world, connect } = worldOf({ guilds: [guild] });
  const state = new GuildState();
  const sizes: number[] = [];
  const gateway = await connect({ intents: state.intents }, (gateway) => {
    gateway.on("GUILD_CREATE", () => sizes.push(state.size));
    gateway.keep(state);
  });
  await world.run(100);
  assertEquals(sizes, [1]);
  await world.until(gateway.close());
});

test("DiscordGateway.keep: what returns ends it, and one that throws is told of and harms nobody", async () => {
  const { world, connect, server } = worldOf({ guilds: [new ModelGuild(GUILD)] });
  const state = new GuildState();
  const errors: unknown[] = [];
  let undo = () => {};
  const gateway = await connect({ intents: state.intents }, (gateway) => {
    gateway.on("error", ({ error, handling }) => errors.push([String(error), handling]));
    gateway.keep({
      events: [],
      intents: 0,
      take(event) {
        if (event.kind === "GUILD_CREATE") throw new Error("I forgot");
      },
    });
    undo = gateway.keep(state);
  });
  await world.run(100);
  assertEquals([state.size, errors], [1, [["Error: I forgot", "GUILD_CREATE"]]]);
  undo();
  await server.command({ kind: "dispatch", t: "GUILD_DELETE", d: { id: GUILD } });
  await world.run(100);
  assertEquals(state.size, 1);
  await world.until(gateway.close());
});

test("DiscordGateway.keep: refuses what would not be told of all", async () => {
  const { world, connect } = worldOf();
  const gateway = await connect({ intents: Intents.Guilds, events: ["GUILD_CREATE"] });
  const refused = assertThrows(
    () => gateway.keep(new GuildState()),
    CommandError,
    "add GUILD_UPDATE, GUILD_DELETE",
  );
  assertEquals(refused.code, "invalid_command");
  assertThrows(
    () => gateway.keep(new GuildState({ members: true })),
    CommandError,
    "add `Intents.GuildMembers` to the intents",
  );
  await world.until(gateway.close());
  const { events, intents } = new GuildState({ members: true, presences: true });
  const other = worldOf();
  const all = await other.connect({ intents, events });
  all.keep(new GuildState({ members: true, presences: true }));
  await other.world.until(all.close());
});

test("GuildState: other members and presences are kept only when they are asked for", async () => {
  const data = {
    members: [{ user: { id: ME }, roles: [] }, {
      user: { id: OTHER, username: "x" },
      roles: [],
      nick: "nick",
    }],
    presences: [{ user: { id: OTHER }, status: "online", activities: [] }],
    member_count: 2,
  };
  const guild = { id: GUILD, name: "kept", channels: [], data };
  const without = await keptWorld({ guilds: [guild] });
  assertEquals([...without.state.guild(GUILD)!.members.keys()], [ME]);
  assertEquals(without.state.guild(GUILD)!.presences.size, 0);
  await without.world.until(without.gateway.close());

  const { state, dispatch, gateway, world } = await keptWorld({ guilds: [guild] }, {
    members: true,
    presences: true,
  });
  const kept = state.guild(GUILD)!;
  assertEquals([...kept.members.keys()], [ME, OTHER]);
  assertEquals(kept.presences.get(OTHER)?.status, "online");
  await dispatch("GUILD_MEMBER_UPDATE", { guild_id: GUILD, user: { id: OTHER }, roles: ["7"] });
  assertEquals([kept.members.get(OTHER)?.nick, kept.members.get(OTHER)?.roles], ["nick", ["7"]]);
  assertEquals(kept.members.get(OTHER)?.user.username, "x");
  await dispatch("GUILD_MEMBER_ADD", { guild_id: GUILD, user: { id: "9" }, roles: [] });
  assertEquals([kept.members.has("9"), kept.data.member_count], [true, 3]);
  await dispatch("PRESENCE_UPDATE", { guild_id: GUILD, user: { id: OTHER }, status: "offline" });
  assertEquals(kept.presences.size, 0);
  await dispatch("PRESENCE_UPDATE", { guild_id: GUILD, user: { id: "9" }, status: "idle" });
  await dispatch("GUILD_MEMBER_REMOVE", { guild_id: GUILD, user: { id: "9" } });
  assertEquals([kept.members.has("9"), kept.presences.size, kept.data.member_count], [false, 0, 2]);
  await dispatch("GUILD_MEMBERS_CHUNK", {
    guild_id: GUILD,
    members: [{ user: { id: "11" }, roles: [] }],
    chunk_index: 0,
    chunk_count: 1,
  });
  assertEquals(kept.members.has("11"), true);
  await world.until(gateway.close());
});

test("GuildState: an object that was taken out of it does not change", () => {
  const state = new GuildState();
  state.take(ready([GUILD]));
  state.take(told("GUILD_CREATE", { id: GUILD, ...new ModelGuild(GUILD).data }, 2));
  const before = [state.guild(GUILD)?.data, state.channel(`${GUILD}0`), state.member(GUILD, "@me")];
  const copy = structuredClone(before);
  state.take(told("GUILD_UPDATE", { id: GUILD, name: "second" }, 3));
  state.take(told("CHANNEL_UPDATE", { id: `${GUILD}0`, guild_id: GUILD, type: 0, name: "other" }, 4));
  state.take(told("GUILD_MEMBER_UPDATE", { guild_id: GUILD, user: { id: ME }, roles: ["1"] }, 5));
  assertEquals(before, copy);
  assertEquals([state.guild(GUILD)?.data.name, state.member(GUILD, "@me")?.roles], ["second", ["1"]]);
});

test("GuildState: of a restart that took it along nothing is lost, and nothing counts twice", async () => {
  const guild = new ModelGuild(GUILD);
  const { world, server, connect } = worldOf({ guilds: [guild], resumeWindow: 3_600_000 });
  const store = new MemorySessionStore();
  const options = { members: true, now: () => world.clock.wall() };
  const first = new GuildState(options);
  const intents = first.intents | Intents.GuildMessages;
  const one = await connect({ intents, store, holder: "bot" }, (gateway) => gateway.keep(first));
  await world.run(2_000);
  const join = (id: string) =>
    server.command({
      kind: "dispatch",
      t: "GUILD_MEMBER_ADD",
      d: { guild_id: GUILD, user: { id }, roles: [] },
    });
  await join("21");
  await world.run(2_000);
  // Saved with the session as it is now; what comes after is in the state alone, and comes again.
  const saved = store.load(0);
  await join("22");
  await world.run(100);
  await world.until(one.close({ resumable: true }));
  const snapshot = JSON.parse(JSON.stringify(first));
  if (saved !== undefined) store.save(saved);
  guild.name = "second";
  await server.command({ kind: "dispatch", t: "GUILD_UPDATE", d: { id: GUILD, name: "second" } });
  await join("23");
  const second = GuildState.from(snapshot, options);
  assertEquals(second.guild(GUILD)?.data.member_count, 3);
  const two = await connect({ intents, store, holder: "bot" }, (gateway) => gateway.keep(second));
  await world.run(1_000);
  assertEquals([second.incomplete, seen(second, [GUILD])], [[], truth([guild])]);
  assertEquals(second.guild(GUILD)?.data.member_count, 4);
  assertEquals([...second.guild(GUILD)!.members.keys()], [ME, "21", "22", "23"]);
  await world.until(two.close());
});

for (const has of ["nothing", "a state that is too old"]) {
  test(`GuildState: a session that is taken up with ${has} is not known until the next`, async () => {
    const guild = new ModelGuild(GUILD);
    const { world, server, connect } = worldOf({ guilds: [guild], resumeWindow: 3_600_000 });
    const store = new MemorySessionStore();
    const first = new GuildState();
    const intents = first.intents | Intents.GuildMessages;
    const one = await connect({ intents, store, holder: "bot" }, (gateway) => gateway.keep(first));
    await world.run(2_000);
    const old = JSON.parse(JSON.stringify(first));
    await server.command({ kind: "dispatch", t: "GUILD_UPDATE", d: { id: GUILD, name: "second" } });
    await world.run(2_000);
    await world.until(one.close({ resumable: true }));
    const state = has === "nothing" ? new GuildState() : GuildState.from(old);
    const two = await connect({ intents, store, holder: "bot" }, (gateway) => gateway.keep(state));
    await world.run(1_000);
    assertEquals([state.incomplete, state.size, state.isUnavailable(GUILD)], [[0], 0, false]);
    await server.command({ kind: "invalidate", resumable: false });
    await world.run(20_000);
    assertEquals([state.incomplete, state.size], [[], 1]);
    await world.until(two.close());
  });
}

test("GuildState: JSON and back is the same, and what is something else is refused", () => {
  const guild = new ModelGuild(GUILD);
  const state = new GuildState();
  state.take(ready([GUILD, "8388608"]));
  state.take(told("GUILD_CREATE", { id: GUILD, ...guild.data }, 2));
  const thread = { id: "77", guild_id: GUILD, parent_id: `${GUILD}0`, type: 12, name: "private" };
  state.take(told("THREAD_CREATE", { ...thread, member: guild.memberOf("77") }, 3));
  const again = GuildState.from(JSON.parse(JSON.stringify(state)));
  assertEquals(again.toJSON(), state.toJSON());
  assertEquals(again.permissionsOf("@me", "77"), VIEW);
  assertEquals([again.me, again.isUnavailable("8388608")], [ME, true]);
  const snapshot = state.toJSON();
  const wrong = [
    null,
    {},
    { ...snapshot, version: 2 },
    { ...snapshot, me: 1 },
    { ...snapshot, shards: [{}] },
    { ...snapshot, unavailable: [1] },
    { ...snapshot, guilds: [{ shard: -1, data: {} }] },
  ];
  for (const snapshot of wrong) {
    assertThrows(() => GuildState.from(snapshot), OptionError, "pass what its `toJSON()` has given");
  }
});

test("GuildState: more than its limits is not kept, and the oldest members go first", () => {
  const limits = { guilds: 2, entries: 2, members: 2, presences: 1 };
  const state = new GuildState({ members: true, presences: true, limits });
  state.take(ready([]));
  const guild = (id: string) => ({ id, ...new ModelGuild(id).data });
  state.take(told("GUILD_CREATE", guild("1"), 2));
  state.take(told("GUILD_CREATE", guild("2"), 3));
  state.take(told("GUILD_CREATE", guild("3"), 4));
  assertEquals([[...state.guilds()].map(({ data }) => data.id), state.leftOut], [["1", "2"], 1]);
  // A guild of which not all is known would be judged wrong.
  for (const id of ["91", "92"]) {
    state.take(
      told(
        "GUILD_ROLE_CREATE",
        { guild_id: "1", role: { id, permissions: "8", position: 1 } },
      ),
    );
  }
  assertEquals([state.guild("1"), state.channel("10"), state.leftOut], [undefined, undefined, 2]);
  for (const id of ["31", "32", "33"]) {
    state.take(told("GUILD_MEMBER_ADD", { guild_id: "2", user: { id }, roles: [] }));
    state.take(told("PRESENCE_UPDATE", { guild_id: "2", user: { id }, status: "dnd" }));
  }
  assertEquals([...state.guild("2")!.members.keys()], [ME, "32", "33"]);
  assertEquals([...state.guild("2")!.presences.keys()], ["33"]);
  const thread = (id: string) => ({ id, guild_id: "2", type: 11, parent_id: "10" });
  for (const id of ["51", "52", "53"]) {
    state.take(told("THREAD_CREATE", thread(id)));
    assertEquals([...state.guilds()].length, id === "53" ? 0 : 1, id);
  }
  state.take(ready(["7", "8", "9"]));
  assertEquals(["7", "8", "9"].map((id) => state.isUnavailable(id)), [true, true, false]);
  for (const limit of [-1, 0.5, Number.NaN]) {
    assertThrows(() => new GuildState({ limits: { members: limit } }), OptionError, "must be a whole number");
  }
});

test("GuildState: nothing that a server could send throws or is kept without end", () => {
  const id = fc.constantFrom<unknown>(GUILD, ME, "1", 7, null, undefined, {}, "__proto__");
  const thing = fc.record({
    id,
    user: fc.oneof(id, fc.record({ id })),
    roles: fc.oneof(id, fc.array(id)),
    type: id,
  }, {
    requiredKeys: [],
  });
  const list = fc.oneof(id, fc.array(fc.oneof(id, thing), { maxLength: 4 }));
  const data = fc.oneof(
    id,
    fc.record({
      id,
      guild_id: fc.constant(GUILD),
      user: thing,
      role: fc.oneof(id, thing),
      role_id: id,
      roles: list,
      channels: list,
      threads: list,
      members: list,
      presences: list,
      parent_id: id,
      permission_overwrites: list,
      channel_ids: list,
      added_members: list,
      removed_member_ids: list,
      status: id,
      type: fc.constantFrom(0, 10, 11, 12, 13, undefined),
      unavailable: fc.constantFrom(true, false, undefined),
      thread_metadata: fc.oneof(id, fc.record({ archived: fc.boolean() })),
    }, { requiredKeys: [] }),
  );
  const kinds = new GuildState({ members: true, presences: true }).events;
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...kinds), data), { maxLength: 30 }), (events) => {
    const limits = { guilds: 2, entries: 3, members: 3, presences: 3 };
    const state = new GuildState({ members: true, presences: true, limits });
    state.take(ready([GUILD]));
    state.take(told("GUILD_CREATE", { id: GUILD, ...new ModelGuild(GUILD).data }));
    for (const [kind, d] of events) state.take(told(kind, d));
    assertEquals(state.size <= 2, true);
    for (const guild of state.guilds()) {
      const { roles, channels, threads, members, presences } = guild;
      for (const map of [roles, channels, threads, presences]) assertEquals(map.size <= 3, true);
      assertEquals(members.size <= 4, true);
      for (const channel of [...channels.keys(), ...threads.keys()]) state.permissionsOf("@me", channel);
      for (const user of members.keys()) state.isAbove("@me", user, guild.data.id);
    }
    GuildState.from(JSON.parse(JSON.stringify(state)));
  }));
});

test("GuildState: what a text from outside calls itself changes nothing but what it says", () => {
  const state = new GuildState();
  state.take(ready([]));
  state.take(told("GUILD_CREATE", { id: "__proto__", roles: [{ id: "constructor", permissions: "8" }] }, 2));
  assertEquals([state.size, state.guild("toString"), "8" in {}], [1, undefined, false]);
});

test("isAbove: goes by the highest role, its age where two are level, and the owner", () => {
  const state = new GuildState();
  state.take(ready([GUILD]));
  const roles = [[GUILD, 0], ["20", 1], ["9", 2], ["10", 2], ["12", 2], ["30", 3]].map(([id, position]) => ({
    id,
    position,
    permissions: "0",
  }));
  const own = { user: { id: ME }, roles: ["9"] };
  state.take(told("GUILD_CREATE", { id: GUILD, owner_id: OTHER, roles, members: [own] }, 2));
  const member = (id: string, ...roles: string[]): MemberLike => ({ user: { id }, roles });
  const table: readonly [one: MemberLike | string, other: MemberLike | string, above: boolean | undefined][] =
    [
      [member("1", "30"), member("2", "9", "10"), true],
      [member("1", "9", "10"), member("2", "30"), false],
      [member("1", "20", "30"), member("2", "9"), true],
      [member("1", "9"), member("2", "10"), true],
      [member("1", "10"), member("2", "9"), false],
      [member("1", "10"), member("2", "12"), true],
      [member("1", "12"), member("2", "10"), false],
      [member("1", "9"), member("2", "9"), false],
      [member("1", "9"), member("1", "20"), false],
      [member("1"), member("2"), false],
      [member("1", "20"), member("2"), true],
      [member("1", GUILD), member("2"), false],
      [member("1", "999"), member("2"), false],
      [member(OTHER), member("2", "30"), true],
      [member("1", "30"), member(OTHER), false],
      ["@me", member("2", "20"), true],
      ["@me", member("2", "30"), false],
      ["@me", "2", undefined],
    ];
  for (const [one, other, above] of table) {
    assertEquals(state.isAbove(one, other, GUILD), above, JSON.stringify([one, other]));
  }
});

test("permissionsOf: threads go by their parent, and the bot knows of itself which it was added to", () => {
  const state = new GuildState({ now: () => 0 });
  state.take(ready([GUILD]));
  const roles = [{ id: GUILD, position: 0, permissions: String(1024n | 1n << 38n) }];
  const parent = { id: "40", guild_id: GUILD, type: 0, permission_overwrites: [] };
  const threads = [
    { id: "41", guild_id: GUILD, type: 12, parent_id: "40", member: {} },
    { id: "42", guild_id: GUILD, type: 12, parent_id: "40" },
    { id: "43", guild_id: GUILD, type: 11, parent_id: "49" },
  ];
  const members = [{ user: { id: ME }, roles: [] }];
  state.take(
    told("GUILD_CREATE", { id: GUILD, owner_id: OTHER, roles, channels: [parent], threads, members }, 2),
  );
  const sends = 1024n | 1n << 38n;
  assertEquals(["40", "41", "42", "43"].map((id) => state.permissionsOf("@me", id)), [
    sends,
    sends,
    0n,
    undefined,
  ]);
  const other = { user: { id: "7" }, roles: [], communication_disabled_until: "1970-01-01T00:00:01Z" };
  assertEquals(state.permissionsOf(other, "42"), undefined);
  assertEquals(state.permissionsOf(other, "42", { inThread: true }), 1024n);
  assertEquals(state.permissionsOf(other, "42", { inThread: true, at: 1_000 }), sends);
  assertEquals([
    state.guildPermissionsOf(other, GUILD),
    state.guildPermissionsOf(other, GUILD, { at: 1_000 }),
  ], [
    1024n,
    sends,
  ]);
  assertStringIncludes(JSON.stringify(state), '"parent_id":"49"');
});
