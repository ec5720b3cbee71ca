import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import path from 'node:path';

/** Runs the fixture, sends the signal once it listens, and gives its output and how it ended. */
async function signalled(
  options: object,
  signal: NodeJS.Signals,
  ...rest: string[]
): Promise<[string, unknown]> {
  const fixture = path.join(__dirname, 'fixtures/signalled.mjs');
  const child = spawn(process.execPath, [fixture, JSON.stringify(options), ...rest]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const first = output === '';
    output += chunk.toString();
    if (first) child.kill(signal);
  });
  const end = await new Promise((resolve) => child.once('close', (code, by) => resolve(by ?? code)));
  return [output, end];
}

test('without being asked no handler is installed: the signal does what it does', async () => {
  expect(await signalled({}, 'SIGTERM')).toEqual(['ready 0 0\n', 'SIGTERM']);
});

test.each(['SIGTERM', 'SIGINT'] as const)('asked, %s closes and ends with 0', async (signal) => {
  expect(await signalled({ signals: true }, signal)).toEqual(['ready 1 0\nshutting down\n', 0]);
});

test('ends with 1 when closing fails', async () => {
  expect(await signalled({ signals: ['SIGTERM'] }, 'SIGTERM', 'fail')).toEqual([
    'ready 1 0\nshutting down\n',
    1,
  ]);
});
