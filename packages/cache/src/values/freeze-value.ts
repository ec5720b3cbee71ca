import type { CopiedValue } from './copy-value.js';

/** What was found while freezing. */
interface Found {
  bytes: number;
  mutable: boolean;
}

/** Freezes a value in place that nobody else holds, as one that was just read from another level. */
export function freezeValue(value: unknown): CopiedValue {
  if (typeof value !== 'object' || value === null)
    return { value, bytes: typeof value === 'string' ? value.length : 8, mutable: false };
  const found: Found = { bytes: 0, mutable: false };
  visit(value, found);
  return { value, bytes: found.bytes, mutable: found.mutable };
}

function visit(value: object, found: Found): void {
  found.bytes += 32;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) part(value[i], found);
    Object.freeze(value);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    // Copied for each reader anyway.
    found.mutable = true;
    found.bytes += value instanceof Uint8Array ? value.byteLength : 200;
    return;
  }
  for (const name in value) part((value as Record<string, unknown>)[name], found);
  Object.freeze(value);
}

function part(value: unknown, found: Found): void {
  found.bytes += typeof value === 'string' ? value.length + 8 : 8;
  if (typeof value === 'object' && value !== null) visit(value, found);
}
