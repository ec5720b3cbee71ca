/** Deeper than any real document: beyond it a body is told apart by its bytes alone. */
const MAX_DEPTH = 100;

/**
 * The JSON Canonicalization Scheme (RFC 8785): members sorted by the UTF-16 code units of their names, numbers as
 * ECMAScript writes them. Throws a RangeError for what the scheme can't express: a lone surrogate, a number that is
 * not finite, a document nested deeper than 100.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError('not a finite number');
      return value === 0 ? '0' : String(value); // -0 is written 0
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= MAX_DEPTH) throw new RangeError('nested too deeply');
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth);
    default:
      throw new RangeError(`no JSON: ${typeof value}`);
  }
}

function writeArray(items: readonly unknown[], depth: number): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += write(items[i] ?? null, depth + 1);
  }
  return text + ']';
}

function writeObject(value: object, depth: number): string {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return write(toJSON.call(value), depth + 1);
  const members = value as Record<string, unknown>;
  // The default sort compares UTF-16 code units.
  const names = Object.keys(members).sort();
  let text = '{';
  for (const name of names) {
    const member = members[name];
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += `${quoted(name)}:${write(member, depth + 1)}`;
  }
  return text + '}';
}

/** Anything that must be escaped, or might be a lone surrogate. */
const SPECIAL = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

/** A string as the scheme writes it. @throws RangeError when it holds a lone surrogate. */
export function quoted(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new RangeError('a lone surrogate');
  return JSON.stringify(text);
}
