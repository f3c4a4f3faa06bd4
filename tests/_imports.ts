/**
 * Checks who imports whom, and what cores can reach, in sources given as path → text.
 *
 * @module
 */
import { Origins } from "./_exports.ts";
import { type Import, type Impurity, isIn, packageOf, readModule } from "./_modules.ts";

/**
 * The rooms of the house, and which others each may import from: imports point one way. A room within another
 * comes before it. `./` is in the room, `../` beside it, all else in `src/`.
 */
const ROOMS: Readonly<Record<string, string>> = {
  "src/is_server.ts": "",
  "src/with_resolvers.ts": "",
  "src/unless.ts": "",
  "src/node_process.ts": "",
  "src/protocol/data": "",
  "src/protocol/connection": "../errors.ts ../protocol.ts ../data",
  "src/protocol/core": "../errors.ts ../protocol.ts ../data ../connection",
  "src/protocol": "protocol",
  "src/driver/clock": "protocol",
  "src/driver/health": "protocol ../clock",
  "src/driver/client":
    "protocol ../clock ../health ../_to_error.ts ../driver.ts ../host.ts ../mailbox.ts ../permits.ts with_resolvers.ts",
  "src/driver": "protocol driver is_server.ts with_resolvers.ts",
  "src/http": "protocol driver/clock/clock.ts driver/host.ts driver/client/_unheard.ts with_resolvers.ts",
  "src/transport": "protocol is_server.ts node_process.ts with_resolvers.ts",
  "src/storage": "protocol node_process.ts",
  "src/irc/wire/messages": "protocol",
  "src/irc/wire/support": "protocol ../bounds.ts ../messages",
  "src/irc/wire/texts": "protocol ../messages ../support",
  "src/irc/wire/commands": "protocol ../messages ../support ../texts",
  "src/irc/wire/events": "protocol ../messages ../support ../texts ../commands",
  "src/irc/wire/outcomes": "protocol ../messages ../support ../commands ../events",
  "src/irc/wire": "",
  // What the server says of who is where: fed with it, it asks for nothing.
  "src/irc/state": "protocol ../wire",
  "src/irc/session/registration": "protocol irc/wire",
  "src/irc/session/links": "protocol irc/wire ../registration",
  "src/irc/session/channels": "protocol irc/wire",
  "src/irc/session/sending": "protocol irc/wire ../channels",
  "src/irc/session": "protocol ../wire ../state ./registration ./links ./channels ./sending",
  "src/irc/host": "protocol storage ../session",
  "src/irc": "protocol with_resolvers.ts unless.ts ./wire ./state ./session ./host",
  "src/twitch/wire/tags.ts": "irc/wire/messages",
  "src/twitch/wire/senders": "protocol irc/wire/messages ../tags.ts",
  "src/twitch/wire/texts": "irc/wire/texts ../tags.ts",
  "src/twitch/wire/notices": "protocol irc/wire/messages ../tags.ts ../senders ../texts",
  "src/twitch/wire/events": "protocol irc/wire/messages ../tags.ts ../senders ../texts",
  "src/twitch/wire/commands": "protocol irc/wire/messages ../texts ../events/notice.ts",
  "src/twitch/wire": "protocol irc/wire ./texts ./notices ./events",
  "src/twitch/session/outputs.ts": "protocol twitch/wire ../login/login.ts",
  "src/twitch/session/login": "protocol irc/wire ../outputs.ts ../options.ts",
  "src/twitch/session/channels": "protocol irc/wire twitch/wire ../outputs.ts ../connection.ts",
  "src/twitch/session/sending":
    "protocol irc/wire twitch/wire ../outputs.ts ../bounds.ts ../connection.ts ../dedupe.ts",
  "src/twitch/session":
    "protocol irc/wire irc/session/links/line_link.ts ../wire ./outputs.ts ./login ./channels ./sending",
  // No core: what it does is ask, over the host's fetch and clock.
  "src/twitch/auth": "protocol unless.ts driver http storage ../session",
  "src/twitch/api": "protocol unless.ts driver http ../wire ../session/bounds.ts ../auth",
  // What EventSub tells of chat is read as the line that IRC has for it.
  "src/twitch/eventsub/wire": "protocol irc/wire/messages/message.ts",
  "src/twitch/eventsub/session":
    "protocol irc/wire/messages/message.ts twitch/wire twitch/session/channels/wanted_channels.ts " +
    "twitch/session/sending/message_permits.ts twitch/session/pool.ts twitch/chat_wire.ts ../wire",
  "src/twitch/eventsub": "protocol driver/clock/clock.ts http ../api ../chat_wire.ts ./wire ./session",
  "src/twitch/state": "protocol ../wire",
  "src/twitch": "protocol ./state ./wire ./session ./auth ./api",
  // What makes requests, and what answers them.
  "src/permits": "protocol driver http",
  // What processes agree on by a table: pure.
  "src/nats/leases/records.ts": "protocol",
  "src/nats/leases/shares.ts": "",
  "src/nats/leases/lease_state.ts": "protocol ../records.ts",
  "src/nats/leases/lease_table.ts": "protocol ../lease_state.ts ../records.ts ../shares.ts",
  "src/nats/leases/lease_core.ts": "protocol ../lease_state.ts ../lease_table.ts ../records.ts ../shares.ts",
  "src/nats": "protocol node_process.ts with_resolvers.ts driver transport storage ./leases/lease_core.ts " +
    "./leases/records.ts irc/wire discord/gateway discord/gateway/wire discord/gateway/shards",
  // What chats have alike: it knows messages by their shape, and no client.
  "src/commands": "protocol driver/clock/clock.ts",
  "src/discord/snowflake.ts": "protocol",
  // The types and enums that are Discord's own.
  "src/discord/types": "",
  // Functions that know nothing of connections.
  "src/discord/helpers": "protocol ../snowflake.ts ../types ../rest/bodies/_embeds.ts",
  // What the gateway's events say of guilds: fed with them, it asks for nothing.
  "src/discord/state": "protocol ../types ../helpers ../gateway/wire ../gateway/shards/shard_id.ts",
  "src/discord/gateway/wire": "protocol discord/snowflake.ts",
  "src/discord/gateway/session": "protocol ../wire",
  // Around a dial, beneath the core: what it does takes promises and the runtime.
  "src/discord/gateway/compression": "protocol node_process.ts ../wire",
  "src/discord/gateway/shards/identify": "protocol driver/clock/clock.ts",
  "src/discord/gateway/shards/store": "protocol storage driver/clock discord/gateway/session",
  "src/discord/gateway/shards": "protocol with_resolvers.ts driver ../wire ../session ./identify ./store",
  "src/discord/gateway":
    "protocol with_resolvers.ts ../snowflake.ts ./wire ./session ./shards ./compression " +
    "driver/client/client.ts driver/host.ts node_process.ts ../rest ../helpers",
  "src/discord/rest/routes": "protocol discord/snowflake.ts",
  "src/discord/rest/bodies": "protocol discord/snowflake.ts ../routes",
  "src/discord/rest/limits":
    "protocol with_resolvers.ts driver/clock/clock.ts driver/permits.ts ../routes ../errors.ts",
  // No core: what it does is ask, over the host's fetch and clock.
  "src/discord/rest": "protocol ../snowflake.ts driver is_server.ts http ./routes ./bodies ./limits",
  "src/discord/interactions/parts": "protocol discord/rest",
  "src/discord/interactions/interaction":
    "protocol driver/clock/clock.ts driver/client/_noted_promise.ts driver/clock/_pause.ts " +
    "discord/gateway/client.ts discord/rest http ../parts",
  "src/discord/interactions/routing":
    "protocol discord/gateway/client.ts driver/clock/clock.ts driver/client/_unheard.ts discord/rest " +
    "../parts ../interaction",
  "src/discord/interactions/endpoint":
    "protocol discord/snowflake.ts driver/clock/clock.ts http discord/rest/respond_by_callback.ts " +
    "../interaction ../routing",
  "src/discord/interactions/registration": "protocol discord/rest ../routing",
  "src/discord/interactions":
    "http ../rest/callback_door.ts ../rest/respond_by_callback.ts ./parts ./interaction ./routing " +
    "./endpoint ./registration",
  "src/hono": "discord/interactions twitch/auth twitch/eventsub",
  // Re-exports what the other package needs.
  "src/internal": "protocol http storage driver transport irc twitch/wire discord/gateway/wire",
  // Of another package: it imports from this one by name, and is held to the files that have what it names.
  "testing/world/time": "protocol driver/clock ../_builtin.ts",
  "testing/world/network": "protocol driver internal ../time ../random.ts",
  "testing/world/checking": "protocol driver/host.ts irc/wire ../faults.ts",
  "testing/world": "protocol driver ./time ./network",
  "testing/irc": "protocol driver irc ../world",
  "testing/twitch": "protocol driver irc/wire twitch ../world",
  "testing/discord": "protocol driver discord/gateway ../world",
  "testing/interactions": "protocol discord/interactions",
  // What joins them into worlds of bots.
  "testing/kit":
    "protocol driver irc twitch discord/gateway discord/helpers ../world ../irc ../twitch ../discord " +
    "../interactions",
  // A program: it may take of both other packages what they export.
  "cli": "../src",
  // What plays people beside real bots, over sockets.
  "testing/serve": "protocol driver ../world ../twitch ../discord ../kit",
  "testing": "./serve ./world ./irc ./twitch ./discord ./interactions ./kit",
  "mod.ts": "protocol irc twitch discord/gateway",
};

