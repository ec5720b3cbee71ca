import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RawHeader } from './captured-response.js';

/** What `writeHead` may be given as its headers: an object, a flat list of names and values, or a list of pairs. */
export type HeadArgument = OutgoingHttpHeaders | readonly OutgoingHttpHeader[] | undefined;

/** The response fields set so far, as pairs in their own case. */
export function setHeaders(res: ServerResponse): RawHeader[] {
  const pairs: RawHeader[] = [];
  // Node has the method since 15.4; its types only know it of client requests.
  const names = (res as ServerResponse & { getRawHeaderNames(): string[] }).getRawHeaderNames();
  for (const name of names) append(pairs, name, res.getHeader(name));
  return pairs;
}

/** The fields given to `writeHead`. */
export function headArgument(headers: HeadArgument): RawHeader[] {
  const pairs: RawHeader[] = [];
  if (headers === undefined || headers === null) return pairs;
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) append(pairs, name, value);
    return pairs;
  }
  const list = headers as readonly OutgoingHttpHeader[];
  if (Array.isArray(list[0])) {
    for (const [name, value] of list as readonly string[][]) append(pairs, String(name), value);
    return pairs;
  }
  for (let i = 0; i + 1 < list.length; i += 2) append(pairs, String(list[i]), list[i + 1]);
  return pairs;
}

/** `over` replaces the fields of `base` that have the same name, as `writeHead` does. */
export function mergeHeaders(base: readonly RawHeader[], over: readonly RawHeader[]): readonly RawHeader[] {
  if (over.length === 0) return base;
  if (base.length === 0) return over;
  const isReplaced = over.length <= FEW ? oneOfFew(over) : oneOfMany(over);
  return [...base.filter(([name]) => !isReplaced(name)), ...over];
}

/** Up to here names are compared one by one, which is less work than a set of them. */
const FEW = 8;

function oneOfFew(fields: readonly RawHeader[]): (name: string) => boolean {
  return (name) => {
    for (const [other] of fields) {
      if (other.length === name.length && other.toLowerCase() === name.toLowerCase()) return true;
    }
    return false;
  };
}

function oneOfMany(fields: readonly RawHeader[]): (name: string) => boolean {
  const names = new Set(fields.map(([name]) => name.toLowerCase()));
  return (name) => names.has(name.toLowerCase());
}

function append(pairs: RawHeader[], name: string, value: OutgoingHttpHeader | undefined): void {
  if (value === undefined) return;
  if (Array.isArray(value)) for (const one of value) pairs.push([name, String(one)]);
  else pairs.push([name, String(value)]);
}
