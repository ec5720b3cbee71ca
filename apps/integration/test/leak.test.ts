import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { soakCount } from '@spark-perf/test-services';
import { HOSTS } from './hosts/index.js';

const FIXTURE = path.join(__dirname, 'fixtures', 'leak.mjs');
const MIB = 1024 * 1024;
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

test.each(Object.keys(HOSTS))(
  'on %s requests leave nothing behind',
  async (name) => {
    const count = soakCount(100_000);
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--expose-gc', FIXTURE, name, String(count)]);
    const samples = JSON.parse(stdout) as number[];
    // What is compiled and cached once has come by the second quarter.
    const quarter = samples.length >> 2;
    const growth = median(samples.slice(-quarter)) - median(samples.slice(quarter, 2 * quarter));
    // A context kept for each request would be some 10 MiB at the least count.
    expect(growth).toBeLessThan(MIB);
  },
  300_000,
);
