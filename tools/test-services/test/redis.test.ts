import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import type { RedisService } from '../src/index.js';
import { redisCommand, startRedis, waitFor } from '../src/index.js';

let redis: RedisService;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describe('startRedis', () => {
  test('answers on loopback', async () => {
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
    expect(await redis.command('SET', 'key', 'väl\r\nue')).toBe('OK');
    expect(await redis.command('GET', 'key')).toBe('väl\r\nue');
    expect(await redis.command('MGET', 'key', 'none')).toEqual(['väl\r\nue', null]);
  });

  test('an error reply rejects', async () => {
    await expect(redis.command('NOSUCH')).rejects.toThrow('unknown command');
  });

  test('answers nothing while paused, everything afterwards', async () => {
    await redis.pause();
    await expect(redisCommand(redis.port, ['PING'], { timeout: 200 })).rejects.toThrow(
      'no reply within 200 ms',
    );
    await redis.resume();
    expect(await redis.command('PING')).toBe('PONG');
  });

  test('is down after kill, and back on the same port after restart', async () => {
    const { port, pid } = redis;
    await redis.kill();
    expect(redis.running).toBe(false);
    await expect(redis.command('PING')).rejects.toThrow('ECONNREFUSED');
    await redis.restart();
    expect(redis.port).toBe(port);
    expect(redis.pid).not.toBe(pid);
    expect(await redis.command('PING')).toBe('PONG');
  });

  test('notices an end that it did not ask for', async () => {
    process.kill(redis.pid, 'SIGKILL');
    await waitFor(() => !redis.running);
    await redis.restart();
    expect(await redis.command('PING')).toBe('PONG');
  });

  test('many start at once, each on its own port', async () => {
    const many = await Promise.all(Array.from({ length: 5 }, () => startRedis()));
    expect(new Set(many.map(({ port }) => port)).size).toBe(5);
    await Promise.all(many.map((one) => one.stop()));
  });

  test('a persistent one keeps its data through kill', async () => {
    await using persistent = await startRedis({ persistent: true });
    await persistent.command('SET', 'key', 'kept');
    await persistent.kill();
    await persistent.restart();
    expect(await persistent.command('GET', 'key')).toBe('kept');
  });

  test('with a password, refuses those without', async () => {
    await using secret = await startRedis({ password: 'p@ss' });
    expect(secret.url).toContain(':p%40ss@');
    expect(await secret.command('PING')).toBe('PONG');
    await expect(redisCommand(secret.port, ['PING'])).rejects.toThrow('NOAUTH');
  });

  test('stop is idempotent, final, and works while paused', async () => {
    const one = await startRedis();
    const directory = String(((await one.command('CONFIG', 'GET', 'dir')) as string[])[1]);
    expect(existsSync(directory)).toBe(true);
    await one.pause();
    await Promise.all([one.stop(), one.stop()]);
    expect(existsSync(directory)).toBe(false);
    await expect(one.restart()).rejects.toThrow('stopped for good');
  });

  test('says what the server printed when it can not start', async () => {
    await expect(startRedis({ args: ['--no-such-setting', 'x'] })).rejects.toThrow(/no-such-setting/);
  });
});
