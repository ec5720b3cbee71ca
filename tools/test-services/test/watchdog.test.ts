import { afterEach, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { processState } from '../src/process-tree.js';
import { waitFor } from '../src/wait-for.js';

// A process that starts a guarded sleeper the way servers are started, says its id, and lives on.
const OWNER = `
const { spawn } = require('node:child_process');
const { startWatchdog } = require(process.argv[1]);
const sleeper = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
startWatchdog(process.argv[2], 'KILL').guard(sleeper.pid);
process.stdout.write(String(sleeper.pid) + '\\n');
setInterval(() => {}, 1000);
`;

const owners: ChildProcess[] = [];
afterEach(() => owners.splice(0).forEach((owner) => owner.kill('SIGKILL')));

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a server does not outlive an owner that ends by %s',
  async (how) => {
    const directory = await mkdtemp(path.join(tmpdir(), 'spark-perf-watchdog-'));
    const owner = spawn(process.execPath, [
      '-e',
      OWNER,
      path.resolve(__dirname, '../dist/watchdog.js'),
      directory,
    ]);
    owners.push(owner);
    let printed = '';
    let complaint = '';
    owner.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    owner.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    await waitFor(() => {
      if (owner.exitCode !== null) throw new Error(complaint);
      return printed.endsWith('\n');
    });
    const sleeper = Number(printed);
    expect(processState(sleeper)).toBeDefined();
    owner.kill(how);
    await waitFor(() => processState(sleeper) === undefined);
    await waitFor(() => !existsSync(directory));
  },
);
