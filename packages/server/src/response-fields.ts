import { printable } from '@spark-perf/core';
import { InvalidFieldError } from './errors.js';

/** Longest value of a response field, in characters. */
const MAX_VALUE = 8_192;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110, section 5.5: visible characters, spaces, tabs and Latin-1; no CR, LF or NUL. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The fields that a context collects until it answers, by lower-cased name. */
export class ResponseFields {
  readonly #values = new Map<string, string | readonly string[]>();

  /** @throws InvalidFieldError */
  set(name: string, value: unknown): void {
    if (typeof name !== 'string' || !TOKEN.test(name)) {
      throw new InvalidFieldError(printable(String(name)), 'is not a field name');
    }
    const key = name.toLowerCase();
    // Commas may stand in a cookie's date: several cookies can't be one field.
    if (key === 'set-cookie' && Array.isArray(value)) {
      this.#values.set(
        key,
        value.map((one) => checked(name, one)),
      );
      return;
    }
    this.#values.set(key, checked(name, value));
  }

  get(name: string): string | undefined {
    const value = this.#values.get(name.toLowerCase());
    return value === undefined || typeof value === 'string' ? value : value.join(', ');
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  entries(): IterableIterator<[string, string | readonly string[]]> {
    return this.#values.entries();
  }
}

function checked(name: string, value: unknown): string {
  const text = String(value);
  if (text.length > MAX_VALUE) throw new InvalidFieldError(name, `is longer than ${MAX_VALUE} characters`);
  if (!VALUE.test(text)) throw new InvalidFieldError(name, 'holds a character that HTTP does not allow');
  return text;
}
