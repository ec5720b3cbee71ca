import type { OuterLevels } from './outer-levels.js';

/**
 * The database has no compare-and-set. Whoever has written a value of this generation to it looks whether that is still
 * the newest write, and takes it back if not: of two writes that cross each other no older one stays.
 */
export async function checkOrder(outer: OuterLevels, key: string, generation: number): Promise<void> {
  const { shared } = outer;
  if (shared === undefined || generation === 0 || !shared.level.scripted) return;
  try {
    const { texts } = await shared.gate.run(() => shared.level.read([key], []));
    const stored = outer.decode(texts[0]);
    if (stored.kind !== 'absent' && stored.generation !== generation)
      await outer.writeDatabase(key, undefined);
  } catch {
    // Told by the gate.
  }
}
