import type { CacheCore } from '../cache-core.js';
import type { OuterLevel } from '../levels/outer-levels.js';
import type { SharedLevel } from '../levels/shared-level.js';
import type { Flight } from './flight.js';

/**
 * Whether a caller who comes now may join a flight. Changes that others make are heard of on the channel; while that is
 * down, or since messages may have been lost, Redis is asked whether what stood when the flight began still stands.
 */
export function stillStands(
  core: CacheCore,
  flight: Flight,
  tags: readonly string[],
): boolean | Promise<boolean> {
  const { shared } = core.outer;
  const { since, shared: generation } = flight.capture;
  // Before the flight has looked at Redis it is too young to be outdated.
  if (shared === undefined || generation === undefined) return true;
  if (core.fleet.trusted && since.stamp === core.first.stamp) return true;
  return ask(core, shared, flight, tags);
}

async function ask(
  { outer }: CacheCore,
  { gate, level }: OuterLevel<SharedLevel>,
  { capture }: Flight,
  tags: readonly string[],
): Promise<boolean> {
  const { key, start, shared: generation } = capture;
  try {
    const { texts, versions } = await gate.ask(() => level.read([key], tags));
    const stored = outer.decode(texts[0]);
    if ((stored.kind === 'absent' ? 0 : stored.generation) !== generation) return false;
    return versions.base <= start && versions.tags.every((version) => version <= start);
  } catch {
    return true; // told by the gate; while Redis can't be asked the promise is for this process
  }
}
