import { describe, expect, test } from '@jest/globals';
import path from 'node:path';
import ts from 'typescript';
import { entriesOf } from '../src/entries-of.js';
import { filesBelow } from '../src/files-below.js';
import { docOf, isExported, nodesOf, parse, placeOf } from '../src/parse.js';
import { packages, privateProjects, readText } from '../src/workspace.js';

const LONGEST = 250;
/** They follow the connections themselves, to the server or to its clients. */
const WATCHES_CONNECTIONS = /\/(?:drain\/connection-tracker|transport\/node-exchanges)\.ts$/;
const LONGEST_SHELL = 60;
const linesOf = (file: string) => (readText(file) ?? '').replace(/\n$/, '').split('\n').length;

describe.each([...packages, ...privateProjects])('%s', ({ folder }) => {
  const sources = filesBelow(`${folder}/src`);

  test(`no source file is longer than ${LONGEST} lines`, () => {
    const long = sources
      .filter((file) => linesOf(file) > LONGEST)
      .map((file) => `${file}: ${linesOf(file)} lines`);
    expect(long).toEqual([]);
  });

  test('every file is named after a concept, in lower case with dashes', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|shared|types|constants|lib)(\.ts|\/)/;
    const inside = (file: string) => file.slice(`${folder}/src/`.length);
    expect(sources.filter((file) => vague.test(inside(file)))).toEqual([]);
    const odd = sources.filter((file) => !/^([a-z0-9-]+\/)*[a-z0-9-]+(\.d)?\.ts$/.test(inside(file)));
    expect(odd).toEqual([]);
  });
});

describe.each(packages)('%s', (project) => {
  const { folder } = project;
  const sources = filesBelow(`${folder}/src`);
  const entries = [...entriesOf(project).values()].flatMap((file) => file ?? []);

  test('no `export *`', () => {
    const wrong = sources.flatMap((file) =>
      parse(file).statements.filter((one) => ts.isExportDeclaration(one) && !one.exportClause),
    );
    expect(wrong.map(placeOf)).toEqual([]);
  });

  test('index.ts is the contract: named exports, no logic', () => {
    const contracts = sources.filter((file) => path.basename(file) === 'index.ts');
    const logic = contracts.flatMap((file) =>
      parse(file).statements.filter((one) => !(ts.isExportDeclaration(one) && one.moduleSpecifier)),
    );
    expect(logic.map(placeOf)).toEqual([]);
  });

  test('compiles to CommonJS: no import.meta, no top-level await', () => {
    const wrong = sources.flatMap((file) =>
      [...nodesOf(parse(file))].filter((node) => ts.isMetaProperty(node) && node.name.text === 'meta'),
    );
    const awaits = sources.flatMap((file) => parse(file).statements.filter(awaitsAtTop));
    expect([...wrong, ...awaits].map(placeOf)).toEqual([]);
  });

  test('whoever waits for the end of a response hears of one that is lost before its turn', () => {
    const waits = /\b(?:res|response)\.(?:on|once)\('close'/;
    const deaf = sources.filter((file) => {
      const text = readText(file) ?? '';
      return waits.test(text) && !text.includes('onQueuedResponseLost') && !WATCHES_CONNECTIONS.test(file);
    });
    expect(deaf).toEqual([]);
  });

  test('no module-level state', () => {
    expect(sources.flatMap((file) => parse(file).statements.filter(isState)).map(placeOf)).toEqual([]);
  });

  test(`middleware.ts is a thin shell: at most ${LONGEST_SHELL} lines of code`, () => {
    const shells = sources.filter(
      (file) => path.basename(file) === 'middleware.ts' && !file.endsWith('core/src/middleware.ts'),
    );
    const thick = shells
      .map((file) => [file, codeLines(file)] as const)
      .filter(([, lines]) => lines > LONGEST_SHELL);
    expect(thick).toEqual([]);
  });

  test('public classes and functions have a doc comment', () => {
    const names = new Set(
      entries.flatMap((file) =>
        [...nodesOf(parse(file))]
          .filter(ts.isExportSpecifier)
          .map((one) => (one.propertyName ?? one.name).text),
      ),
    );
    const bare = sources.flatMap((file) =>
      parse(file).statements.filter(
        (one): one is ts.ClassDeclaration | ts.FunctionDeclaration =>
          (ts.isClassDeclaration(one) || ts.isFunctionDeclaration(one)) &&
          isExported(one) &&
          one.name !== undefined &&
          names.has(one.name.text) &&
          docOf(one) === undefined &&
          !isOverloaded(one),
      ),
    );
    expect(bare.map((one) => `${placeOf(one)} ${one.name?.text}`)).toEqual([]);
  });
});

/** Further signatures and the implementation of an overloaded function share the first one's comment. */
function isOverloaded(node: ts.ClassDeclaration | ts.FunctionDeclaration): boolean {
  if (!ts.isFunctionDeclaration(node)) return false;
  const all = node.getSourceFile().statements.filter(ts.isFunctionDeclaration);
  return all.some(
    (other) => other !== node && other.name?.text === node.name?.text && docOf(other) !== undefined,
  );
}

function awaitsAtTop(statement: ts.Statement): boolean {
  const search = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    return (
      ts.isAwaitExpression(node) || (ts.forEachChild(node, (child) => search(child) || undefined) ?? false)
    );
  };
  return search(statement);
}

/** A variable that can be assigned, or a collection that starts empty: two copies of the package would differ. */
function isState(statement: ts.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false;
  if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) return true;
  return statement.declarationList.declarations.some(({ initializer }) => {
    if (!initializer || !ts.isNewExpression(initializer) || !ts.isIdentifier(initializer.expression))
      return false;
    const name = initializer.expression.text;
    return /^Weak(Map|Set|Ref)$/.test(name) || (/^(Map|Set)$/.test(name) && !initializer.arguments?.length);
  });
}

function codeLines(file: string): number {
  const text = (readText(file) ?? '').replace(/\/\*[\s\S]*?\*\//g, '');
  return text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}
