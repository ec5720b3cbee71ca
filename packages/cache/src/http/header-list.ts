import type { RawHeader } from '@spark-perf/core';

/** The first field of that lower-case name. */
export function fieldOf(headers: readonly RawHeader[], name: string): string | undefined {
  for (const [field, value] of headers)
    if (field.length === name.length && field.toLowerCase() === name) return value;
  return undefined;
}

/** All fields of that lower-case name, joined as a list; `undefined` when there is none. */
export function listOf(headers: readonly RawHeader[], name: string): string | undefined {
  const values = headers.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The fields without those named. */
export function without(headers: readonly RawHeader[], names: ReadonlySet<string>): RawHeader[] {
  return headers.filter(([field]) => !names.has(field.toLowerCase()));
}
