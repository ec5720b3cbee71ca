import type { Milliseconds, Random } from '@spark-perf/core';
import { seededRandom } from '@spark-perf/core';
import { PeakEwma } from '../picking/peak-ewma.js';
import type { PickableServer, Picker } from '../picking/picker.js';
import { EventHeap } from './event-heap.js';

export interface SimulationOptions {
  /** A picker per balancer: each balancer knows only its own requests, as processes do. */
  readonly pickers: readonly ((random: Random) => Picker)[];
  readonly servers: number;
  /** Requests that a server works on at a time; others wait in line there. */
  readonly slots: number;
  /** Mean of the exponential service time of server `index`. */
  readonly service: (index: number) => Milliseconds;
  /** Requests per ms over all balancers; Poisson arrivals. */
  readonly rate: number;
  readonly requests: number;
  readonly seed: number;
}

export interface SimulationResult {
  readonly mean: Milliseconds;
  readonly p50: Milliseconds;
  readonly p99: Milliseconds;
  readonly p999: Milliseconds;
  /** Requests per server. */
  readonly served: readonly number[];
  /** Requests that were waiting or worked on when the last one arrived. */
  readonly backlog: number;
}

interface View extends PickableServer {
  readonly index: number;
  activeConnections: number;
}

type Event = {
  readonly at: number;
  readonly server: number;
  readonly balancer: number;
  readonly arrived: number;
};

/**
 * Balancers in front of servers, on a virtual clock: Poisson arrivals, exponential service, first come first served.
 * Drives real picker classes. The first tenth of the requests is not counted.
 */
export function simulate(options: SimulationOptions): SimulationResult {
  const { servers, slots, service, rate, requests } = options;
  const random = seededRandom(options.seed);
  const exponential = (mean: number): number => -mean * Math.log(1 - random());
  const balancers = options.pickers.map((create) => ({
    picker: create(random),
    views: Array.from({ length: servers }, (_, index): View => ({
      id: `s${index}`,
      index,
      weight: 1,
      activeConnections: 0,
      latency: new PeakEwma(),
    })),
  }));
  const busy = new Int32Array(servers);
  const lines: Event[][] = Array.from({ length: servers }, () => []);
  const heads = new Int32Array(servers);
  const served = new Array<number>(servers).fill(0);
  const events = new EventHeap<Event>();
  const latencies: number[] = [];
  let inSystem = 0;
  const begin = (event: Event, now: number): void => {
    busy[event.server]!++;
    events.push({ ...event, at: now + exponential(service(event.server)) });
  };
  const finish = (event: Event): void => {
    const { server, at } = event;
    const view = balancers[event.balancer]!.views[server]!;
    view.activeConnections--;
    view.latency.observe(at, at - event.arrived);
    busy[server]!--;
    inSystem--;
    latencies.push(at - event.arrived);
    const next = lines[server]![heads[server]!];
    if (next === undefined) return;
    heads[server]!++;
    begin(next, at);
  };

  let now = 0;
  let warm = 0;
  for (let count = 0; count < requests; count++) {
    now += exponential(1 / rate);
    for (let head = events.peek(); head !== undefined && head.at <= now; head = events.peek()) {
      events.pop();
      finish(head);
    }
    if (count === Math.floor(requests / 10)) warm = latencies.length;
    const balancer = Math.floor(random() * balancers.length);
    const { picker, views } = balancers[balancer]!;
    const view = picker.pick(views, { ctx: undefined, now }) as View;
    view.activeConnections++;
    inSystem++;
    served[view.index]!++;
    const event: Event = { at: now, server: view.index, balancer, arrived: now };
    if (busy[view.index]! < slots) begin(event, now);
    else lines[view.index]!.push(event);
  }
  const backlog = inSystem;
  for (let head = events.pop(); head !== undefined; head = events.pop()) finish(head);
  const counted = Float64Array.from(latencies.slice(warm)).sort();
  const quantile = (q: number): number =>
    counted[Math.min(counted.length - 1, Math.floor(q * counted.length))] ?? 0;
  return {
    mean: counted.reduce((sum, value) => sum + value, 0) / counted.length,
    p50: quantile(0.5),
    p99: quantile(0.99),
    p999: quantile(0.999),
    served,
    backlog,
  };
}
