import { expect, test } from '@jest/globals';
import { waitFor } from '@spark-perf/test-services';
import { fork } from 'node:child_process';
import path from 'node:path';

interface Told {
  readonly warnings: readonly string[];
  readonly before: readonly number[];
  readonly open: readonly number[];
  readonly after: readonly number[];
}

test('twenty pages in one process: no warning of a leak, and closing them takes every listener off', async () => {
  const child = fork(path.join(__dirname, 'fixtures/many-pages.mjs'), [], { execArgv: [] });
  let told: Told | undefined;
  child.on('message', (message: object) => {
    if ('warnings' in message) told = message as Told; // the reports say their last on the same channel
  });
  await waitFor(() => child.exitCode !== null || child.signalCode !== null, { timeout: 60_000 });
  expect(child.exitCode).toBe(0);
  expect(told?.warnings).toEqual([]);
  expect(told?.open).not.toEqual(told?.before);
  expect(told?.after).toEqual(told?.before);
});
