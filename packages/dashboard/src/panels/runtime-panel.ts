import { Figures } from '../report/figures.js';
import type { SourceGroup } from '../snapshot/source-group.js';
import type { Runtime, RuntimeRow } from '../snapshot/snapshot.js';
import type { PanelInput } from './panel-input.js';

/** Event loop, CPU, collections and heap: each process's own, and the worst of each. */
export function runtimePanel(groups: readonly SourceGroup[], input: PanelInput): Runtime | null {
  const processes = groups
    .filter(({ kind }) => kind === 'runtime')
    .flatMap(({ parts }) => parts)
    .map(({ process, pid, report }) => rowOf(process, pid, new Figures(report.families), input));
  if (processes.length === 0) return null;
  const most = (value: (row: RuntimeRow) => number): number => Math.max(...processes.map(value));
  const sum = (value: (row: RuntimeRow) => number): number =>
    processes.reduce((all, row) => all + value(row), 0);
  const fullest = processes.reduce((a, b) => (fill(b) > fill(a) ? b : a));
  return {
    delay: most(({ delay }) => delay),
    utilization: most(({ utilization }) => utilization),
    cpu: sum(({ cpu }) => cpu),
    gc: most(({ gc }) => gc),
    heapUsed: fullest.heapUsed,
    heapLimit: fullest.heapLimit,
    rss: sum(({ rss }) => rss),
    handles: sum(({ handles }) => handles),
    processes,
  };
}

const fill = ({ heapUsed, heapLimit }: RuntimeRow): number => (heapLimit > 0 ? heapUsed / heapLimit : 0);

function rowOf(process: string, pid: number, figures: Figures, { rates }: PanelInput): RuntimeRow {
  const key = `runtime/${pid}`;
  return {
    process,
    delay: figures.most('nodejs_eventloop_delay_p99_seconds') * 1_000,
    utilization: figures.most('nodejs_eventloop_utilization_ratio'),
    cpu: rates.rate(`${key}/cpu`, figures.total('process_cpu_time_seconds')),
    gc: Math.min(1, rates.rate(`${key}/gc`, figures.total('v8js_gc_duration_seconds', {}, '_sum'))),
    heapUsed: figures.total('v8js_memory_heap_used_bytes'),
    heapLimit: figures.total('v8js_memory_heap_limit_bytes'),
    rss: figures.total('process_memory_usage_bytes'),
    handles: figures.total('v8js_resource_active'),
  };
}
