import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Spark } from '@spark-perf/server';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { diagnostics } from '../../src/index.js';

/** What DevTools (CPUProfileDataModel, SamplingHeapProfile, HeapSnapshotLoader) and speedscope read of the files. */
interface CallFrame {
  functionName: string;
  scriptId: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}
interface CpuNode {
  id: number;
  callFrame: CallFrame;
  hitCount: number;
  children?: number[];
}
interface HeapNode {
  id: number;
  callFrame: CallFrame;
  selfSize: number;
  children: HeapNode[];
}
interface Snapshot {
  snapshot: {
    meta: Record<'node_fields' | 'edge_fields', string[]> & Record<'node_types' | 'edge_types', unknown[]>;
    node_count: number;
    edge_count: number;
    trace_function_count: number;
  };
  nodes: number[];
  edges: number[];
  strings: string[];
}

const app = new Spark();
const kept: object[] = [];
let timer: NodeJS.Timeout | undefined;

beforeAll(async () => {
  app.use('/', diagnostics({ freeMemory: () => Infinity }));
  await app.listen(0, '127.0.0.1');
  timer = setInterval(function busyForTheProfile() {
    for (let i = 0; i < 500; i++) kept[i] = { i, text: `${i}-${Math.sqrt(i)}` };
  }, 1);
});

afterAll(async () => {
  clearInterval(timer);
  await app.close();
});

function take<T>(path: string): Promise<T> {
  const { port } = app.server.address() as AddressInfo;
  const headers = { 'X-Spark-Diagnostics': '1', connection: 'close' };
  return new Promise((resolve, reject) => {
    http
      .request({ host: '127.0.0.1', port, method: 'POST', path, headers }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        res.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as T));
      })
      .on('error', reject)
      .end();
  });
}

const expectFrame = (frame: CallFrame) =>
  expect(frame).toEqual({
    functionName: expect.any(String),
    scriptId: expect.any(String),
    url: expect.any(String),
    lineNumber: expect.any(Number),
    columnNumber: expect.any(Number),
  });

test('a .cpuprofile is a tree whose samples are nodes of it, in time', async () => {
  const profile = await take<{
    nodes: CpuNode[];
    samples: number[];
    timeDeltas: number[];
    startTime: number;
    endTime: number;
  }>('/cpu-profile?seconds=0.3');
  const { nodes, samples, timeDeltas, startTime, endTime } = profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  expect(byId.size).toBe(nodes.length);
  const parents = new Map<number, number>();
  for (const { id, callFrame, hitCount, children = [] } of nodes) {
    expectFrame(callFrame);
    expect(hitCount).toBeGreaterThanOrEqual(0);
    for (const child of children) {
      expect(byId.has(child)).toBe(true);
      expect(parents.has(child)).toBe(false);
      parents.set(child, id);
    }
  }
  expect(nodes.filter(({ id }) => !parents.has(id)).map(({ callFrame }) => callFrame.functionName)).toEqual([
    '(root)',
  ]);
  expect(samples.length).toBeGreaterThan(0);
  expect(samples.every((id) => byId.has(id))).toBe(true);
  expect(timeDeltas).toHaveLength(samples.length);
  expect(timeDeltas.every((delta) => Number.isFinite(delta))).toBe(true);
  expect(endTime).toBeGreaterThan(startTime);
  // Microseconds: the deltas lead from the start to the last sample, which is not after the end.
  const lead = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  expect(startTime + lead).toBeLessThanOrEqual(endTime);
  expect(endTime - startTime).toBeGreaterThan(200_000);
});

test('a .heapprofile is a tree of sizes, and its samples are nodes of it', async () => {
  const { head, samples } = await take<{
    head: HeapNode;
    samples: { size: number; nodeId: number; ordinal: number }[];
  }>('/heap-profile?seconds=0.5');
  const ids = new Set<number>();
  const open = [head];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    expectFrame(node.callFrame);
    expect(node.selfSize).toBeGreaterThanOrEqual(0);
    expect(ids.has(node.id)).toBe(false);
    ids.add(node.id);
    open.push(...node.children);
  }
  expect(head.callFrame.functionName).toBe('(root)');
  for (const { size, nodeId, ordinal } of samples) {
    expect(ids.has(nodeId)).toBe(true);
    expect(size).toBeGreaterThan(0);
    expect(ordinal).toBeGreaterThan(0);
  }
});

test('a .heapsnapshot has the counts, fields and references that its header tells', async () => {
  const { snapshot, nodes, edges, strings } = await take<Snapshot>('/heap-snapshot');
  const { meta, node_count, edge_count } = snapshot;
  expect(meta.node_fields.slice(0, 5)).toEqual(['type', 'name', 'id', 'self_size', 'edge_count']);
  expect(meta.edge_fields).toEqual(['type', 'name_or_index', 'to_node']);
  const width = meta.node_fields.length;
  expect(nodes).toHaveLength(node_count * width);
  expect(edges).toHaveLength(edge_count * 3);
  const types = (meta.node_types[0] as string[]).length;
  let [ownEdges, wrong] = [0, 0];
  const ids = new Set<number>();
  for (let at = 0; at < nodes.length; at += width) {
    const [type = -1, name = -1, id = -1, size = -1, count = -1] = nodes.slice(at, at + 5);
    ownEdges += count;
    if (ids.has(id) || size < 0 || type >= types || strings[name] === undefined) wrong++;
    ids.add(id);
  }
  expect(ownEdges).toBe(edge_count);
  for (let at = 2; at < edges.length; at += 3) {
    const to = edges[at] ?? -1;
    if (to < 0 || to >= nodes.length || to % width !== 0) wrong++;
  }
  expect(wrong).toBe(0);
}, 120_000);
