import type { Card } from '../snapshot/card.js';
import type { SourceGroup } from '../snapshot/source-group.js';

/** A card with nothing on it yet. Its title is the kind, and the name where that is another. */
export function blankCard({ name, kind }: SourceGroup, title: string): Card {
  return {
    id: `${kind}/${name}`,
    kind,
    title: name === kind ? title : `${title}: ${name}`,
    status: { level: 'ok', text: 'OK' },
    figures: [],
    bars: [],
    table: null,
    chart: null,
  };
}
