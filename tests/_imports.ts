/**
 * Checks who imports whom, and what cores can reach, in sources given as path → text.
 *
 * @module
 */
import ts from "typescript";
import { Origins } from "./_exports.ts";

/**
 * The rooms of the house, and which others each may import from: imports point one way. A room within another
 * comes before it.
 */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "src/is_server.ts": [],
  "src/with_resolvers.ts": [],
  "src/node_process.ts": [],
  "src/protocol/data": [],
  "src/protocol/connection": ["src/protocol/errors.ts", "src/protocol/protocol.ts", "src/protocol/data"],
  "src/protocol/core": [
    "src/protocol/errors.ts",
    "src/protocol/protocol.ts",
    "src/protocol/data",
    "src/protocol/connection",
  ],
  "src/protocol": ["src/protocol"],
  "src/driver/clock": ["src/protocol"],
  "src/driver/health": ["src/protocol", "src/driver/clock"],
  "src/driver/client": [
    "src/protocol",
    "src/driver/clock",
    "src/driver/health",
    "src/driver/driver.ts",
    "src/driver/host.ts",
    "src/driver/mailbox.ts",
    "src/driver/permits.ts",
    "src/with_resolvers.ts",
  ],
  "src/driver": ["src/protocol", "src/driver", "src/is_server.ts", "src/with_resolvers.ts"],
  "src/http": [
    "src/protocol",
    "src/driver/clock/clock.ts",
    "src/driver/host.ts",
    "src/driver/client/_unheard.ts",
    "src/with_resolvers.ts",
  ],
  "src/transport": ["src/protocol", "src/is_server.ts", "src/node_process.ts", "src/with_resolvers.ts"],
  "src/storage": ["src/protocol", "src/node_process.ts"],
  "src/irc/wire/messages": ["src/protocol"],
  "src/irc/wire/support": ["src/protocol", "src/irc/wire/bounds.ts", "src/irc/wire/messages"],
  "src/irc/wire/texts": ["src/protocol", "src/irc/wire/messages", "src/irc/wire/support"],
  "src/irc/wire/commands": [
    "src/protocol",
    "src/irc/wire/messages",
    "src/irc/wire/support",
    "src/irc/wire/texts",
  ],
  "src/irc/wire/events": [
    "src/protocol",
    "src/irc/wire/messages",
    "src/irc/wire/support",
    "src/irc/wire/texts",
    "src/irc/wire/commands",
  ],
  "src/irc/wire/outcomes": [
    "src/protocol",
    "src/irc/wire/messages",
    "src/irc/wire/support",
    "src/irc/wire/commands",
    "src/irc/wire/events",
  ],
  "src/irc/wire": ["src/protocol"],
  // What the server says of who is where: fed with it, it asks for nothing.
  "src/irc/state": ["src/protocol", "src/irc/wire"],
  "src/irc/session/registration": ["src/protocol", "src/irc/wire"],
  "src/irc/session/links": ["src/protocol", "src/irc/wire", "src/irc/session/registration"],
  "src/irc/session/channels": ["src/protocol", "src/irc/wire"],
  "src/irc/session/sending": ["src/protocol", "src/irc/wire", "src/irc/session/channels"],
  "src/irc/session": [
    "src/protocol",
    "src/irc/wire",
    "src/irc/state",
    "src/irc/session/registration",
    "src/irc/session/links",
    "src/irc/session/channels",
    "src/irc/session/sending",
  ],
  "src/irc/host": ["src/protocol", "src/storage", "src/irc/wire", "src/irc/session"],
  "src/irc": [
    "src/protocol",
    "src/with_resolvers.ts",
    "src/irc/wire",
    "src/irc/state",
    "src/irc/session",
    "src/irc/host",
  ],
  "src/twitch/wire/tags.ts": ["src/irc/wire/messages"],
  "src/twitch/wire/senders": ["src/protocol", "src/irc/wire/messages", "src/twitch/wire/tags.ts"],
  "src/twitch/wire/texts": ["src/irc/wire/texts", "src/twitch/wire/tags.ts"],
  "src/twitch/wire/notices": [
    "src/protocol",
    "src/irc/wire/messages",
    "src/twitch/wire/tags.ts",
    "src/twitch/wire/senders",
    "src/twitch/wire/texts",
  ],
  "src/twitch/wire/events": [
    "src/protocol",
    "src/irc/wire/messages",
    "src/twitch/wire/tags.ts",
    "src/twitch/wire/senders",
    "src/twitch/wire/texts",
  ],
  "src/twitch/wire/commands": [
    "src/protocol",
    "src/irc/wire/messages",
    "src/twitch/wire/texts",
    "src/twitch/wire/events/notice.ts",
  ],
  "src/twitch/wire": [
    "src/protocol",
    "src/irc/wire",
    "src/twitch/wire/tags.ts",
    "src/twitch/wire/texts",
    "src/twitch/wire/notices",
    "src/twitch/wire/events",
  ],
  "src/twitch/session/outputs.ts": ["src/protocol", "src/twitch/wire", "src/twitch/session/login/login.ts"],
  "src/twitch/session/login": [
    "src/protocol",
    "src/irc/wire",
    "src/twitch/session/outputs.ts",
    "src/twitch/session/options.ts",
  ],
  "src/twitch/session/channels": [
    "src/protocol",
    "src/irc/wire",
    "src/twitch/wire",
    "src/twitch/session/outputs.ts",
    "src/twitch/session/connection.ts",
  ],
  "src/twitch/session/sending": [
    "src/protocol",
    "src/irc/wire",
    "src/twitch/wire",
    "src/twitch/session/outputs.ts",
    "src/twitch/session/bounds.ts",
    "src/twitch/session/connection.ts",
    "src/twitch/session/dedupe.ts",
  ],
  "src/twitch/session": [
    "src/protocol",
    "src/irc/wire",
    "src/irc/session/links/line_link.ts",
    "src/twitch/wire",
    "src/twitch/session/outputs.ts",
    "src/twitch/session/login",
    "src/twitch/session/channels",
    "src/twitch/session/sending",
  ],
  // No core: what it does is ask, over the host's fetch and clock.
  "src/twitch/auth": [
    "src/protocol",
    "src/driver",
    "src/http",
    "src/storage",
    "src/twitch/wire",
    "src/twitch/session",
  ],
  "src/twitch/api": [
    "src/protocol",
    "src/driver",
    "src/http",
    "src/twitch/wire",
    "src/twitch/session/bounds.ts",
    "src/twitch/auth",
  ],
  // What EventSub tells of chat is read as the line that IRC has for it.
  "src/twitch/eventsub/wire": ["src/protocol", "src/irc/wire/messages/message.ts"],
  "src/twitch/eventsub/session": [
    "src/protocol",
    "src/irc/wire/messages/message.ts",
    "src/twitch/wire",
    "src/twitch/session/channels/wanted_channels.ts",
    "src/twitch/session/sending/message_permits.ts",
    "src/twitch/session/pool.ts",
    "src/twitch/chat_wire.ts",
    "src/twitch/eventsub/wire",
  ],
  "src/twitch/eventsub": [
    "src/protocol",
    "src/driver/clock/clock.ts",
    "src/http",
    "src/twitch/api",
    "src/twitch/chat_wire.ts",
    "src/twitch/eventsub/wire",
    "src/twitch/eventsub/session",
  ],
  "src/twitch/state": ["src/protocol", "src/twitch/wire"],
  "src/twitch": [
    "src/protocol",
    "src/twitch/state",
    "src/twitch/wire",
    "src/twitch/session",
    "src/twitch/auth",
    // As types: a program brings what it uses.
    "src/twitch/api",
  ],
  // What makes requests, and what answers them.
  "src/permits": ["src/protocol", "src/driver", "src/http"],
  // What processes agree on by a table: pure.
  "src/nats/leases/records.ts": ["src/protocol"],
  "src/nats/leases/shares.ts": [],
  "src/nats/leases/lease_state.ts": ["src/protocol", "src/nats/leases/records.ts"],
  "src/nats/leases/lease_table.ts": [
    "src/protocol",
    "src/nats/leases/lease_state.ts",
    "src/nats/leases/records.ts",
    "src/nats/leases/shares.ts",
  ],
  "src/nats/leases/lease_core.ts": [
    "src/protocol",
    "src/nats/leases/lease_state.ts",
    "src/nats/leases/lease_table.ts",
    "src/nats/leases/records.ts",
    "src/nats/leases/shares.ts",
  ],
  "src/nats": [
    "src/protocol",
    "src/node_process.ts",
    "src/with_resolvers.ts",
    "src/driver",
    "src/transport",
    "src/storage",
    "src/nats/leases/lease_core.ts",
    "src/nats/leases/records.ts",
    "src/irc/wire",
    "src/discord/gateway",
    "src/discord/gateway/wire",
    "src/discord/gateway/shards",
  ],
  // What chats have alike: it knows messages by their shape, and no client.
  "src/commands": ["src/protocol", "src/driver/clock/clock.ts"],
  "src/discord/snowflake.ts": ["src/protocol"],
  // The types and enums that are Discord's own.
  "src/discord/types": [],
  // Functions that know nothing of connections.
  "src/discord/helpers": [
    "src/protocol",
    "src/discord/snowflake.ts",
    "src/discord/types",
    "src/discord/rest/bodies/_embeds.ts",
  ],
  // What the gateway's events say of guilds: fed with them, it asks for nothing.
  "src/discord/state": [
    "src/protocol",
    "src/discord/types",
    "src/discord/helpers",
    "src/discord/gateway/wire",
    "src/discord/gateway/shards/shard_id.ts",
  ],
  "src/discord/gateway/wire": ["src/protocol", "src/discord/snowflake.ts"],
  "src/discord/gateway/session": ["src/protocol", "src/discord/gateway/wire"],
  // Around a dial, beneath the core: what it does takes promises and the runtime.
  "src/discord/gateway/compression": ["src/protocol", "src/node_process.ts", "src/discord/gateway/wire"],
  "src/discord/gateway/shards/identify": ["src/protocol", "src/driver/clock/clock.ts"],
  "src/discord/gateway/shards/store": [
    "src/protocol",
    "src/storage",
    "src/driver/clock/clock.ts",
    "src/discord/gateway/session",
  ],
  "src/discord/gateway/shards": [
    "src/protocol",
    "src/with_resolvers.ts",
    "src/storage",
    "src/driver",
    "src/discord/gateway/wire",
    "src/discord/gateway/session",
    "src/discord/gateway/shards/identify",
    "src/discord/gateway/shards/store",
  ],
  "src/discord/gateway": [
    "src/protocol",
    "src/with_resolvers.ts",
    "src/discord/snowflake.ts",
    "src/discord/gateway/wire",
    "src/discord/gateway/session",
    "src/discord/gateway/shards",
    "src/discord/gateway/compression",
    // What its client takes is what others take, too.
    "src/driver/client/client.ts",
    "src/node_process.ts",
    "src/discord/rest",
    // Handed on, so that a bot has one import for both.
    "src/discord/helpers",
  ],
  "src/discord/rest/routes": ["src/protocol", "src/discord/snowflake.ts"],
  "src/discord/rest/bodies": ["src/protocol", "src/discord/snowflake.ts", "src/discord/rest/routes"],
  "src/discord/rest/limits": [
    "src/protocol",
    "src/with_resolvers.ts",
    "src/driver/clock/clock.ts",
    "src/driver/permits.ts",
    "src/discord/rest/routes",
    "src/discord/rest/errors.ts",
  ],
  // No core: what it does is ask, over the host's fetch and clock.
  "src/discord/rest": [
    "src/protocol",
    "src/discord/snowflake.ts",
    "src/driver",
    "src/is_server.ts",
    "src/with_resolvers.ts",
    "src/http",
    "src/discord/rest/routes",
    "src/discord/rest/bodies",
    "src/discord/rest/limits",
  ],
  "src/discord/interactions/parts": ["src/protocol", "src/discord/rest"],
  "src/discord/interactions/interaction": [
    "src/protocol",
    "src/with_resolvers.ts",
    "src/driver/clock/clock.ts",
    "src/driver/client/_noted_promise.ts",
    "src/driver/clock/_pause.ts",
    "src/discord/gateway/client.ts",
    "src/discord/rest",
    "src/discord/interactions/parts",
  ],
  "src/discord/interactions/routing": [
    "src/protocol",
    "src/discord/gateway/client.ts",
    "src/discord/snowflake.ts",
    "src/driver/clock/clock.ts",
    "src/driver/client/_unheard.ts",
    "src/discord/rest",
    "src/discord/interactions/parts",
    "src/discord/interactions/interaction",
  ],
  "src/discord/interactions/endpoint": [
    "src/protocol",
    "src/discord/snowflake.ts",
    "src/driver/clock/clock.ts",
    "src/http",
    "src/discord/rest/respond_by_callback.ts",
    "src/discord/interactions/interaction",
    "src/discord/interactions/routing",
  ],
  "src/discord/interactions/registration": [
    "src/protocol",
    "src/discord/rest",
    "src/discord/interactions/parts",
    "src/discord/interactions/routing",
  ],
  "src/discord/interactions": [
    "src/http",
    "src/discord/rest/callback_door.ts",
    "src/discord/rest/respond_by_callback.ts",
    "src/discord/interactions/parts",
    "src/discord/interactions/interaction",
    "src/discord/interactions/routing",
    "src/discord/interactions/endpoint",
    "src/discord/interactions/registration",
  ],
  "src/hono": ["src/protocol", "src/discord/interactions", "src/twitch/auth", "src/twitch/eventsub"],
  // Re-exports what the other package needs.
  "src/internal": [
    "src/protocol",
    "src/http",
    "src/storage",
    "src/driver",
    "src/transport",
    "src/irc",
    "src/twitch/wire",
    "src/discord/gateway/wire",
  ],
  // Of another package: it imports from this one by name, and is held to the files that have what it names.
  "testing/world/time": ["src/protocol", "src/driver/clock", "testing/world/_builtin.ts"],
  "testing/world/network": [
    "src/protocol",
    "src/driver",
    "src/internal",
    "testing/world/time",
    "testing/world/random.ts",
  ],
  "testing/world/checking": [
    "src/protocol",
    "src/driver/host.ts",
    "src/irc/wire",
    "testing/world/faults.ts",
  ],
  "testing/world": [
    "src/protocol",
    "src/driver",
    "testing/world/time",
    "testing/world/network",
    "testing/world/checking",
  ],
  "testing/irc": ["src/protocol", "src/driver", "src/irc", "testing/world"],
  "testing/twitch": ["src/protocol", "src/driver", "src/irc/wire", "src/twitch", "testing/world"],
  "testing/discord": [
    "src/protocol",
    "src/driver",
    "src/discord/gateway",
    "src/discord/rest",
    "testing/world",
    "testing/interactions",
  ],
  "testing/interactions": [
    "src/protocol",
    "src/driver",
    "src/discord/rest",
    "src/discord/interactions",
    "testing/world",
  ],
  // What joins them into worlds of bots.
  "testing/kit": [
    "src/protocol",
    "src/driver",
    "src/irc",
    "src/twitch",
    "src/discord/gateway",
    "src/discord/helpers",
    "testing/world",
    "testing/irc",
    "testing/twitch",
    "testing/discord",
    "testing/interactions",
  ],
  // A program: it may take of both other packages what they export.
  "cli": ["src", "testing"],
  // What plays people beside real bots, over sockets.
  "testing/serve": [
    "src/protocol",
    "src/driver",
    "testing/world",
    "testing/irc",
    "testing/twitch",
    "testing/discord",
    "testing/kit",
  ],
  "testing": [
    "testing/serve",
    "testing/world",
    "testing/irc",
    "testing/twitch",
    "testing/discord",
    "testing/interactions",
    "testing/kit",
  ],
  "mod.ts": [
    "src/protocol",
    "src/driver",
    "src/irc",
    "src/twitch",
    "src/discord/gateway",
    "src/discord/rest",
    "src/discord/interactions",
  ],
};