/** The places that each room may import from, by their paths. */
const ARROWS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(ROOMS).map(([room, places]) => [room, placesOf(room, places)]),
);

function placesOf(room: string, places: string): string[] {
  return places.split(" ").filter((place) => place !== "")
    .map((place) => place.startsWith(".") ? resolve(`${room}/`, place) : `src/${place}`);
}

/** The rooms whose `client.ts` (or `…_client.ts`) joins a core to what runs it, and what it may import for that. */
const JOINING = ["src/irc", "src/twitch", "src/twitch/eventsub", "src/discord/gateway"];
const JOINED = ["src/driver", "src/transport/dial.ts", "src/transport/options.ts"];

/** Cores and their parts: no clock, timer, randomness, fetch, promise or socket may be reachable. */
const PURE = /^src\/(protocol|[^.]+\/(wire|session|state))\/|^testing\/(irc|twitch|discord)\/server\.ts$/;

/** What a core may reach all the same, by file and why. */
const EXCUSED: Readonly<Record<string, string>> = {
  "src/discord/state/guild_state.ts": "who asks whether a time-out is over may leave out the time",
  "testing/world/_builtin.ts": "finds node:crypto, whose hashes and signatures a server reckons with at once",
};

function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const isDoor = (path: string) => /(^|\/)mod\.ts$/.test(path);

