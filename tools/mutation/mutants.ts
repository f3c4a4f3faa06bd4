import ts from "typescript";

/** A small change to a source, which tests ought to notice. */
export interface Mutant {
  /** Where the source is, from the root of the repository. */
  readonly path: string;
  /** The line it begins in, from 1. */
  readonly line: number;
  /** What it replaces, as offsets into the source. */
  readonly start: number;
  readonly end: number;
  /** What was there, and what is there in its place; a statement goes without replacement. */
  readonly before: string;
  readonly after: string;
  /** Whether it takes away a statement: any other is an expression. */
  readonly isStatement: boolean;
}

/** What a comparison becomes: at its bound, or turned round. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "+=": ["-="],
  "-=": ["+="],
  "<<": [">>"],
  ">>": ["<<"],
  "&": ["|"],
  "|": ["&"],
};

/** What a method becomes; none: it is not called, and what it is called on is left as it is. */
const METHODS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
  push: "unshift",
  unshift: "push",
  shift: "pop",
  pop: "shift",
  find: "findLast",
  findLast: "find",
  startsWith: "endsWith",
  endsWith: "startsWith",
  floor: "ceil",
  ceil: "floor",
  filter: "",
  sort: "",
  slice: "",
  reverse: "",
  trim: "",
  toLowerCase: "",
};

/**
 * Every mutant of a source: conditions that are always or never met, operators, methods and booleans in each other's
 * place, numbers doubled, defaults and statements taken away. Texts are left as they are, since what is compared with
 * them would fail at once, and what people read is no behaviour.
 */
export function findMutants(path: string, source: string): Mutant[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const add = (node: ts.Node, after: string, isStatement = false): void => {
    const start = node.getStart(file);
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ path, line, start, end: node.end, before: node.getText(file), after, isStatement });
  };
  const visit = (node: ts.Node): void => {
    // Types are gone when a program runs; of imports and names nothing can be said otherwise.
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    for (const after of replacements(node, file)) add(node, after);
    if (canGo(node)) add(node, "", true);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}

function replacements(node: ts.Node, file: ts.SourceFile): string[] {
  if (isCondition(node)) {
    return [...ts.isWhileStatement(node.parent) ? [] : ["true"], "false", ...inner(node, file)];
  }
  return inner(node, file);
}

function inner(node: ts.Node, file: ts.SourceFile): string[] {
  const text = (of: ts.Node) => of.getText(file);
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node;
    const operator = text(operatorToken);
    if (operator === "??") return [text(left)];
    if (operator === "+" && (isText(left) || isText(right))) return [];
    return (OPERATORS[operator] ?? []).map((other) => `${text(left)} ${other} ${text(right)}`);
  }
  if (ts.isPrefixUnaryExpression(node)) {
    const operand = text(node.operand);
    if (node.operator === ts.SyntaxKind.ExclamationToken) return [operand];
    if (node.operator === ts.SyntaxKind.PlusPlusToken) return [`--${operand}`];
    return node.operator === ts.SyntaxKind.MinusMinusToken ? [`++${operand}`] : [];
  }
  if (ts.isPostfixUnaryExpression(node)) {
    return [`${text(node.operand)}${node.operator === ts.SyntaxKind.PlusPlusToken ? "--" : "++"}`];
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return ["false"];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return ["true"];
  if (ts.isNumericLiteral(node) && !isName(node)) return [Number(node.text) === 0 ? "1" : `${node.text} * 2`];
  // In parentheses, an optional chain would end where it goes on.
  const isCall = ts.isCallExpression(node) && (node.flags & ts.NodeFlags.OptionalChain) === 0;
  if (isCall && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: on, name } = node.expression;
    const other = Object.hasOwn(METHODS, name.text) ? METHODS[name.text] : undefined;
    if (other === undefined) return [];
    return [other === "" ? text(on) : `${text(on)}.${other}(${node.arguments.map(text).join(", ")})`];
  }
  return [];
}

function isCondition(node: ts.Node): node is ts.Expression {
  const { parent } = node;
  if (parent === undefined) return false;
  return (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) && parent.expression === node ||
    ts.isConditionalExpression(parent) && parent.condition === node;
}

/** Statements whose absence leaves a program. */
function canGo(node: ts.Node): boolean {
  if (ts.isReturnStatement(node)) return node.expression === undefined;
  if (ts.isContinueStatement(node) || ts.isThrowStatement(node)) return true;
  if (ts.isBreakStatement(node)) return !ts.isCaseOrDefaultClause(node.parent);
  if (!ts.isExpressionStatement(node)) return false;
  const { expression } = node;
  return !(ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword);
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** Whether a number is the name of a property. */
function isName(node: ts.NumericLiteral): boolean {
  return ts.isPropertyAssignment(node.parent) && node.parent.name === node;
}

/**
 * A source with mutants in it, all asleep: whether one is awake is asked of the global function
 * {@linkcode SWITCH} by its number.
 *
 * @param numbered Mutants of this source, and their numbers.
 */
export function weave(source: string, numbered: ReadonlyMap<number, Mutant>): string {
  // The widest first, so that each holds those within it.
  const all = [...numbered].sort(([, a], [, b]) => a.start - b.start || b.end - a.end);
  const write = (start: number, end: number, from: readonly (readonly [number, Mutant])[]): string => {
    let written = "";
    let at = start;
    for (let rest = from; rest.length > 0;) {
      const [[number, mutant], ...others] = rest as [readonly [number, Mutant], ...typeof from];
      const within = others.filter(([, other]) => other.start < mutant.end);
      const original = write(mutant.start, mutant.end, within);
      const isAwake = `globalThis.${SWITCH}?.(${number})`;
      written += source.slice(at, mutant.start) +
        (mutant.isStatement
          ? `{ if (!${isAwake}) ${original} }`
          : `(${isAwake} ? (${mutant.after}) : (${original}))`);
      at = mutant.end;
      rest = others.filter(([, other]) => other.start >= mutant.end);
    }
    return written + source.slice(at, end);
  };
  return write(0, source.length, all);
}

/** The global function that is asked whether a mutant is awake. */
export const SWITCH = "parleyMutant";

/** A mutant in one line. */
export function describe({ path, line, before, after, isStatement }: Mutant): string {
  const short = (text: string) => {
    const flat = text.replace(/\s+/g, " ");
    return flat.length > 90 ? `${flat.slice(0, 87)}…` : flat;
  };
  return `${path}:${line} ${short(before)} → ${isStatement ? "(nothing)" : short(after)}`;
}
