import type { Entry } from './entry.js';
import type { Serializer } from './values/serializer.js';

/**
 * The head of every text that a level keeps: `v` or `t` (a tombstone), the generation in 16 digits, the writer's 8
 * characters. Fixed, so that a script compares it without reading the rest.
 */
export const HEAD = 25;
const ZERO = 0x30;

/** What a level holds under a key. */
export type Stored =
  { readonly kind: 'absent' } | { readonly kind: 'tombstone'; readonly generation: number } | StoredValue;

export interface StoredValue {
  readonly kind: 'value';
  readonly generation: number;
  readonly entry: Entry;
  /** Characters of the whole text. */
  readonly size: number;
}

const ABSENT: Stored = { kind: 'absent' };
/** Of an entry in the root without tags of its own; the root's epoch is never written down. */
const ROOT_TAGS: readonly string[] = Object.freeze(['e']);

/** The part after the head: `start created soft grace[ tags as JSON]`, a newline, the value. */
export function encodeBody(entry: Entry, serializer: Serializer): string {
  const { created, soft, grace, tags, start, text = serializer.serialize(entry.value) } = entry;
  const own = tags.length > 1 ? ` ${JSON.stringify(tags.slice(1))}` : '';
  return `${start} ${whole(created)} ${whole(soft)} ${whole(grace)}${own}\n${text}`;
}

/** The whole text, for a level without scripts. */
export function encodeText(entry: Entry, serializer: Serializer): string {
  return `v${String(entry.generation).padStart(16, '0')}${'-'.repeat(8)}${encodeBody(entry, serializer)}`;
}

/** Reads what a level holds. What can't be understood counts as absent. */
export function decodeText(text: unknown, serializer: Serializer): Stored {
  if (typeof text !== 'string' || text.length < HEAD) return ABSENT;
  const generation = numberAt(text, 1, 17);
  if (!Number.isSafeInteger(generation)) return ABSENT;
  if (text.charCodeAt(0) === 0x74) return { kind: 'tombstone', generation };
  if (text.charCodeAt(0) !== 0x76) return ABSENT;
  // Written by another version or by somebody else: as good as absent, but its generation counts.
  return decodeValue(text, generation, serializer) ?? { kind: 'tombstone', generation };
}

function decodeValue(text: string, generation: number, serializer: Serializer): Stored | undefined {
  const startEnd = text.indexOf(' ', HEAD);
  const createdEnd = text.indexOf(' ', startEnd + 1);
  const softEnd = text.indexOf(' ', createdEnd + 1);
  const end = text.indexOf('\n', softEnd + 1);
  if (startEnd < HEAD || createdEnd < startEnd || softEnd < createdEnd || end < softEnd) return undefined;
  let graceEnd = softEnd + 1;
  while (graceEnd < end && text.charCodeAt(graceEnd) !== 0x20) graceEnd++;
  const start = numberAt(text, HEAD, startEnd);
  const created = numberAt(text, startEnd + 1, createdEnd);
  const soft = numberAt(text, createdEnd + 1, softEnd);
  const grace = numberAt(text, softEnd + 1, graceEnd);
  // What is not there has made it NaN.
  if (!Number.isSafeInteger(start + created + soft + grace)) return undefined;
  try {
    const own = end === graceEnd ? undefined : (JSON.parse(text.slice(graceEnd, end)) as string[]);
    const tags = own === undefined ? ROOT_TAGS : ['e', ...own];
    const value = serializer.deserialize(text.slice(end + 1));
    const entry = { value, created, soft, grace, tags, start, generation };
    return { kind: 'value', generation, entry, size: text.length };
  } catch {
    return undefined;
  }
}

/** A whole number of milliseconds that survives a round trip. */
const whole = (ms: number): number => Math.min(Math.max(0, Math.floor(ms)), 2 ** 51);

/** The number that the digits from `from` to `to` make; NaN where there is anything else, or nothing. */
function numberAt(text: string, from: number, to: number): number {
  if (from >= to) return NaN;
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = number * 10 + digit;
  }
  return number;
}
