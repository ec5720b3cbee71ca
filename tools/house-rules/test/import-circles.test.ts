import { describe, expect, test } from '@jest/globals';
import { filesBelow } from '../src/files-below.js';
import { importCircle } from '../src/import-circle.js';
import { loadsOf } from '../src/loads-of.js';
import { packages, privateProjects, readText } from '../src/workspace.js';

test.each([...packages, ...privateProjects])('%s: no file loads itself by way of others', ({ folder }) => {
  const loads = (file: string) => (readText(file) === undefined ? [] : loadsOf(file));
  expect(importCircle(filesBelow(`${folder}/src`), loads)).toBeUndefined();
});

describe('importCircle', () => {
  const circleOf = (graph: Record<string, string[]>) =>
    importCircle(Object.keys(graph), (file) => graph[file] ?? []);

  test('names the files of a circle and leaves out the way to it', () => {
    expect(circleOf({ a: ['b'], b: ['c', 'd'], c: [], d: ['b'] })).toEqual(['b', 'd', 'b']);
  });

  test('finds none where two ways lead to one file', () => {
    expect(circleOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toBeUndefined();
  });
});