const JOINS = ["src/driver", "src/transport/dial.ts", "src/transport/options.ts"];

/** What `client.ts` (or `…_client.ts`) in a room may import beyond the room's own arrows: it joins a core to what runs it. */
export const CLIENT_ARROWS: Readonly<Record<string, readonly string[]>> = {
  "src/irc": JOINS,
  "src/twitch": JOINS,
  "src/twitch/eventsub": JOINS,
  "src/discord/gateway": JOINS,
};

/** Cores and their parts: no clock, timer, randomness, fetch, promise or socket may be reachable. */
export const PURE =
  /^src\/(protocol|[^.]+\/(wire|session|state))\/|^testing\/(irc|twitch|discord)\/server\.ts$/;

/** What a core may reach all the same, by file and why. */
const EXCUSED: Readonly<Record<string, string>> = {
  "src/discord/state/guild_state.ts": "who asks whether a time-out is over may leave out the time",
  "testing/world/_builtin.ts": "finds node:crypto, whose hashes and signatures a server reckons with at once",
};

/** What a core must not touch, by what to call it. */
const IMPURE: Readonly<Record<string, string>> = {
  performance: "a clock",
  Temporal: "a clock",
  setTimeout: "a timer",
  setInterval: "a timer",
  setImmediate: "a timer",
  clearTimeout: "a timer",
  clearInterval: "a timer",
  clearImmediate: "a timer",
  queueMicrotask: "a timer",
  requestAnimationFrame: "a timer",
  scheduler: "a timer",
  crypto: "randomness",
  Promise: "a promise",
  fetch: "fetch",
  XMLHttpRequest: "fetch",
  EventSource: "a socket",
  WebSocket: "a socket",
  WebSocketStream: "a socket",
  WebTransport: "a socket",
  BroadcastChannel: "a socket",
  Worker: "a socket",
  Deno: "the runtime",
  Bun: "the runtime",
  process: "the runtime",
  require: "the runtime",
  navigator: "the runtime",
  globalThis: "the global object",
  window: "the global object",
  self: "the global object",
  global: "the global object",
  eval: "the global object",
  Function: "the global object",
};

