import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBinary, locateBinary, MissingBinaryError } from '../src/index.js';

const environment = { ...process.env };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'spark-perf-binaries-'));
});
afterEach(async () => {
  process.env = { ...environment };
  await rm(folder, { recursive: true, force: true });
});

async function program(...segments: string[]): Promise<string> {
  const file = path.join(folder, ...segments);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

describe('findBinary', () => {
  test('prefers the environment variable', async () => {
    const file = await program('my-redis');
    process.env.REDIS_SERVER_BIN = file;
    expect(findBinary('redis-server')).toBe(file);
  });

  test('POSTGRES_BIN names a folder', async () => {
    process.env.POSTGRES_BIN = folder;
    const file = await program('initdb');
    expect(findBinary('initdb')).toBe(file);
    expect(() => findBinary('postgres')).toThrow(`POSTGRES_BIN is set to "${folder}"`);
  });

  test('then PATH, by the best name', async () => {
    delete process.env.CHROMIUM_BIN;
    process.env.PATH = folder;
    const second = await program('google-chrome');
    expect(locateBinary('chromium')).toBe(second);
    const first = await program('chromium');
    expect(locateBinary('chromium')).toBe(first);
  });

  test('a folder or a file that can not be run does not count', async () => {
    process.env.WRK_BIN = folder;
    expect(() => findBinary('wrk')).toThrow(MissingBinaryError);
  });

  test('the error is one sentence that names what to install', () => {
    expect(new MissingBinaryError('redis-server').message).toBe(
      'redis-server was not found: install it (on Debian and Ubuntu: apt-get install redis-server) ' +
        'or set REDIS_SERVER_BIN to the path of redis-server.',
    );
  });
});
