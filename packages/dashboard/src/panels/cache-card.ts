import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';
import type { PanelInput } from './panel-input.js';

interface Level {
  readonly name: string;
  hits: number;
  misses: number;
  errors: number;
}

/** The hit ratio of each level. */
export function cacheCard(group: SourceGroup, { shares, rates, points }: PanelInput): Card {
  const card = blankCard(group, 'Cache');
  const levels = levelsOf(group);
  const growth = (key: string, total: number): number => shares.growth(`${card.id}/${key}`, total) ?? total;
  const hits = growth(
    'hits',
    levels.reduce((sum, level) => sum + level.hits, 0),
  );
  // A miss of the first level is looked for in the next: what misses the last one is a miss.
  const lookups = levels[0] === undefined ? 0 : levels[0].hits + levels[0].misses;
  const asked = growth('lookups', lookups);
  const ratio = asked > 0 ? Math.min(1, hits / asked) : 0;
  const errors = levels.reduce((sum, level) => sum + level.errors, 0);
  const failing = rates.rate(`${card.id}/errors`, errors) > 0;
  points[card.id] = ratio;
  return {
    ...card,
    status: failing ? { level: 'warn', text: 'A level fails' } : card.status,
    figures: [
      { label: 'Hit ratio', value: ratio, unit: 'ratio' },
      { label: 'Lookups', value: rates.rate(`${card.id}/rate`, lookups), unit: 'rate' },
      { label: 'Errors', value: errors, unit: 'count' },
    ],
    bars: levels.map(({ name, hits: hit, misses }) => ({
      label: name,
      parts: [
        { label: 'hits', value: hit, tone: 'good' as const },
        { label: 'misses', value: misses, tone: 'free' as const },
      ],
    })),
    chart: { series: card.id, label: 'hit ratio', unit: 'ratio' },
  };
}

function levelsOf({ details }: SourceGroup): Level[] {
  const levels = new Map<string, Level>();
  for (const { level, hits, misses, errors } of details.flatMap((detail) => detail.levels ?? [])) {
    const one = levels.get(level) ?? { name: level, hits: 0, misses: 0, errors: 0 };
    one.hits += hits;
    one.misses += misses;
    one.errors += errors;
    levels.set(level, one);
  }
  return [...levels.values()].filter(({ hits, misses }, i) => i === 0 || hits + misses > 0);
}
