import type { StoredResponse } from './stored-response.js';

/** A field as `setHeader` takes it: repeated ones together. */
export interface GroupedField {
  readonly name: string;
  readonly value: string | string[];
}

/** The kept fields as a flat list, or those of them whose lower-case name is wanted. */
export function storedFields(stored: StoredResponse, wanted?: (name: string) => boolean): string[] {
  const fields: string[] = [];
  for (const [name, value] of stored.headers) {
    const lower = name.toLowerCase();
    if (lower === 'accept-ranges' || (wanted !== undefined && !wanted(lower))) continue;
    fields.push(name, value);
  }
  return fields;
}

/** The fields of the whole answer. Ranges are served from any kept 200, whatever its origin can do. */
export function wholeFields(stored: StoredResponse): string[] {
  const fields = storedFields(stored);
  if (stored.status === 200) fields.push('Accept-Ranges', 'bytes');
  return fields;
}

/** A flat list with repeated fields put together, under the first one's spelling. */
export function groupFields(fields: readonly string[]): GroupedField[] {
  const groups = new Map<string, { name: string; values: string[] }>();
  for (let i = 0; i < fields.length; i += 2) {
    const [name, value] = [fields[i]!, fields[i + 1]!];
    const group = groups.get(name.toLowerCase());
    if (group === undefined) groups.set(name.toLowerCase(), { name, values: [value] });
    else group.values.push(value);
  }
  return Array.from(groups.values(), ({ name, values }) => ({
    name,
    value: values.length === 1 ? values[0]! : values,
  }));
}