/** An import of any form. */
interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Gone when types are stripped. */
  readonly typeOnly: boolean;
  /** Loaded only when run. */
  readonly dynamic: boolean;
  /** What it takes of the module; undefined: all of it, or it does not say. */
  readonly name?: string;
}

/** Something a core must not touch. */
interface Impurity {
  readonly what: string;
  readonly line: number;
}

/** What a module's text shows. */
interface Module {
  readonly imports: readonly Import[];
  readonly impurities: readonly Impurity[];
  /** The line of the first statement that is no re-export. */
  readonly own: number | undefined;
}

function isTypeOnlyClause(clause: ts.ImportClause | undefined): boolean {
  // `import { type A }` still loads the module where types are stripped and nothing is elided.
  return clause !== undefined && clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** The import of each of its names by itself; of all, where it does not name what it takes. */
function eachName(clause: ts.ImportClause | undefined, whole: Import): Import[] {
  const bindings = clause?.namedBindings;
  if (clause?.name !== undefined || bindings === undefined || ts.isNamespaceImport(bindings)) return [whole];
  return bindings.elements.map(({ name, propertyName, isTypeOnly }) => ({
    ...whole,
    typeOnly: whole.typeOnly || isTypeOnly,
    name: (propertyName ?? name).text,
  }));
}

function bindingNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : bindingNames(element.name)
  );
}

