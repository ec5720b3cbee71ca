/**
 * A deep copy of a value that has been admitted: acyclic, of the kinds that `copyValue` knows. Several times as fast as
 * the copy that has to find that out.
 */
export function cloneKept(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const array = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) array[i] = cloneKept(value[i]);
    return array;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return cloneInstance(value);
  // The shape and its own names are copied natively, `__proto__` as a name too.
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy) {
    const one = copy[name];
    if (typeof one === 'object' && one !== null && name !== '__proto__') copy[name] = cloneKept(one);
  }
  if (Object.hasOwn(copy, '__proto__')) redefine(copy, value as Record<string, unknown>);
  return copy;
}

function cloneInstance(value: object): unknown {
  if (value instanceof Date) return new Date(value);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Map)
    return new Map(
      Array.from(value as Map<unknown, unknown>, ([key, one]) => [cloneKept(key), cloneKept(one)]),
    );
  return new Set(Array.from(value as Set<unknown>, cloneKept));
}

function redefine(copy: Record<string, unknown>, value: Record<string, unknown>): void {
  const own = Object.getOwnPropertyDescriptor(value, '__proto__')?.value as unknown;
  Object.defineProperty(copy, '__proto__', {
    value: cloneKept(own),
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
