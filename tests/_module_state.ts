/**
 * Finds what modules keep for as long as they are loaded, in sources given as path → text. On an edge worker that is
 * for all requests and objects of an isolate.
 *
 * @module
 */
import ts from "typescript";

/**
 * What may be kept, by file and name, and why it carries nothing from one caller to another: it is data that is the
 * same for all, or it is used and left within one turn. Never a timer, a promise, a permit or a connection.
 */
export const KEPT: Readonly<Record<string, string>> = {
  "src/driver/host.ts: ofProcess": "timers and permits of a server process; undefined on an edge isolate",
  "src/discord/gateway/wire/dispatch_head.ts: beginnings": "how payloads begin, the same for all, by a byte",
  "src/discord/gateway/wire/dispatch_head.ts: head": "scratch: what it holds is read before the next call",
  "src/discord/gateway/wire/etf/term_reader.ts: names":
    "keys of payloads and names of events, 512 short ones at most, the same for all",
  "src/discord/gateway/wire/etf/json_bytes.ts: usual": "scratch: what it holds is read before the next call",
  "src/discord/interactions/endpoint/verify.ts: imported":
    "public keys by their digits, 64 at most; a key is no I/O",
  "src/discord/interactions/endpoint/verify.ts: looked":
    "public keys that were looked at, held by nothing here",
  "src/irc/wire/events/event.ts: classes": "the class of events of a kind, the same for all",
  "src/irc/wire/messages/message.ts: places": "scratch: what it holds is read before the next call",
  "src/irc/wire/commands/pong.ts: room": "scratch: what it holds is read before the next call",
  "src/protocol/data/lazy_record.ts: INSPECT":
    "the symbol by which runtimes ask what to log, the same for all",
  "src/protocol/data/lazy_record.ts: Object.defineProperty(this.prototype, INSPECT, { value: inLog });":
    "what they ask, a method that the types leave out",
  "src/protocol/data/bytes.ts: NONE": "there are none in it",
  "src/transport/streams/deno_net.ts: NO_BYTES": "there are none in it",
  "src/twitch/wire/tags.ts: IN_ORDER": "a pattern; where it begins to look is set before each use",
  "src/twitch/wire/tags.ts: USUAL": "a pattern; where it begins to look is set before each use",
  "src/irc/wire/texts/graphemes.ts: segmenter":
    "keeps nothing of a text; made when one is split for the first time",
};

/** Classes whose objects keep nothing that one call could leave to another. */
const STATELESS = new Set(["TextEncoder", "TextDecoder", "RegExp"]);
const MUTATORS = new Set([
  "add",
  "clear",
  "delete",
  "fill",
  "pop",
  "push",
  "set",
  "shift",
  "splice",
  "unshift",
]);

/** Everything that is kept and not listed, and what is listed and not kept, a line each. */
export function checkModuleState(
  files: ReadonlyMap<string, string>,
  kept: Readonly<Record<string, string>> = KEPT,
): string[] {
  const problems: string[] = [];
  const found = new Set<string>();
  for (const [path, text] of files) {
    for (const [name, line] of stateOf(path, text)) {
      found.add(`${path}: ${name}`);
      if (Object.hasOwn(kept, `${path}: ${name}`)) continue;
      problems.push(
        `${path}:${line} keeps "${name}" for all that share the module: list it, and why it may be`,
      );
    }
  }
  for (const key of Object.keys(kept)) if (!found.has(key)) problems.push(`${key} is listed and not there`);
  return problems;
}

