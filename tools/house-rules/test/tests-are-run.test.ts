import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { filesBelow } from '../src/files-below.js';
import { nodesOf, parse, placeOf } from '../src/parse.js';
import { packages, privateProjects } from '../src/workspace.js';

const RUNNERS = new Set(['test', 'it', 'describe']);
const LEFT_OUT = new Set(['only', 'skip', 'todo', 'failing']);

test.each([...packages, ...privateProjects])('%s: no test is left out or run alone', ({ folder }) => {
  const wrong = filesBelow(`${folder}/test`)
    .flatMap((file) => [...nodesOf(parse(file))])
    .filter((node) => {
      if (ts.isIdentifier(node))
        return /^(x(it|test|describe)|f(it|describe))$/.test(node.text) && isCalled(node);
      if (!ts.isPropertyAccessExpression(node) || !LEFT_OUT.has(node.name.text)) return false;
      return ts.isIdentifier(node.expression) && RUNNERS.has(node.expression.text);
    });
  expect(wrong.map(placeOf)).toEqual([]);
});

function isCalled(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}
