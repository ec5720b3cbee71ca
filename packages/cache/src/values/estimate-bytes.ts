/** Rough size of a value in bytes, without copying it. Looks at no more than 10,000 parts. */
export function estimateBytes(value: unknown): number {
  let bytes = 0;
  const queue: unknown[] = [value];
  for (let at = 0; at < queue.length && at < 10_000; at++) {
    const one = queue[at];
    bytes += typeof one === 'string' ? one.length + 8 : 8;
    if (typeof one !== 'object' || one === null) continue;
    bytes += 32;
    if (ArrayBuffer.isView(one)) bytes += one.byteLength;
    else if (one instanceof Map)
      for (const [key, item] of one as Map<unknown, unknown>) queue.push(key, item);
    else if (one instanceof Set) for (const item of one as Set<unknown>) queue.push(item);
    else for (const item of Object.values(one)) queue.push(item);
  }
  return bytes;
}
