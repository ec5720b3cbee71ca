import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

test('every error code has a row in docs/errors.md and in the README', () => {
  const read = (...parts: string[]): string => readFileSync(path.join(__dirname, '..', ...parts), 'utf8');
  const codes = [...read('src', 'errors.ts').matchAll(/'(SPARK_[A-Z_]+)'/g)].map(([, code]) => code!);
  expect(new Set(codes).size).toBe(10);
  for (const document of [read('..', '..', 'docs', 'errors.md'), read('README.md')]) {
    for (const code of codes) expect(document).toContain(`| \`${code}\``);
  }
});
