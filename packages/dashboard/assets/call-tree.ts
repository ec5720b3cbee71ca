/** A function in a profile, and whom it called. */
export interface CallNode {
  readonly name: string;
  /** File and line, for display. */
  readonly place: string;
  /** µs or bytes spent in the function itself. */
  self: number;
  /** With all it called. */
  total: number;
  readonly children: CallNode[];
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface CpuNode {
  readonly id: number;
  readonly callFrame: Frame;
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly CpuNode[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

interface HeapNode {
  readonly callFrame: Frame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** The tree of a `.cpuprofile`, in µs. Waiting, and what the profiler itself costs, is left out. */
export function cpuTree({ nodes, samples = [], timeDeltas = [] }: CpuProfile): CallNode {
  const byId = new Map(nodes.map((node) => [node.id, callNode(node.callFrame)]));
  samples.forEach((id, i) => {
    const node = byId.get(id);
    if (node !== undefined) node.self += timeDeltas[i] ?? 0;
  });
  for (const { id, children = [] } of nodes) {
    const parent = byId.get(id)!;
    for (const child of children) {
      const node = byId.get(child);
      if (node !== undefined && !isLeftOut(node)) parent.children.push(node);
    }
  }
  return summed(byId.get(nodes[0]?.id ?? 0) ?? callNode(undefined));
}

const isLeftOut = ({ name, place }: CallNode): boolean =>
  name === '(idle)' || (name === 'post' && place.startsWith('node:inspector'));

/** The tree of a `.heapprofile`, in bytes. */
export function heapTree({ head }: { readonly head: HeapNode }): CallNode {
  const convert = (node: HeapNode): CallNode => ({
    ...callNode(node.callFrame),
    self: node.selfSize,
    children: node.children.map(convert),
  });
  return summed(convert(head));
}

function callNode(frame: Frame | undefined): CallNode {
  const url = frame?.url ?? '';
  const file = url.startsWith('node:') ? url : url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '');
  const place = file === '' ? '' : `${file}:${(frame?.lineNumber ?? 0) + 1}`;
  return {
    name: frame?.functionName === '' || frame === undefined ? '(anonymous)' : frame.functionName,
    place,
    self: 0,
    total: 0,
    children: [],
  };
}

function summed(node: CallNode): CallNode {
  node.total = node.self;
  for (const child of node.children) node.total += summed(child).total;
  node.children.sort((a, b) => b.total - a.total);
  return node;
}

/** The functions that cost most themselves, wherever they were called from. */
export function hottest(root: CallNode, count: number): { name: string; place: string; self: number }[] {
  const sums = new Map<string, { name: string; place: string; self: number }>();
  const visit = ({ name, place, self, children }: CallNode): void => {
    const key = `${name} ${place}`;
    const sum = sums.get(key) ?? { name, place, self: 0 };
    sum.self += self;
    sums.set(key, sum);
    for (const child of children) visit(child);
  };
  visit(root);
  return [...sums.values()]
    .filter(({ self }) => self > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, count);
}
