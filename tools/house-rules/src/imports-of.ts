import ts from 'typescript';
import { nodesOf, parse, placeOf } from './parse.js';

export interface Import {
  readonly specifier: string;
  /** Whether it is gone after compilation. */
  readonly typeOnly: boolean;
  /** Whether it happens when the file loads, not inside a function. */
  readonly atLoad: boolean;
  /** `file:line` */
  readonly place: string;
}

/** What a file imports, in every form: import, re-export, `import()`, `require()` and `import('…')` types. */
export function importsOf(file: string): Import[] {
  const found: Import[] = [];
  for (const node of nodesOf(parse(file))) {
    const specifier = specifierOf(node);
    if (!specifier) continue;
    const typeOnly = ts.isImportTypeNode(node) || isTypeOnly(node);
    found.push({ specifier, typeOnly, atLoad: !ts.isCallExpression(node), place: placeOf(node) });
  }
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  let literal: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) literal = node.moduleSpecifier;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) literal = node.argument.literal;
  else if (ts.isExternalModuleReference(node)) literal = node.expression;
  else if (ts.isCallExpression(node)) {
    const { expression } = node;
    const loads =
      expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(expression) && expression.text === 'require');
    if (loads) literal = node.arguments[0];
  }
  return literal && ts.isStringLiteralLike(literal) ? literal.text : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    if (!clause) return false;
    if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
    const named = clause.namedBindings;
    if (clause.name || !named || !ts.isNamedImports(named)) return false;
    return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
  }
  return ts.isExportDeclaration(node) && node.isTypeOnly;
}
