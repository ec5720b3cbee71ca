import type { Memory, Runtime, Snapshot } from '../snapshot/snapshot.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { sparkline } from './sparkline.js';
import { statusBadge } from './status-badge.js';
import { tile } from './tile.js';
import type { ViewState } from './view-state.js';

const LEVELS: Readonly<Record<string, 'ok' | 'warn' | 'bad'>> = {
  healthy: 'ok',
  recovered: 'ok',
  suspect: 'warn',
  leaking: 'bad',
};

/** How happy the machine is: event loop, CPU, collections, heap with the leak verdict. */
export function runtimeTiles({ runtime, memory }: Snapshot, { history }: ViewState): Html | null {
  if (runtime === null) return memory === null ? null : verdictTile(memory);
  const { delay, utilization, cpu, gc, rss, handles } = runtime;
  return html`<h2 class="sr">Runtime</h2>
    ${tile({
      id: 'loop',
      title: 'Event loop delay p99',
      value: format(delay, 'ms'),
      level: delay >= 500 ? 'bad' : delay >= 100 ? 'warn' : undefined,
      facts: [`busy ${format(utilization, 'ratio')}`, `${format(handles, 'count')} handles`],
      chart: sparkline(history, { label: 'Event loop delay p99', unit: 'ms', series: 'delay', atLeast: 20 }),
    })}
    ${tile({
      id: 'cpu',
      title: 'CPU',
      value: format(cpu, 'ratio'),
      facts: [
        runtime.processes.length > 1 ? `of one core, ${runtime.processes.length} processes` : 'of one core',
      ],
      chart: sparkline(history, { label: 'CPU, of one core', unit: 'ratio', series: 'cpu', atLeast: 0.2 }),
    })}
    ${tile({
      id: 'gc',
      title: 'Garbage collection',
      value: format(gc, 'ratio'),
      facts: ['of the time'],
      chart: sparkline(history, {
        label: 'Share of time spent collecting',
        unit: 'ratio',
        series: 'gc',
        atLeast: 0.05,
      }),
    })}
    ${heapTile(runtime, memory, history, rss)}`;
}

function heapTile(runtime: Runtime, memory: Memory | null, history: ViewState['history'], rss: number): Html {
  return tile({
    id: 'heap',
    title: 'Heap',
    value: format(runtime.heapUsed, 'bytes'),
    facts: [
      `of ${format(runtime.heapLimit, 'bytes')}`,
      `resident ${format(rss, 'bytes')}`,
      memory !== null && verdictBadge(memory),
    ],
    chart: sparkline(history, { label: 'Heap in use', unit: 'bytes', series: 'heapUsed', atLeast: 2 ** 24 }),
  });
}

function verdictTile(memory: Memory): Html {
  return tile({
    id: 'heap',
    title: 'Heap',
    value: memory.verdict,
    facts: [verdictBadge(memory)],
    chart: html``,
  });
}

/** The verdict; its reason stands beside it where something is to be done, else it is there for those who point at it or listen. */
function verdictBadge({ verdict, reason }: Memory): Html {
  const level = LEVELS[verdict] ?? 'info';
  return html`<span title="${reason}"
    >${statusBadge({ level, text: verdict || 'no verdict' })}
    <span class="${level === 'warn' || level === 'bad' ? '' : 'sr'}">${reason}</span></span
  >`;
}
