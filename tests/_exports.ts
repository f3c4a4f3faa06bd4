/**
 * Finds the file behind a name that a front door exports.
 *
 * @module
 */
import ts from "typescript";

/** What a module exports. */
interface Exports {
  /** Names that it declares itself. */
  readonly own: ReadonlySet<string>;
  /** Names that it re-exports, and from where; those with a namespace of their own, too. */
  readonly from: ReadonlyMap<string, { readonly name: string | undefined; readonly specifier: string }>;
  /** From where it re-exports everything. */
  readonly stars: readonly string[];
}

function exportsOf(path: string, text: string): Exports {
  const own = new Set<string>();
  const from = new Map<string, { name: string | undefined; specifier: string }>();
  const stars: string[] = [];
  for (const node of ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements) {
    if (ts.isExportDeclaration(node)) {
      const specifier = node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)
        ? node.moduleSpecifier.text
        : undefined;
      const { exportClause } = node;
      if (exportClause === undefined) stars.push(specifier ?? "");
      else if (ts.isNamespaceExport(exportClause)) {
        from.set(exportClause.name.text, { name: undefined, specifier: specifier ?? "" });
      } else {
        for (const { name, propertyName } of exportClause.elements) {
          if (specifier === undefined) own.add(name.text);
          else from.set(name.text, { name: (propertyName ?? name).text, specifier });
        }
      }
    } else if (
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    ) {
      if (ts.isVariableStatement(node)) {
        for (const { name } of node.declarationList.declarations) {
          if (ts.isIdentifier(name)) own.add(name.text);
        }
      } else {
        const { name } = node as ts.DeclarationStatement;
        if (name !== undefined && ts.isIdentifier(name)) own.add(name.text);
      }
    }
  }
  return { own, from, stars };
}

/** Finds the files that names come from. */
export class Origins {
  readonly #files: ReadonlyMap<string, string>;
  readonly #resolve: (from: string, specifier: string) => string;
  readonly #exports = new Map<string, Exports>();

  constructor(files: ReadonlyMap<string, string>, resolve: (from: string, specifier: string) => string) {
    this.#files = files;
    this.#resolve = resolve;
  }

  /** The file that declares what `path` exports by this name; undefined if it exports no such name. */
  of(path: string, name: string): string | undefined {
    const text = this.#files.get(path);
    if (text === undefined) return undefined;
    const exports = this.#exports.get(path) ?? exportsOf(path, text);
    this.#exports.set(path, exports);
    const { own, from, stars } = exports;
    if (own.has(name)) return path;
    const named = from.get(name);
    if (named !== undefined) {
      const to = this.#resolve(path, named.specifier);
      return named.name === undefined ? to : this.of(to, named.name);
    }
    for (const specifier of stars) {
      const found = this.of(this.#resolve(path, specifier), name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