function isAmbient(node: ts.Statement): boolean {
  return ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword);
}

function declaredByStatement(node: ts.Statement): string[] {
  // `declare const Deno: …` declares the runtime's own.
  if (isAmbient(node)) return [];
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap((d) => bindingNames(d.name));
  }
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return node.name ? [node.name.text] : [];
  if (ts.isEnumDeclaration(node)) return [node.name.text];
  if (ts.isImportDeclaration(node) && !isTypeOnlyClause(node.importClause)) {
    const { name, namedBindings } = node.importClause ?? {};
    const named = namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
      ? [namedBindings.name.text]
      : namedBindings.elements.filter((element) => !element.isTypeOnly).map((element) => element.name.text);
    return name ? [name.text, ...named] : named;
  }
  return [];
}

function declaredIn(scope: ts.Node): string[] {
  if (ts.isSourceFile(scope) || ts.isBlock(scope) || ts.isModuleBlock(scope)) {
    return scope.statements.flatMap(declaredByStatement);
  }
  if (ts.isCaseBlock(scope)) return scope.clauses.flatMap((c) => c.statements.flatMap(declaredByStatement));
  if (ts.isFunctionLike(scope)) {
    const own = ts.isFunctionExpression(scope) && scope.name ? [scope.name.text] : [];
    return [...own, ...scope.parameters.flatMap((parameter) => bindingNames(parameter.name))];
  }
  if (ts.isClassExpression(scope)) return scope.name ? [scope.name.text] : [];
  if (ts.isCatchClause(scope)) {
    return scope.variableDeclaration ? bindingNames(scope.variableDeclaration.name) : [];
  }
  if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)) {
    const { initializer } = scope;
    if (initializer === undefined || !ts.isVariableDeclarationList(initializer)) return [];
    return initializer.declarations.flatMap((d) => bindingNames(d.name));
  }
  return [];
}