function roomOf(path: string): string | undefined {
  return Object.keys(ARROWS).find((room) => isIn(path, room));
}

/** What is to be checked. */
export interface Sources {
  /** The text of every module of the package and the examples, by its path from the root. */
  readonly files: ReadonlyMap<string, string>;
  /** This package's name. */
  readonly name: string;
  /** Its exports: subpaths as in `deno.json`, to paths as in `files` behind `./`. */
  readonly exports: Readonly<Record<string, string>>;
}

/** Everything that is wrong with the imports in these sources, a line each. */
export function checkImports(sources: Sources): string[] {
  return check(sources).problems;
}

/** The arrows of the table that no import in these sources follows. */
export function unfollowedArrows(sources: Sources): string[] {
  const { followed } = check(sources);
  const all = Object.entries(ARROWS).flatMap(([room, places]) => places.map((place) => `${room} → ${place}`));
  return all.filter((arrow) => !followed.has(arrow));
}

function check({ files, name, exports }: Sources): { problems: string[]; followed: ReadonlySet<string> } {
  const problems: string[] = [];
  const followed = new Set<string>();
  const modules = new Map([...files].map(([path, text]) => [path, readModule(path, text)] as const));

  const origins = new Origins(files, resolve);

  /** The file an import names; undefined if it names none of ours. */
  const target = (from: string, { specifier, name: taken }: Import): string | undefined => {
    if (specifier.startsWith(".")) return resolve(from, specifier);
    if (specifier !== name && !specifier.startsWith(`${name}/`)) return undefined;
    const door = exports[`.${specifier.slice(name.length)}`]?.replace(/^\.\//, "");
    return door === undefined || taken === undefined ? door : origins.of(door, taken);
  };

  /** Every module reached along the imports that `follow` accepts, with the way there. */
  const reach = (start: string, follow: (edge: Import) => boolean): Map<string, readonly string[]> => {
    const ways = new Map<string, readonly string[]>([[start, [start]]]);
    for (const [path, way] of ways) {
      for (const edge of modules.get(path)?.imports ?? []) {
        const to = follow(edge) ? target(path, edge) : undefined;
        if (to !== undefined && modules.has(to) && !ways.has(to)) ways.set(to, [...way, to]);
      }
    }
    return ways;
  };

  const checkArrow = (from: string, edge: Import, room: string) => {
    const to = target(from, edge);
    const where = `${from}:${edge.line}`;
    if (to === undefined) {
      checkOutside(where, edge, room);
      return;
    }
    const byName = !edge.specifier.startsWith(".");
    const isOther = packageOf(from) !== packageOf(to);
    if (byName && !isOther) {
      problems.push(`${where} imports "${edge.specifier}": within the package, import the file itself`);
    }
    if (!modules.has(to)) {
      problems.push(`${where} imports ${to}, which does not exist`);
      return;
    }
    if (!byName && isOther) {
      problems.push(`${where} imports ${to}: it is another package's, which is imported by its name`);
    }
    if (from !== "mod.ts" && isDoor(to) && !(byName && isOther)) {
      problems.push(`${where} imports ${to}: import the file that has what is needed, not a front door`);
    }
    if (isDoor(from) && to.split("/").at(-1)?.startsWith("_")) {
      problems.push(`${where} exports ${to}, whose name says that users do not see it`);
    }
    const toRoom = roomOf(to);
    if (toRoom === room) return;
    const isClient = new RegExp(`^${room}/([a-z]+_)?client\\.ts$`).test(from);
    const arrows = ARROWS[room] ?? [];
    for (const place of arrows) if (isIn(to, place)) followed.add(`${room} → ${place}`);
    const allowed = isClient && JOINING.includes(room) ? [...arrows, ...JOINED] : arrows;
    if (!allowed.some((place) => isIn(to, place))) {
      problems.push(
        `${where} imports ${to}: ${isClient ? from : room} may import ${allowed.join(", ") || "nothing"}`,
      );
    }
  };

  const checkOutside = (where: string, { specifier, typeOnly }: Import, room: string) => {
    if (/^(@std\/|jsr:)/.test(specifier) || specifier.startsWith("node:")) return; // checked by what reaches them
    if (packageOf(room) !== "" && !/^(npm|https?):/.test(specifier)) return;
    if (specifier.startsWith("discord-api-types/")) {
      if (!typeOnly) problems.push(`${where} imports "${specifier}" as a value: only its types`);
      return;
    }
    problems.push(`${where} imports "${specifier}": what is published imports only its own files`);
  };

  for (const [path, { imports, own }] of modules) {
    if (isIn(path, "examples")) continue;
    const room = roomOf(path);
    if (room === undefined) {
      problems.push(`${path} is in no room: ${Object.keys(ARROWS).join(", ")}`);
      continue;
    }
    for (const edge of imports) checkArrow(path, edge, room);
    if (own !== undefined && isDoor(path)) {
      problems.push(`${path}:${own} does more than re-export`);
    }
  }

  // Each is told once, by the shortest way to it from a core.
  const impure = new Map<string, { way: readonly string[]; problem: string }>();
  for (const start of modules.keys()) {
    if (!PURE.test(start) || start.endsWith("/mod.ts")) continue;
    for (const [path, way] of reach(start, (edge) => !edge.typeOnly)) {
      if (Object.hasOwn(EXCUSED, path)) continue;
      const { imports, impurities } = modules.get(path) ?? { imports: [], impurities: [] };
      const outside = imports
        .filter((edge) => !edge.typeOnly && (edge.dynamic || target(path, edge) === undefined))
        .map(({ specifier, line }): Impurity => ({ what: `"${specifier}"`, line }));
      for (const { what, line } of [...impurities, ...outside]) {
        const at = `${path}:${line}`;
        const said = impure.get(`${at} ${what}`);
        if (said !== undefined && said.way.length <= way.length) continue;
        const by = path === start ? "" : `, by ${way.join(" → ")}`;
        impure.set(`${at} ${what}`, { way, problem: `${start} reaches ${what} at ${at}${by}` });
      }
    }
  }
  problems.push(...[...impure.values()].map(({ problem }) => problem));

  const doors = Object.values(exports).map((path) => path.replace(/^\.\//, "")).filter((path) =>
    modules.has(path)
  );
  const programs = [...modules.keys()].filter((path) => isIn(path, "examples"));
  const told = new Set<string>();
  for (const start of [...doors, ...programs]) {
    for (const [path, way] of reach(start, () => true)) {
      for (const { specifier, line } of modules.get(path)?.imports ?? []) {
        if (!/^(@std\/|jsr:)/.test(specifier) || told.has(`${path}:${line}`)) continue;
        told.add(`${path}:${line}`);
        problems.push(`${start} reaches "${specifier}" at ${path}:${line}, by ${way.join(" → ")}`);
      }
    }
  }
  // In a browser there is no node:*, and its bundlers fail on any import of it, even on one that is never run.
  const seen = new Set<string>();
  for (const start of doors.filter((path) => !isIn(path, "testing"))) {
    for (const [path, way] of reach(start, (edge) => !edge.typeOnly)) {
      for (const { specifier, line, typeOnly } of modules.get(path)?.imports ?? []) {
        if (!specifier.startsWith("node:") || typeOnly || seen.has(`${path}:${line}`)) continue;
        seen.add(`${path}:${line}`);
        problems.push(
          `${start} reaches "${specifier}" at ${path}:${line}, by ${
            way.join(" → ")
          }: take it by nodeProcess()`,
        );
      }
    }
  }
  return { problems, followed };
}
