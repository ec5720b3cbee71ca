import type { Snapshot } from '../snapshot/snapshot.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** Each process's own figures: the tiles show the worst of them. */
export function runtimeTable({ runtime, processes }: Snapshot): Html | null {
  if (runtime === null || runtime.processes.length < 2) return null;
  const pidOf = (name: string): string => String(processes.find((one) => one.name === name)?.pid ?? '');
  return html`<h2>Processes</h2>
    <div class="scroll" role="region" aria-label="Processes" tabindex="0">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">Process</th>
            <th scope="col">Pid</th>
            <th scope="col">Loop p99</th>
            <th scope="col">Busy</th>
            <th scope="col">CPU</th>
            <th scope="col">GC</th>
            <th scope="col">Heap</th>
            <th scope="col">Resident</th>
          </tr>
        </thead>
        <tbody>
          ${runtime.processes.map(
            (row) =>
              html`<tr>
                <th scope="row">${row.process}</th>
                <td>${pidOf(row.process)}</td>
                <td>${format(row.delay, 'ms')}</td>
                <td>${format(row.utilization, 'ratio')}</td>
                <td>${format(row.cpu, 'ratio')}</td>
                <td>${format(row.gc, 'ratio')}</td>
                <td>${format(row.heapUsed, 'bytes')}</td>
                <td>${format(row.rss, 'bytes')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