function isGlobal(id: ts.Identifier): boolean {
  for (let scope: ts.Node = id.parent; scope !== undefined; scope = scope.parent) {
    if (declaredIn(scope).includes(id.text)) return false;
  }
  return true;
}

/** Whether an identifier is there for its value: no property's name, no declaration's own. */
function isUsed(id: ts.Identifier): boolean {
  const { parent } = id;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === id;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === id;
  if (ts.isExportSpecifier(parent)) return (parent.propertyName ?? parent.name) === id && !parent.isTypeOnly;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent)) {
    return false;
  }
  return !("name" in parent && parent.name === id);
}

function impurityOf(id: ts.Identifier): string | undefined {
  const { parent, text } = id;
  if (text === "Math" || text === "Date") {
    const member = ts.isPropertyAccessExpression(parent) && parent.expression === id
      ? parent.name.text
      : undefined;
    if (text === "Math") return member === undefined || member === "random" ? "randomness" : undefined;
    if (member === "parse" || member === "UTC") return undefined;
    const reads = ts.isNewExpression(parent) && parent.expression === id &&
      (parent.arguments?.length ?? 0) > 0;
    const compares = ts.isBinaryExpression(parent) &&
      parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
    return reads || compares ? undefined : "a clock";
  }
  return Object.hasOwn(IMPURE, text) ? IMPURE[text] : undefined;
}

