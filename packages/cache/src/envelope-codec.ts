import type { Entry } from './entry.js';
import type { Serializer } from './values/serializer.js';

/**
 * The head of every text that a level keeps: `v` or `t` (a tombstone), the generation in 16 digits, the writer's 8
 * characters. Fixed, so that a script compares it without reading the rest.
 */
export const HEAD = 25;

/** What a level holds under a key. */
export type Stored =
  | { readonly kind: 'absent' }
  | { readonly kind: 'tombstone'; readonly generation: number }
  | { readonly kind: 'value'; readonly generation: number; readonly entry: Entry };

const ABSENT: Stored = { kind: 'absent' };

/** The part after the head. */
export function encodeBody(entry: Entry, serializer: Serializer): string {
  const { created, soft, grace, tags, start } = entry;
  const meta = JSON.stringify([start, created, soft === Infinity ? null : soft, grace, ...tags]);
  return `${meta}\n${serializer.serialize(entry.value)}`;
}

/** The whole text, for a level without scripts. */
export function encodeText(entry: Entry, serializer: Serializer): string {
  return `v${String(entry.generation).padStart(16, '0')}${'-'.repeat(8)}${encodeBody(entry, serializer)}`;
}

/** Reads what a level holds. What can't be understood counts as absent. */
export function decodeText(text: unknown, serializer: Serializer): Stored {
  if (typeof text !== 'string' || text.length < HEAD) return ABSENT;
  const generation = Number(text.slice(1, 17));
  if (!Number.isSafeInteger(generation)) return ABSENT;
  if (text.charCodeAt(0) === 0x74) return { kind: 'tombstone', generation };
  const end = text.indexOf('\n', HEAD);
  if (text.charCodeAt(0) !== 0x76 || end === -1) return ABSENT;
  try {
    const [start, created, soft, grace, ...tags] = JSON.parse(text.slice(HEAD, end)) as [
      number,
      number,
      number | null,
      number,
      ...string[],
    ];
    const value = serializer.deserialize(text.slice(end + 1));
    const entry = { value, created, soft: soft ?? Infinity, grace, tags, start, generation };
    return { kind: 'value', generation, entry };
  } catch {
    // Written by another version or by somebody else: as good as absent, but its generation counts.
    return { kind: 'tombstone', generation };
  }
}
