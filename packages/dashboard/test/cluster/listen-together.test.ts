import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { listenTogether } from '../../src/cluster/listen-together.js';

test('many listen with one listener, each gets what is emitted, and the last to end takes it off', () => {
  const emitter = new EventEmitter();
  const heard: string[] = [];
  const listen = (name: string): (() => void) =>
    listenTogether(emitter, 'message', (from: number, text: string) => heard.push(`${name} ${from} ${text}`));
  const [endA, endB] = [listen('a'), listen('b')];
  expect(emitter.listenerCount('message')).toBe(1);
  emitter.emit('message', 1, 'x');
  expect(heard.splice(0)).toEqual(['a 1 x', 'b 1 x']);
  endA();
  endA();
  emitter.emit('message', 2, 'y');
  expect(heard.splice(0)).toEqual(['b 2 y']);
  endB();
  expect(emitter.listenerCount('message')).toBe(0);
  const endC = listen('c');
  emitter.emit('message', 3, 'z');
  expect([heard, emitter.listenerCount('message')]).toEqual([['c 3 z'], 1]);
  endC();
});

test('other events, other emitters and other listeners are left alone', () => {
  const [one, two] = [new EventEmitter(), new EventEmitter()];
  const foreign = (): void => {};
  one.on('message', foreign);
  const ends = [one, two].flatMap((emitter) =>
    ['message', 'exit'].map((event) => listenTogether(emitter, event, () => {})),
  );
  expect([one, two].map((it) => [it.listenerCount('message'), it.listenerCount('exit')])).toEqual([
    [2, 1],
    [1, 1],
  ]);
  for (const end of ends) end();
  expect([one, two].map((it) => [it.listeners('message'), it.listeners('exit')])).toEqual([
    [[foreign], []],
    [[], []],
  ]);
});

test('one that ends, or ends another, while it is called', () => {
  const emitter = new EventEmitter();
  const heard: string[] = [];
  const endA = listenTogether(emitter, 'exit', () => {
    heard.push('a');
    endA();
    endB();
  });
  const endB = listenTogether(emitter, 'exit', () => heard.push('b'));
  emitter.emit('exit');
  emitter.emit('exit');
  expect([heard, emitter.listenerCount('exit')]).toEqual([['a'], 0]);
});
