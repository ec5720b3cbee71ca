/** Deeper than any real document: beyond it a body is told apart by its bytes alone. */
const MAX_DEPTH = 100;

/** Counts the values that were written. */
interface Tally {
  values: number;
}

/**
 * The JSON Canonicalization Scheme (RFC 8785): members sorted by the UTF-16 code units of their names, numbers as
 * ECMAScript writes them. Throws a RangeError for what the scheme can't express: a lone surrogate, a number that is
 * not finite, a document nested deeper than 100.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0, { values: 0 });
}

function write(value: unknown, depth: number, tally: Tally): string {
  tally.values++;
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
      return Array.isArray(value) ? writeArray(value, depth, tally) : writeObject(value, depth, tally);
    default:
      throw new RangeError(`no JSON: ${typeof value}`);
  }
}

function writeArray(items: readonly unknown[], depth: number, tally: Tally): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += write(items[i] ?? null, depth + 1, tally);
  }
  return text + ']';
}

function writeObject(value: object, depth: number, tally: Tally): string {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return write(toJSON.call(value), depth + 1, tally);
  const members = value as Record<string, unknown>;
  // The default sort compares UTF-16 code units.
  const names = Object.keys(members).sort();
  let text = '{';
  for (const name of names) {
    const member = members[name];
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += `${quoted(name)}:${write(member, depth + 1, tally)}`;
  }
  return text + '}';
}

/** Anything that must be escaped, or might be a lone surrogate. */
const SPECIAL = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

function quoted(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new RangeError('a lone surrogate');
  return JSON.stringify(text);
}

/**
 * The canonical form of a JSON text, or `undefined` where it has none that keeps different texts apart: not JSON,
 * numbers beyond the precision of a double, a member named twice.
 */
export function canonicalJsonText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const written = writtenValues(text);
    if (written === undefined) return undefined;
    const tally: Tally = { values: 0 };
    const canonical = write(value, 0, tally);
    // Of a member that is named twice only the last is left.
    return tally.values === written ? canonical : undefined;
  } catch {
    return undefined;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What a double keeps of any decimal number. */
const SAFE_DIGITS = 15;

/**
 * How many values a well-formed JSON text writes: one more than its commas, for each container that is not empty.
 * `undefined` when one of its numbers has more digits than a double keeps, or an exponent of three digits.
 */
function writtenValues(text: string): number | undefined {
  let values = 1;
  let digits = 0;
  let exponentDigits = -1;
  let opened = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20) continue; // white space can't stand inside of a number
    if (code >= 0x30 && code <= 0x39) {
      if (exponentDigits >= 0) exponentDigits++;
      else digits++;
      if (digits > SAFE_DIGITS || exponentDigits > 2) return undefined;
    } else if (code === 0x65 || code === 0x45)
      exponentDigits = 0; // e, E; in a literal it does no harm
    else if (code !== 0x2e && code !== 0x2b && code !== 0x2d) {
      digits = 0;
      exponentDigits = -1;
    }
    const closes = code === 0x5d || code === 0x7d;
    if (opened && !closes) values++;
    opened = code === 0x5b || code === 0x7b;
    if (code === 0x2c) values++;
    else if (code === QUOTE) i = endOfString(text, i + 1);
  }
  return values;
}

/** The place of the quote that ends a string. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}
