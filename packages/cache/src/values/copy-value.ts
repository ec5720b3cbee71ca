import { UnserializableError } from '../errors.js';

/** A copy, and what was found on the way. */
export interface CopiedValue {
  readonly value: unknown;
  /** Rough size in bytes: strings by their length, objects by their slots. */
  readonly bytes: number;
  /** Whether it holds what freezing does not protect: `Map`, `Set`, `Date`, `Buffer`. */
  readonly mutable: boolean;
  /** As the serializer writes it, where that is known. */
  readonly text?: string | undefined;
}

/**
 * Deep copy of plain data, `Map`, `Set`, `Date`, `Buffer`, `Uint8Array`; with `freeze`, what can be frozen is.
 * Instances of classes become what their `toJSON` gives.
 * @throws UnserializableError
 */
export function copyValue(value: unknown, freeze: boolean): CopiedValue {
  if (typeof value !== 'object' || value === null)
    return { value: scalar(value), bytes: typeof value === 'string' ? value.length : 8, mutable: false };
  const copier = new Copier(freeze);
  return { value: copier.copy(value), bytes: copier.bytes, mutable: copier.mutable };
}

function scalar(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new UnserializableError(`a ${typeof value}`);
  return value;
}

/** Deeper than any data; what goes deeper is a cycle. */
const MAX_DEPTH = 1_000;

class Copier {
  bytes = 0;
  mutable = false;
  #depth = 0;

  constructor(readonly freeze: boolean) {}

  copy(value: unknown): unknown {
    this.bytes += typeof value === 'string' ? value.length + 8 : 8;
    if (typeof value !== 'object' || value === null) return scalar(value);
    if (++this.#depth > MAX_DEPTH) throw new UnserializableError('a cycle, or more than 1,000 levels');
    const copied = this.#object(value);
    this.#depth--;
    return copied;
  }

  #object(value: object): unknown {
    if (Array.isArray(value)) {
      this.bytes += 32;
      const array = new Array<unknown>(value.length);
      for (let i = 0; i < value.length; i++) array[i] = this.copy(value[i]);
      return this.freeze ? Object.freeze(array) : array;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return this.#plain(value as Record<string, unknown>);
    return this.#instance(value);
  }

  #plain(value: Record<string, unknown>): unknown {
    const { toJSON } = value;
    if (typeof toJSON === 'function') return this.copy((toJSON as () => unknown).call(value));
    this.bytes += 32;
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const one = this.copy(value[name]);
      if (name === '__proto__')
        Object.defineProperty(copy, name, {
          value: one,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      else copy[name] = one;
    }
    return this.freeze ? Object.freeze(copy) : copy;
  }

  #instance(value: object): unknown {
    this.mutable = true;
    this.bytes += 64;
    if (value instanceof Date) return new Date(value);
    if (value instanceof Uint8Array) {
      this.bytes += value.byteLength;
      return Buffer.isBuffer(value) ? Buffer.from(value) : new Uint8Array(value);
    }
    if (value instanceof Map) {
      const map = new Map<unknown, unknown>();
      for (const [key, one] of value as Map<unknown, unknown>) map.set(this.copy(key), this.copy(one));
      return map;
    }
    if (value instanceof Set) {
      const set = new Set<unknown>();
      for (const one of value as Set<unknown>) set.add(this.copy(one));
      return set;
    }
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.copy((toJSON as () => unknown).call(value));
    throw new UnserializableError(`an instance of ${value.constructor?.name ?? 'an unknown class'}`);
  }
}
