import type { Snapshot } from '../snapshot/snapshot.js';
import { format } from './format.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { sparkline } from './sparkline.js';
import { tile } from './tile.js';
import type { ViewState } from './view-state.js';

/** How happy users are: rate, errors, latency, requests in flight. */
export function trafficTiles({ traffic, otherTraffic }: Snapshot, { history }: ViewState): Html | null {
  if (traffic === null) return null;
  const { rate, requests, errorRate, refusedRate, failed, aborted, inFlight, p50, p95, p99, p999 } = traffic;
  return html`<h2 class="sr">Traffic</h2>
    ${tile({
      id: 'rate',
      title: 'Traffic',
      value: format(rate, 'rate'),
      facts: [
        `${format(requests, 'count')} requests`,
        ...otherTraffic.map((other) => `${other.name} ${format(other.rate, 'rate')}`),
      ],
      chart: sparkline(history, { label: 'Requests per second', unit: 'rate', series: 'rate', atLeast: 5 }),
    })}
    ${tile({
      id: 'errors',
      title: 'Errors',
      value: format(errorRate, 'ratio'),
      level: errorRate >= 0.05 ? 'bad' : errorRate >= 0.01 ? 'warn' : undefined,
      facts: [
        `${format(failed, 'count')} failed`,
        `4xx ${format(refusedRate, 'ratio')}`,
        aborted > 0 && `${format(aborted, 'count')} left early`,
      ],
      chart: sparkline(history, {
        label: 'Share of failed requests',
        unit: 'ratio',
        series: 'errorRate',
        atLeast: 0.02,
      }),
    })}
    ${tile({
      id: 'latency',
      title: 'Latency p99',
      value: format(p99, 'ms'),
      facts: [
        html`<span class="dashed">p50 ${format(p50, 'ms')}</span>`,
        `p95 ${format(p95, 'ms')}`,
        `p99.9 ${format(p999, 'ms')}`,
      ],
      chart: sparkline(history, {
        label: 'Latency p99',
        unit: 'ms',
        series: 'p99',
        below: 'p50',
        atLeast: 5,
      }),
    })}
    ${tile({
      id: 'inflight',
      title: 'In flight',
      value: format(inFlight, 'count'),
      facts: ['requests under way'],
      chart: sparkline(history, {
        label: 'Requests in flight',
        unit: 'count',
        series: 'inFlight',
        atLeast: 5,
      }),
    })}`;
}
