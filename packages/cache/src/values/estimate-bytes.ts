/** What is deeper is not counted: a shared value may be a cycle. */
const MAX_DEPTH = 50;

/** Rough size of a value in bytes, without copying it. Looks at no more than about 10,000 parts. */
export function estimateBytes(value: unknown): number {
  return sizeOf(value, { left: 10_000 }, 0);
}

function sizeOf(value: unknown, budget: { left: number }, depth: number): number {
  if (typeof value === 'string') return value.length + 8;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth > MAX_DEPTH || budget.left-- <= 0) return 8;
  let bytes = 40;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && budget.left > 0; i++, budget.left--)
      bytes += sizeOf(value[i], budget, depth + 1);
    return bytes;
  }
  if (ArrayBuffer.isView(value)) return bytes + value.byteLength;
  if (value instanceof Map || value instanceof Set) {
    for (const [key, item] of (value as Map<unknown, unknown>).entries()) {
      if (budget.left-- <= 0) break;
      bytes += sizeOf(key, budget, depth + 1);
      if (value instanceof Map) bytes += sizeOf(item, budget, depth + 1);
    }
    return bytes;
  }
  for (const name in value) {
    if (budget.left-- <= 0) break;
    bytes += sizeOf((value as Record<string, unknown>)[name], budget, depth + 1);
  }
  return bytes;
}
