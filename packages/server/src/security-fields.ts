import type { SecuritySettings } from './options.js';
import { ResponseFields } from './response-fields.js';

const DEFAULTS: Readonly<Record<string, string>> = Object.freeze({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'no-referrer',
});

/** The fields that the option `security` puts on every response. @throws InvalidFieldError */
export function securityFields(security: false | SecuritySettings): readonly (readonly [string, string])[] {
  if (security === false) return [];
  const fields = new ResponseFields();
  for (const [name, value] of Object.entries({ ...DEFAULTS, ...lowerCased(security.headers ?? {}) })) {
    if (value !== false) fields.set(name, value);
  }
  return [...fields.entries()].map(([name, value]) => [name, String(value)] as const);
}

function lowerCased(headers: Readonly<Record<string, string | false>>): Record<string, string | false> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
