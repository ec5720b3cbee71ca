import { expect, test } from '@jest/globals';
import { soakCount } from '@spark-perf/test-services';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const MIB = 1024 * 1024;

test('a million distinct URLs are held in 8 MiB with exact totals, and ten million requests leave nothing behind', () => {
  const [urls, requests] = [
    soakCount(1_000_000),
    soakCount(10_000_000) / (process.env['SPARK_SOAK'] ? 1 : 5),
  ];
  const fixture = path.join(__dirname, 'fixtures/held-memory.mjs');
  // A process of its own: what Jest holds comes and goes.
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', fixture, `${urls}`, `${requests}`], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringMatching(/^\{/) });
  const { held, total, rows, growth, count } = JSON.parse(stdout) as Record<string, number>;
  expect(held).toBeLessThanOrEqual(8 * MIB);
  expect(total).toBe(urls);
  expect(rows).toBeLessThanOrEqual(258);
  // The windows turn once in that time: copies of the histograms, then no more.
  expect(growth).toBeLessThanOrEqual(2 * MIB);
  expect(count).toBe(requests + requests / 10);
}, 620_000);
