import type { ServerResponse } from 'node:http';

/** What a cache says of an answer. */
const OURS: ReadonlySet<string> = new Set(['x-cache', 'cache-status']);

/**
 * From here on `writeHead` leaves these fields as they are set: what a cache further in says of the same answer does not
 * take their place.
 */
export function guardOwnFields(res: ServerResponse): void {
  const target = res as unknown as { writeHead: (...args: unknown[]) => unknown };
  const { writeHead } = target;
  target.writeHead = (...args) => writeHead.apply(res, args.map(withoutOurs));
}

/** An argument of `writeHead`: a status, a message, or fields as an object or as a flat list. */
function withoutOurs(argument: unknown): unknown {
  if (typeof argument !== 'object' || argument === null) return argument;
  if (!Array.isArray(argument)) {
    const kept = Object.entries(argument).filter(([name]) => !isOurs(name));
    return Object.fromEntries(kept);
  }
  const list = argument as readonly unknown[];
  return list.filter((_, at) => !isOurs(list[at - (at % 2)]));
}

const isOurs = (name: unknown): boolean => OURS.has(String(name).toLowerCase());
