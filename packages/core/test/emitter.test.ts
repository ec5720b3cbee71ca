import { expect, test } from '@jest/globals';
import { Emitter } from '../src/index.js';

interface Events {
  hit: { key: string };
  miss: { key: string };
}

test('delivers a payload to the listeners of its event, in their order', () => {
  const emitter = new Emitter<Events>();
  const seen: string[] = [];
  emitter.on('hit', ({ key }) => seen.push(`1:${key}`));
  emitter.on('hit', ({ key }) => seen.push(`2:${key}`));
  emitter.on('miss', () => seen.push('miss'));
  emitter.emit('hit', { key: 'a' });
  expect(seen).toEqual(['1:a', '2:a']);
});

test('the unsubscriber takes off one subscription only, and may be called again', () => {
  const emitter = new Emitter<Events>();
  let calls = 0;
  const listener = (): void => void calls++;
  const off = emitter.on('hit', listener);
  emitter.on('hit', listener);
  off();
  off();
  emitter.emit('hit', { key: 'a' });
  expect(calls).toBe(1);
});

test('has() tells whether anybody listens', () => {
  const emitter = new Emitter<Events>();
  expect(emitter.has('hit')).toBe(false);
  const off = emitter.on('hit', () => {});
  expect([emitter.has('hit'), emitter.has('miss')]).toEqual([true, false]);
  off();
  off();
  expect(emitter.has('hit')).toBe(false);
  let heard = 0;
  emitter.on('hit', () => heard++);
  emitter.emit('hit', { key: 'a' });
  expect([emitter.has('hit'), heard]).toEqual([true, 1]);
});

test('a listener that throws or rejects reaches neither the engine nor the other listeners', async () => {
  const errors: unknown[] = [];
  const emitter = new Emitter<Events>((error, event) => errors.push([event, (error as Error).message]));
  let reached = false;
  emitter.on('hit', () => {
    throw new Error('sync');
  });
  emitter.on('hit', async () => {
    throw new Error('async');
  });
  emitter.on('hit', () => (reached = true));
  expect(() => emitter.emit('hit', { key: 'a' })).not.toThrow();
  await new Promise(setImmediate);
  expect(reached).toBe(true);
  expect(errors).toEqual([
    ['hit', 'sync'],
    ['hit', 'async'],
  ]);
});

test('survives an error handler that throws', () => {
  const emitter = new Emitter<Events>(() => {
    throw new Error('handler');
  });
  emitter.on('hit', () => {
    throw new Error('listener');
  });
  expect(() => emitter.emit('hit', { key: 'a' })).not.toThrow();
});

test('a listener may unsubscribe itself during delivery without another being skipped', () => {
  const emitter = new Emitter<Events>();
  const seen: string[] = [];
  const off = emitter.on('hit', () => {
    seen.push('once');
    off();
  });
  emitter.on('hit', () => seen.push('always'));
  emitter.emit('hit', { key: 'a' });
  emitter.emit('hit', { key: 'b' });
  expect(seen).toEqual(['once', 'always', 'always']);
});
