/** Deeper than any real document: beyond it a body is told apart by its bytes alone. */
const MAX_DEPTH = 100;

/**
 * The JSON Canonicalization Scheme (RFC 8785): members sorted by the UTF-16 code units of their names, numbers as
 * ECMAScript writes them. Throws a RangeError for what the scheme can't express: a lone surrogate, a number that is
 * not finite, a document nested deeper than 100.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('not a finite number');
    return JSON.stringify(value); // writes -0 as 0, as the scheme does
  }
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item ?? null, depth + 1)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value as Record<string, unknown>, depth);
  throw new RangeError(`no JSON: ${typeof value}`);
}

function canonicalObject(value: Record<string, unknown>, depth: number): string {
  const toJSON = (value as { toJSON?: unknown }).toJSON;
  if (typeof toJSON === 'function') return canonicalJson(toJSON.call(value), depth + 1);
  // The default sort compares UTF-16 code units.
  const members = Object.keys(value)
    .sort()
    .filter((name) => value[name] !== undefined)
    .map((name) => `${quoted(name)}:${canonicalJson(value[name], depth + 1)}`);
  return `{${members.join(',')}}`;
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('a lone surrogate');
  return JSON.stringify(text);
}

/** A number with more digits than a double keeps: two different ones would have one canonical form. */
const LOSSY_NUMBER = /\d{16}|\d[eE][+-]?\d{3}|\.\d{16}|(?=[\d.]{17})\d+\.\d+/;

/**
 * The canonical form of a JSON text, or `undefined` where it has none that keeps different texts apart: not JSON,
 * numbers beyond the precision of a double, a member named twice.
 */
export function canonicalJsonText(text: string): string | undefined {
  try {
    let members = 0;
    const value: unknown = JSON.parse(text, (_name, member: unknown) => {
      members++;
      return member;
    });
    if (hasLossyNumber(text) || members !== countedMembers(text)) return undefined;
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

/** The text without its strings. */
function bare(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
}

function hasLossyNumber(text: string): boolean {
  return LOSSY_NUMBER.test(bare(text));
}

/** How many values the text writes: one more than its separators, for each container that is not empty. */
function countedMembers(text: string): number {
  const structure = bare(text).replace(/\s+/g, '');
  const commas = structure.split(',').length - 1;
  const containers = structure.match(/[[{](?![\]}])/g)?.length ?? 0;
  return 1 + commas + containers;
}