/** The names of what a module keeps, with their lines. */
function stateOf(path: string, text: string): Map<string, number> {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const states = new Map<string, number>();
  const add = (name: string, node: ts.Node) => {
    states.set(name, file.getLineAndCharacterOfPosition(node.getStart()).line + 1);
  };
  const constants = new Map<string, ts.Node>();

  const lookAt = (statement: ts.Statement) => {
    if (ts.isVariableStatement(statement)) {
      if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) return;
      const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
      for (const { name, initializer, type } of statement.declarationList.declarations) {
        if (!isConst || keeps(initializer, type)) add(name.getText(), name);
        else constants.set(name.getText(), name);
      }
    } else if (ts.isClassDeclaration(statement)) {
      for (const member of statement.members) {
        if (ts.isClassStaticBlockDeclaration(member)) member.body.statements.forEach(lookAt);
        if (!ts.isPropertyDeclaration(member)) continue;
        const has = (kind: ts.SyntaxKind) =>
          member.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
        if (!has(ts.SyntaxKind.StaticKeyword)) continue;
        if (!has(ts.SyntaxKind.ReadonlyKeyword) || keeps(member.initializer, member.type)) {
          add(`${statement.name?.text}.${member.name.getText()}`, member);
        }
      }
    } else if (ts.isExpressionStatement(statement) && !ts.isBinaryExpression(statement.expression)) {
      // What is only assigned was declared, and seen there.
      add(statement.getText().split("\n", 1)[0] ?? "", statement);
    } else if (
      ts.isBlock(statement) || ts.isIfStatement(statement) || ts.isIterationStatement(statement, false)
    ) {
      add(statement.getText().split("\n", 1)[0] ?? "", statement);
    }
  };
  file.statements.forEach(lookAt);

  // What looks like a constant and is written to all the same.
  const visit = (node: ts.Node) => {
    const written = writtenBy(node);
    const constant = written === undefined ? undefined : constants.get(written);
    if (written !== undefined && constant !== undefined) add(written, constant);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return states;
}

/** Whether a value can change, or is made by what cannot be seen into here. */
function keeps(value: ts.Expression | undefined, type?: ts.TypeNode): boolean {
  if (value === undefined) return true;
  const declared = type?.getText() ?? "";
  if (ts.isParenthesizedExpression(value) || ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) {
    return keeps(value.expression, type ?? (ts.isParenthesizedExpression(value) ? undefined : value.type));
  }
  if (ts.isConditionalExpression(value)) return keeps(value.whenTrue, type) || keeps(value.whenFalse, type);
  if (ts.isAwaitExpression(value)) return true;
  if (ts.isNewExpression(value)) {
    return !STATELESS.has(value.expression.getText()) && !/^Readonly(Map|Set)</.test(declared);
  }
  if (ts.isCallExpression(value)) {
    if (value.expression.getText() === "Symbol") return false;
    return !/^(readonly |Readonly|number$|string$|boolean$|bigint$)/.test(declared);
  }
  const isReadonly = declared === "const" || /^(readonly |Readonly)/.test(declared);
  if (ts.isArrayLiteralExpression(value)) {
    return (value.elements.length === 0 && !isReadonly) || value.elements.some((one) => holds(one));
  }
  if (ts.isObjectLiteralExpression(value)) {
    return (value.properties.length === 0 && !isReadonly) ||
      value.properties.some((one) => ts.isPropertyAssignment(one) && holds(one.initializer));
  }
  return false;
}

/** The same within a literal, where only what is made by `new` counts. */
function holds(value: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(value)) return value.elements.some(holds);
  if (ts.isObjectLiteralExpression(value)) {
    return value.properties.some((one) => ts.isPropertyAssignment(one) && holds(one.initializer));
  }
  return (ts.isNewExpression(value) || ts.isAwaitExpression(value)) && keeps(value);
}

/** The name at the root of what an expression writes to. */
function writtenBy(node: ts.Node): string | undefined {
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken;
    const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
    return assigns ? rootOf(node.left) : undefined;
  }
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator } = node;
    const steps = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    return steps ? rootOf(node.operand) : undefined;
  }
  if (ts.isDeleteExpression(node)) return rootOf(node.expression);
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  return MUTATORS.has(node.expression.name.text) ? rootOf(node.expression.expression) : undefined;
}

function rootOf(node: ts.Expression): string | undefined {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return rootOf(node.expression);
  }
  return undefined;
}
