const MAX_LENGTH = 256;
const MAX_SEGMENTS = 12;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBER = /^[+-]?\d+(?:[.,]\d+)*$/;
const DATE = /^\d{4}-\d{2}(?:-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)?$/i;
const HASH = /^(?=.*\d)[0-9a-f]{8,}$/i;
/** Ids with a prefix, such as `user-42` and `cus_9s6XKzkNRiz8i3`. */
const PREFIXED = /^[a-z]{1,16}[-_:](?=[a-z]*\d)[0-9a-z]{1,64}$/i;
const TOKEN = /^(?=.*\d)[\w~.=+-]{20,}$|^[\w~.=+-]{40,}$/;

/**
 * A path with what varies collapsed: `/users/42/orders/7f9c…` becomes `/users/:id/orders/:hash`. Numbers and UUIDs
 * become `:id`, dates `:date`, hexadecimal digests `:hash`, long tokens `:token`; what can't be printed `:text`.
 * At most 12 segments and 256 characters remain.
 */
export function routeTemplate(path: string): string {
  const mark = path.search(/[?#;]/);
  const segments = (mark === -1 ? path : path.slice(0, mark))
    .slice(0, 2_048)
    .split('/')
    .filter((segment) => segment !== '');
  const kept = segments.slice(0, MAX_SEGMENTS).map(collapse);
  if (segments.length > MAX_SEGMENTS) kept.push('*');
  return `/${kept.join('/')}`.slice(0, MAX_LENGTH);
}

function collapse(segment: string): string {
  if (UUID.test(segment)) return ':id';
  if (DATE.test(segment)) return ':date';
  if (NUMBER.test(segment)) return ':id';
  if (HASH.test(segment)) return ':hash';
  if (PREFIXED.test(segment)) return ':id';
  if (TOKEN.test(segment) || segment.length > 64) return ':token';
  return /^[\w.~!$&'()*+,=:@-]+$/.test(segment) ? segment : ':text';
}