/** Reads what a module imports and touches. */
export function readModule(path: string, text: string): Module {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const impurities: Impurity[] = [];
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const add = (at: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean, dynamic: boolean) => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      const whole = { specifier: specifier.text, line: lineOf(at), typeOnly, dynamic };
      // Only another package asks for files by what they export.
      const byName = packageOf(path) !== "" && ts.isImportDeclaration(at) && !whole.specifier.startsWith(".");
      imports.push(...byName ? eachName(at.importClause, whole) : [whole]);
    } else if (specifier !== undefined) {
      impurities.push({ what: "an import whose specifier is no literal", line: lineOf(at) });
    }
  };
  const visit = (node: ts.Node, inType: boolean): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, isTypeOnlyClause(node.importClause), false);
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly, false);
    } else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true, false);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false, true);
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly, false);
    } else if (node.kind === ts.SyntaxKind.AsyncKeyword) {
      impurities.push({ what: "a promise (async)", line: lineOf(node) });
    } else if (ts.isIdentifier(node) && !inType) {
      const what = impurityOf(node);
      if (what !== undefined && isUsed(node) && isGlobal(node)) {
        impurities.push({ what: `${what} (${node.text})`, line: lineOf(node) });
      }
    }
    // What a class extends is a value, though its node counts as a type.
    const extended = ts.isExpressionWithTypeArguments(node) && ts.isHeritageClause(node.parent) &&
      node.parent.token === ts.SyntaxKind.ExtendsKeyword && ts.isClassLike(node.parent.parent);
    const types = inType || (ts.isTypeNode(node) && !extended) || ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) || (ts.isStatement(node) && isAmbient(node));
    ts.forEachChild(node, (child) => visit(child, types));
  };
  visit(file, false);
  const own = file.statements.find((node) =>
    !(ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
  );
  return { imports, impurities, own: own && lineOf(own) };
}

function resolve(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const isDoor = (path: string) => /(^|\/)mod\.ts$/.test(path);

const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

/** The folders of the other packages. */
const PACKAGES = ["testing", "cli"] as const;

const packageOf = (path: string): string => PACKAGES.find((folder) => isIn(path, folder)) ?? "";

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
export function checkImports({ files, name, exports }: Sources): string[] {
  const problems: string[] = [];
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
    const allowed = [...(ARROWS[room] ?? []), ...(isClient ? CLIENT_ARROWS[room] ?? [] : [])];
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
  return problems;
}
