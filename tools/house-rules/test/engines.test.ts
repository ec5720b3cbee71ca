import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { filesBelow } from '../src/files-below.js';
import { isExported, parse, placeOf } from '../src/parse.js';
import { packages } from '../src/workspace.js';

const DUTIES = ['getStats', 'collect', 'on', 'close', '[Symbol.asyncDispose]'];

test.each(packages)('%s: whatever offers a middleware has the duties of an engine', ({ folder }) => {
  if (folder === 'packages/core') return; // its mechanisms are parts of engines
  const wrong = filesBelow(`${folder}/src`)
    .flatMap((file) => parse(file).statements.filter(ts.isClassDeclaration))
    .filter((one) => isExported(one) && namesOf(one).includes('middleware'))
    .flatMap((one) => {
      const missing = DUTIES.filter((duty) => !namesOf(one).includes(duty));
      const inherits = one.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
      return missing.length === 0 || inherits
        ? []
        : [`${placeOf(one)} ${one.name?.text} lacks ${missing.join(', ')}`];
    });
  expect(wrong).toEqual([]);
});

function namesOf(declaration: ts.ClassDeclaration): string[] {
  return declaration.members.flatMap(({ name }) => name?.getText() ?? []);
}
