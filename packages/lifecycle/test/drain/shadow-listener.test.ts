import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { shadowListener } from '../../src/drain/shadow-listener.js';

test('listens first, but only while somebody else does', () => {
  const emitter = new EventEmitter();
  const heard: string[] = [];
  const stop = shadowListener(emitter, 'upgrade', () => heard.push('shadow'));
  expect(emitter.listenerCount('upgrade')).toBe(0);
  const other = () => heard.push('other');
  emitter.on('upgrade', other);
  emitter.emit('upgrade');
  expect(heard).toEqual(['shadow', 'other']);
  emitter.off('upgrade', other);
  expect(emitter.listenerCount('upgrade')).toBe(0);
  emitter.once('upgrade', other);
  emitter.emit('upgrade');
  expect(heard).toEqual(['shadow', 'other', 'shadow', 'other']);
  expect(emitter.listenerCount('upgrade')).toBe(0);
  emitter.on('upgrade', other);
  stop();
  emitter.emit('upgrade');
  expect(heard.slice(4)).toEqual(['other']);
  expect(emitter.eventNames()).toEqual(['upgrade']);
});

test('finds a listener that was there before', () => {
  const emitter = new EventEmitter();
  const heard: string[] = [];
  emitter.on('connect', () => heard.push('other'));
  shadowListener(emitter, 'connect', () => heard.push('shadow'));
  emitter.emit('connect');
  expect(heard).toEqual(['shadow', 'other']);
});
