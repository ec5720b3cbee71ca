/** What an `Idempotency-Key` field says. */
export type IdempotencyKeyField =
  | { readonly kind: 'absent' }
  | { readonly kind: 'valid'; readonly key: string }
  | { readonly kind: 'malformed'; readonly reason: string };

const MAX_LENGTH = 255;
/** An RFC 8941 string: printable ASCII in quotes, `"` and `\` escaped. */
const SF_STRING = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** What clients without quotes send (Stripe's way): visible ASCII without the delimiters of structured fields. */
const BARE_TOKEN = /^[\x21\x23-\x2b\x2d-\x39\x3c-\x5b\x5d-\x7e]+$/;

/**
 * Reads the field of draft-ietf-httpapi-idempotency-key-header-07: a structured-field string of 1 to 255 printable
 * ASCII characters; a bare token is accepted and is the same key as its quoted form.
 */
export function parseIdempotencyKey(field: string | readonly string[] | undefined): IdempotencyKeyField {
  if (field === undefined) return { kind: 'absent' };
  if (typeof field !== 'string') return malformed('the field is given more than once');
  if (field.length > 4 * MAX_LENGTH) return malformed(`longer than ${MAX_LENGTH} characters`);
  const text = field.startsWith(' ') || field.endsWith(' ') ? field.replace(/^ +| +$/g, '') : field;
  const quoted = text.startsWith('"') ? SF_STRING.exec(text) : null;
  if (quoted === null && !isBare(text)) return malformed('not a structured-field string');
  const key = quoted === null ? text : (quoted[1] ?? '').replace(/\\(["\\])/g, '$1');
  if (key === '') return malformed('empty');
  if (key.length > MAX_LENGTH) return malformed(`longer than ${MAX_LENGTH} characters`);
  return { kind: 'valid', key };
}

/** Other structured-field types are no keys: `?1` is a boolean, `:YQ==:` bytes, `(a)` an inner list. */
function isBare(text: string): boolean {
  return BARE_TOKEN.test(text) && !/^\?[01]$|^[:(]|[:)]$/.test(text);
}

function malformed(reason: string): IdempotencyKeyField {
  return { kind: 'malformed', reason };
}
