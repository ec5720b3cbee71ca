// The child process of http-load.ts: asks as fast as it is answered, then sends what it saw.
import net from 'node:net';
import type { LoadOptions, LoadResult } from './http-load.js';
import { quantile } from './measured.js';
import { ResponseCounter } from './response-counter.js';

/** Latencies kept: one in so many once there are more, so that a long load does not fill the memory. */
const MAX_LATENCIES = 200_000;

process.once('message', (options: LoadOptions) => {
  void run(options).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));

async function run(options: LoadOptions): Promise<LoadResult> {
  const requests = (options.paths ?? [options.path ?? '/']).map((path) => requestBytes(options, path));
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  const sockets = new Set<net.Socket>();
  let answered = 0;
  let errors = 0;
  let bytes = 0;
  let turn = 0;
  let over = false;
  const start = performance.now();
  let stop!: () => void;
  const stopped = new Promise<void>((resolve) => (stop = resolve));

  const connect = (): void => {
    const sent: number[] = [];
    const socket = net.connect({ port: options.port, host: options.host ?? '127.0.0.1', noDelay: true });
    const ask = (): void => {
      if (over) return;
      sent.push(performance.now());
      const request = requests[turn++ % requests.length] as Buffer;
      socket.write(options.unique === undefined ? request : numbered(request, options.unique, turn));
    };
    const counter = new ResponseCounter((status) => {
      const asked = sent.shift() ?? start;
      if (answered++ % (1 + Math.floor(answered / MAX_LATENCIES)) === 0) {
        latencies.push(performance.now() - asked);
      }
      statuses[status] = (statuses[status] ?? 0) + 1;
      ask();
    });
    sockets.add(socket);
    socket
      .on('connect', () => {
        for (let index = 0; index < (options.pipelining ?? 1); index++) ask();
      })
      .on('data', (chunk) => {
        bytes += chunk.length;
        if (!over) counter.push(chunk);
      })
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(socket);
        if (over) return;
        if (sent.length > 0) errors++;
        // A server that refuses is asked again at a bearable rate.
        setTimeout(() => over || connect(), answered === 0 ? 20 : 0);
      });
  };
  for (let index = 0; index < (options.connections ?? 50); index++) connect();
  setTimeout(() => stop(), options.duration);
  await stopped;
  over = true;
  const seconds = (performance.now() - start) / 1_000;
  for (const socket of sockets) socket.destroy();
  latencies.sort((a, b) => a - b);
  const non2xx = Object.entries(statuses).reduce((sum, [code, n]) => (/^[23]/.test(code) ? sum : sum + n), 0);
  return {
    rps: answered / seconds,
    requests: answered,
    errors,
    statuses,
    non2xx,
    bytes,
    latency: {
      p50: quantile(latencies, 0.5),
      p90: quantile(latencies, 0.9),
      p99: quantile(latencies, 0.99),
      max: latencies.at(-1) ?? NaN,
    },
  };
}

/** A copy: the socket may still hold the last one. */
function numbered(request: Buffer, mark: string, number: number): Buffer {
  const copy = Buffer.from(request);
  copy.write(String(number).padStart(mark.length, '0'), copy.indexOf(mark), mark.length, 'latin1');
  return copy;
}

function requestBytes(options: LoadOptions, path: string): Buffer {
  const fields: Record<string, string> = { Host: `${options.host ?? '127.0.0.1'}:${options.port}` };
  if (options.body !== undefined) fields['Content-Length'] = String(Buffer.byteLength(options.body));
  const head = Object.entries({ ...fields, ...options.headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(
    `${options.method ?? 'GET'} ${path} HTTP/1.1\r\n${head.join('')}\r\n${options.body ?? ''}`,
  );
}
