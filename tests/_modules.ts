/**
 * What a module imports, and what of the outside it touches, by its text.
 *
 * @module
 */
import ts from "typescript";

/** Whether a path is a place, or within it. */
export const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

/** The folders of the other packages. */
const PACKAGES = ["testing", "cli"] as const;

/** The folder of the package that a path belongs to; empty: the main one. */
export const packageOf = (path: string): string => PACKAGES.find((folder) => isIn(path, folder)) ?? "";

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
export interface Import {
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
export interface Impurity {
  readonly what: string;
  readonly line: number;
}

/** What a module's text shows. */
export interface Module {
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
