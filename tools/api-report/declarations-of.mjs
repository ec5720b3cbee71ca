import path from 'node:path';
import ts from 'typescript';
import { contractOf, isPrivate } from './contract-of.mjs';

/**
 * The public declarations of a built package.
 *
 * @typedef {object} Declarations
 * @property {Map<string, string[]>} entries by the key in `exports`: what it exports, sorted by name
 * @property {string[]} behind what no entry exports by name, but what they export is made of
 *
 * @param {{ folder: string, manifest: any }} one
 * @returns {Declarations}
 */
export function declarationsOf({ folder, manifest }) {
  const files = Object.entries(manifest.exports)
    .filter(([key]) => key !== './package.json')
    .map(([key, { import: entry }]) => [key, path.join(folder, entry.types)]);
  const program = ts.createProgram(
    files.map(([, file]) => file),
    { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, skipLibCheck: true, types: [] },
  );
  const checker = program.getTypeChecker();
  const origin = (symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  const exported = new Set();
  const entries = new Map();
  for (const [key, file] of files) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    if (!module) throw new Error(`${manifest.name} ${key} exports nothing`);
    const symbols = checker.getExportsOfModule(module).sort(byName);
    for (const symbol of symbols) exported.add(origin(symbol));
    entries.set(
      key,
      symbols.map((symbol) => textOf(origin(symbol), symbol.name)),
    );
  }

  const own = path.join(folder, 'dist') + path.sep;
  const behind = new Set();
  const open = [...exported];
  for (let symbol = open.pop(); symbol; symbol = open.pop()) {
    for (const found of namedIn(symbol, (node) => checker.getSymbolAtLocation(node)).map(origin)) {
      if (exported.has(found) || behind.has(found) || !isTopLevel(found, own)) continue;
      behind.add(found);
      open.push(found);
    }
  }
  return { entries, behind: [...behind].sort(byName).map((symbol) => textOf(symbol, symbol.name)) };
}

const byName = (one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);

function textOf(symbol, name) {
  const contract = [...new Set((symbol.declarations ?? []).map(contractOf))].join('\n');
  return symbol.name === name ? contract : `${contract}\nexport { ${symbol.name} as ${name} };`;
}

/** The symbols of all names that stand in a symbol's declarations. */
function namedIn(symbol, symbolOf) {
  const found = [];
  const visit = (node) => {
    if (isPrivate(node)) return;
    if (ts.isIdentifier(node)) found.push(symbolOf(node));
    ts.forEachChild(node, visit);
  };
  for (const declaration of symbol.declarations ?? []) visit(declaration);
  return found.filter(Boolean);
}

function isTopLevel({ declarations = [] }, own) {
  return declarations.some((node) => {
    const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    return ts.isSourceFile(statement.parent) && path.normalize(statement.parent.fileName).startsWith(own);
  });
}
