/** Text without any of these holds no such key; the escape could spell one. */
const SUSPICIOUS = /__proto__|constructor|\\u00/i;

/**
 * Whether parsed JSON has a key that reaches a prototype once the value is merged or copied: `__proto__` anywhere, or
 * `constructor` with a `prototype` in it. Looks closely only at text that could have one; without recursion, for JSON
 * may be nested deeper than the stack.
 */
export function hasPrototypeKey(json: string, value: unknown): boolean {
  if (!SUSPICIOUS.test(json)) return false;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (Object.hasOwn(one, '__proto__')) return true;
    if (Object.hasOwn(one, 'constructor')) {
      const made = (one as { constructor: unknown }).constructor;
      if (typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype')) return true;
    }
    for (const inner of Object.values(one)) open.push(inner);
  }
  return false;
}

/** The same for the flat names of a form, in the spellings that parsers of nested forms read. */
export function isPrototypeFieldName(name: string): boolean {
  return /(?:^|[[.])__proto__(?:$|[\].[])|(?:^|[[.])constructor(?:\]?\[|\]?\.)prototype/.test(name);
}
