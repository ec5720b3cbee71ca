import { UnserializableError } from '../errors.js';
import { isPlainJson } from './is-plain-json.js';
import type { Serializer } from './serializer.js';

/**
 * JSON, and what JSON loses: `undefined`, `Date`, `Map`, `Set`, `Buffer`, `Uint8Array`, `bigint`, `NaN`, infinities
 * and -0. What JSON can keep is written as `j` and plain JSON. Anything else as `x` and a tree in which every array
 * and object is wrapped as `[letter, content]`, so that no data can be taken for a mark.
 */
export const jsonSerializer: Serializer = Object.freeze({
  serialize: (value: unknown) =>
    isPlainJson(value) ? `j${JSON.stringify(value)}` : `x${JSON.stringify(pack(value, new Set()))}`,
  deserialize: (text: string): unknown => {
    const parsed: unknown = JSON.parse(text.slice(1));
    return text.charCodeAt(0) === 0x6a ? parsed : unpack(parsed);
  },
});

type Packed = string | number | boolean | null | readonly [mark: string, content?: unknown];

function pack(value: unknown, above: Set<object>): Packed {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : ['n', Object.is(value, -0) ? '-0' : String(value)];
    case 'bigint':
      return ['i', value.toString()];
    case 'undefined':
      return ['u'];
    case 'object':
      return value === null ? null : packObject(value, above);
    default:
      throw new UnserializableError(`a ${typeof value}`);
  }
}

function packObject(value: object, above: Set<object>): Packed {
  if (value instanceof Date) return ['d', value.getTime()];
  if (Buffer.isBuffer(value)) return ['b', value.toString('base64')];
  if (value instanceof Uint8Array)
    return ['y', Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')];
  if (above.has(value)) throw new UnserializableError('a cycle');
  above.add(value);
  const packed = packContainer(value, above);
  above.delete(value);
  return packed;
}

function packContainer(value: object, above: Set<object>): Packed {
  if (Array.isArray(value)) return ['a', Array.from(value, (one: unknown) => pack(one, above))];
  if (value instanceof Map)
    return ['m', Array.from(value, ([key, one]: [unknown, unknown]) => [pack(key, above), pack(one, above)])];
  if (value instanceof Set) return ['s', Array.from(value, (one: unknown) => pack(one, above))];
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return pack((toJSON as () => unknown).call(value), above);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new UnserializableError(`an instance of ${value.constructor?.name ?? 'an unknown class'}`);
  return ['o', Object.entries(value).map(([name, one]) => [name, pack(one, above)])];
}

function unpack(packed: unknown): unknown {
  if (!Array.isArray(packed)) return packed;
  const [mark, content] = packed as [string, unknown];
  switch (mark) {
    case 'n':
      return Number(content);
    case 'i':
      return BigInt(content as string);
    case 'u':
      return undefined;
    case 'd':
      return new Date(content === null ? NaN : (content as number));
    case 'b':
      return Buffer.from(content as string, 'base64');
    case 'y':
      return new Uint8Array(Buffer.from(content as string, 'base64'));
    case 'a':
      return (content as unknown[]).map(unpack);
    case 'm':
      return new Map((content as [unknown, unknown][]).map(([key, one]) => [unpack(key), unpack(one)]));
    case 's':
      return new Set((content as unknown[]).map(unpack));
    case 'o':
      return Object.fromEntries((content as [string, unknown][]).map(([name, one]) => [name, unpack(one)]));
    default:
      throw new UnserializableError(`the mark ${JSON.stringify(mark)}`);
  }
}
