import type { PickableServer, Picker } from '@spark-perf/balancer';
import {
  LeastConnectionsPicker,
  PeakEwma,
  ResponseTimePicker,
  RoundRobinPicker,
  SmoothWeightedPicker,
  TwoChoicesPicker,
  HashPicker,
} from '@spark-perf/balancer';
import { seededRandom } from '@spark-perf/core';
import { loop, race } from '../../measure.js';
import type { Row } from '../../row.js';
import { row } from '../../row.js';
import type { BenchContext } from '../../suite.js';

const SERVERS = 100;

function servers(): PickableServer[] {
  return Array.from({ length: SERVERS }, (_, index) => {
    const latency = new PeakEwma();
    latency.observe(0, 5 + (index % 10));
    return { id: `s${index}`, weight: 1 + (index % 3), activeConnections: index % 7, latency };
  });
}

/** What it costs to choose among 100 servers. */
export async function* pickRows(ctx: BenchContext): AsyncGenerator<Row> {
  const random = seededRandom(1);
  const list = servers();
  const request = { ctx: { ip: '192.0.2.7', req: {}, headers: {} } as never, now: 100 };
  const pickers: Record<string, Picker> = {
    'round-robin': new RoundRobinPicker(),
    weighted: new SmoothWeightedPicker(),
    'least-connections': new LeastConnectionsPicker(),
    'response-time': new ResponseTimePicker(random),
    'two-choices': new TwoChoicesPicker(random),
    hash: new HashPicker(() => 'client'),
  };
  const figures = await race(
    ctx,
    Object.fromEntries(
      Object.entries(pickers).map(([name, picker]) => [name, loop(() => picker.pick(list, request))]),
    ),
  );
  for (const [name, figure] of Object.entries(figures)) {
    yield row({
      claim: `Picking among ${SERVERS} servers: ${name}`,
      ours: figure,
      target: '<= 1500',
      note: 'ns',
    });
  }
}
