import { describe, expect, test } from '@jest/globals';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { trackedFiles } from '../src/tracked-files.js';
import { root } from '../src/workspace.js';

const BINARY = /\.(png|jpe?g|gif|ico|woff2?|db|sqlite|gz|br|zst|pb|pdf)$/;
const LARGEST = 2 * 1024 * 1024;

// Split, or this file would be found.
const words = (...parts: string[]) => parts.join('');
const machine = [
  new RegExp(words('(^|[\\s"\'`(=:])/', '(work/(main|shared)|root/|home/[a-z]+/|Users/[A-Za-z]+/)')),
  new RegExp(words('/bash', '_jobs|file:///', '(work|root|home)/')),
];
const registry = [
  /https?:\/\/[\w.-]*(registry|artifactory|nexus|npmmirror|codeartifact|pypi)[\w.-]*(:\d+)?\//i,
  /^\s*(@[\w-]+:)?registry\s*=/m,
  /_auth(Token)?\s*=/,
];
const origin = [
  new RegExp(
    words(
      '\\b(cla',
      'ude|anthro',
      'pic|chat',
      'gpt|open',
      'ai|co',
      'pilot|language mo',
      'del|ai-gen',
      'erated)\\b',
    ),
    'i',
  ),
  new RegExp(
    words('guide-', 'defects|the st', 'udy\\b|DESIGN', ' section|DESIGN', '\\.md|\\bis', 'sue #?\\d'),
  ),
];

const texts = trackedFiles()
  .filter((file) => !BINARY.test(file) && statSync(path.join(root, file)).size < LARGEST)
  .map((file) => [file, readFileSync(path.join(root, file), 'utf8')] as const);

function findings(patterns: readonly RegExp[], leaveOut: (file: string) => boolean = () => false): string[] {
  return texts
    .filter(([file, text]) => !leaveOut(file) && patterns.some((pattern) => pattern.test(text)))
    .flatMap(([file, text]) =>
      text.split('\n').flatMap((line, index) => {
        const found = patterns.map((pattern) => pattern.exec(line)).find(Boolean);
        return found ? [`${file}:${index + 1} ${found[0].trim()}`] : [];
      }),
    );
}

describe('files under version control', () => {
  test('name no path of somebody’s machine', () => expect(findings(machine)).toEqual([]));
  test('name no registry and no credential', () => expect(findings(registry)).toEqual([]));
  test('speak of the project alone', () =>
    expect(findings(origin, (file) => file === 'pnpm-lock.yaml')).toEqual([]));

  test('hold no build output, no dependency, no large file', () => {
    const strays = trackedFiles().filter((file) =>
      /(^|\/)(node_modules|dist|coverage|\.turbo)\/|\.(log|tgz|tsbuildinfo)$/.test(file),
    );
    expect(strays).toEqual([]);
    const large = trackedFiles().filter((file) => statSync(path.join(root, file)).size > 5 * LARGEST);
    expect(large).toEqual([]);
  });
});
