import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http';

/** What `writeHead` takes. */
export type HeadFields = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * The value of a field among those given to `writeHead`. Asked for each response: lengths, and the usual spelling, are
 * compared before anything is made.
 */
export function headField(fields: HeadFields, name: string): unknown {
  if (!Array.isArray(fields)) {
    for (const given in fields) if (isNamed(given, name)) return fields[given];
    return undefined;
  }
  if (Array.isArray(fields[0])) {
    return (fields as unknown as [string, unknown][]).find(([given]) => isNamed(given, name))?.[1];
  }
  for (let i = 0; i + 1 < fields.length; i += 2) if (isNamed(fields[i], name)) return fields[i + 1];
  return undefined;
}

function isNamed(given: unknown, name: string): boolean {
  return (
    typeof given === 'string' &&
    given.length === name.length &&
    (given === name || given.toLowerCase() === name.toLowerCase())
  );
}
