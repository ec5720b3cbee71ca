/** Directives of `Cache-Control`, by lower-case name; `true` without an argument. */
export type CacheControl = ReadonlyMap<string, string | true>;

// A directive is a token, with an argument that is a token or a quoted string (RFC 9111, section 5.2).
const DIRECTIVE = /([!#$%&'*+\-.^_`|~\w]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?/g;
const MAX_DELTA = 2 ** 31;
const MAX_TEXT = 4_096;

/**
 * Parses one field or several. Of a directive that comes twice the first counts. More than 4 KiB is not read: nobody knows
 * what it forbids, so it counts as `no-store`.
 */
export function parseCacheControl(field: string | readonly string[] | undefined): CacheControl {
  const text = typeof field === 'string' || field === undefined ? field : field.join(',');
  const directives = new Map<string, string | true>();
  if (text === undefined || text === '') return directives;
  if (text.length > MAX_TEXT) return directives.set('no-store', true);
  for (const [, name, quoted, plain] of text.matchAll(DIRECTIVE)) {
    const lower = name!.toLowerCase();
    if (!directives.has(lower)) directives.set(lower, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? true);
  }
  return directives;
}

/**
 * A directive's delta-seconds: `undefined` when absent, 0 when malformed (stale is the safe reading, section 4.2.1),
 * at most 2^31 (section 1.2.2).
 */
export function deltaSeconds(directives: CacheControl, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return typeof value === 'string' && /^\d+$/.test(value) ? Math.min(Number(value), MAX_DELTA) : 0;
}

/** The field names that a qualified `private` or `no-cache` lists; `undefined` when it is absent or unqualified. */
export function listedFields(directives: CacheControl, name: string): readonly string[] | undefined {
  const value = directives.get(name);
  if (typeof value !== 'string' || value === '') return undefined;
  return value.split(',').map((field) => field.trim().toLowerCase());
}

/** Whether a directive is there without an argument that limits it. */
export function isUnqualified(directives: CacheControl, name: string): boolean {
  const value = directives.get(name);
  return value === true || value === '';
}
