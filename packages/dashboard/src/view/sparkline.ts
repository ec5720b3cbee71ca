import type { History, Series } from '../snapshot/history.js';
import type { Unit } from '../snapshot/card.js';
import { chartTable } from './chart-table.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';

const WIDTH = 300;
const HEIGHT = 40;
const SPAN = 5 * 60_000;
/** Points further apart are not joined: nobody looked in between. */
const GAP = 12_000;

export interface SparklineInput {
  readonly label: string;
  readonly unit: Unit;
  /** Words above it, where nothing else says what it shows. */
  readonly caption?: string | undefined;
  /** The main series; its area is filled. */
  readonly series: string;
  /** A second line. */
  readonly below?: string | undefined;
  /** What the top stands for at least: keeps noise flat. */
  readonly atLeast?: number | undefined;
}

/** Five minutes of a series as a line, with a sentence for those who can't see it, and a table behind it. */
export function sparkline(history: History, input: SparklineInput): Html {
  const { label, unit, atLeast = 0 } = input;
  const series = history.series(input.series);
  const lower = input.below === undefined ? undefined : history.series(input.below);
  const top = Math.max(atLeast, ...known(series), ...(lower === undefined ? [] : known(lower))) || 1;
  const { line, area } = paths(series, top);
  return html`<div class="spark">
    ${input.caption !== undefined && html`<p class="caption">${input.caption}</p>`}
    <figure class="chart">
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        preserveAspectRatio="none"
        role="img"
        aria-label="${summary(label, series, unit)}"
      >
        <path class="area" d="${area}" />
        ${lower !== undefined && html`<path class="line low" d="${paths(lower, top).line}" />`}
        <path class="line" d="${line}" />
      </svg>
    </figure>
    ${chartTable(label, series, unit)}
  </div>`;
}

const known = ({ values }: Series): number[] => values.filter((value) => value !== null);

function summary(label: string, series: Series, unit: Unit): string {
  const values = known(series);
  if (values.length === 0) return `${label}: nothing recorded yet`;
  const [now, most, least] = [values.at(-1)!, Math.max(...values), Math.min(...values)];
  return `${label} over 5 minutes: now ${format(now, unit)}, from ${format(least, unit)} to ${format(most, unit)}`;
}

function paths({ at, values }: Series, top: number): { line: string; area: string } {
  const end = at.at(-1) ?? 0;
  let line = '';
  let area = '';
  let open: { x: string; time: number } | undefined;
  values.forEach((value, i) => {
    const time = at[i]!;
    if (value === null) return;
    const x = (WIDTH - ((end - time) / SPAN) * WIDTH).toFixed(1);
    const y = (HEIGHT - 1.5 - (Math.max(0, value) / top) * (HEIGHT - 4)).toFixed(1);
    if (open === undefined || time - open.time > GAP) {
      if (open !== undefined) area += `L${open.x} ${HEIGHT}Z`;
      line += `M${x} ${y}`;
      area += `M${x} ${HEIGHT}L${x} ${y}`;
    } else {
      line += `L${x} ${y}`;
      area += `L${x} ${y}`;
    }
    open = { x, time };
  });
  if (open !== undefined) area += `L${open.x} ${HEIGHT}Z`;
  return { line, area };
}
