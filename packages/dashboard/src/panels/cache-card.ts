import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import { blankCard } from './blank-card.js';
import type { PanelInput } from './panel-input.js';

const LEVELS = ['L1', 'L2', 'L3'];

interface Level {
  readonly name: string;
  readonly hits: number;
  readonly misses: number;
  readonly errors: number;
  readonly up: boolean;
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
  const down = levels.filter(({ up }) => !up).map(({ name }) => name);
  const failing = rates.rate(`${card.id}/errors`, errors) > 0;
  points[card.id] = ratio;
  return {
    ...card,
    status:
      down.length > 0
        ? { level: 'bad', text: `${down.join(', ')} down` }
        : failing
          ? { level: 'warn', text: 'A level fails' }
          : card.status,
    figures: [
      { label: 'Hit ratio', value: ratio, unit: 'ratio' },
      { label: 'Lookups', value: rates.rate(`${card.id}/rate`, lookups), unit: 'rate' },
      { label: 'Errors', value: errors, unit: 'count' },
    ],
    bars: levels.map(({ name, hits: hit, misses }) => ({
      label: name,
      ...(hit + misses > 0 && { ratio: hit / (hit + misses) }),
      parts: [
        { label: 'hits', value: hit, tone: 'good' as const },
        { label: 'misses', value: misses, tone: 'free' as const },
      ],
    })),
    chart: { series: card.id, label: 'hit ratio', unit: 'ratio' },
  };
}

/** From metrics where there are any: they count what processes that are gone have served, too. */
function levelsOf({ figures, details }: SourceGroup): Level[] {
  const told = details.flatMap((detail) => detail.levels ?? []);
  return LEVELS.flatMap((name) => {
    const level = name.toLowerCase();
    const same = told.filter((one) => one.level === name);
    const known = figures.samples('spark_cache_hits').some(({ labels }) => labels['level'] === level);
    if (same.length === 0 && !known) return [];
    const total = (what: 'hits' | 'misses' | 'errors'): number =>
      known ? figures.total(`spark_cache_${what}`, { level }) : same.reduce((sum, one) => sum + one[what], 0);
    const up = same.every((one) => one.up);
    return { name, hits: total('hits'), misses: total('misses'), errors: total('errors'), up };
  });
}
