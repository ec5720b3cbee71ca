import { describe, expect, test } from '@jest/globals';
import { soakCount, testSeed } from '@spark-perf/test-services';
import fc from 'fast-check';
import { ResourceGraph } from '../src/resource-graph.js';
import type { ResourceEntry } from '../src/resource-entry.js';

const entry = (id: string, dependsOn: readonly string[] = []): ResourceEntry => ({
  id,
  dependsOn,
  timeout: 1_000,
  cleanup: () => {},
  cleaning: undefined,
});

/** For each resource the indexes of earlier ones that it depends on: any acyclic graph. */
const graphs = fc
  .integer({ min: 1, max: 30 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, i) =>
        fc.uniqueArray(fc.nat({ max: Math.max(0, i - 1) }), { maxLength: Math.min(i, 4) }),
      ),
    ),
  );

test('whatever the graph, each resource is cleaned once, after all that depend on it, and as early as it may', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.infiniteStream(fc.nat({ max: 3 })), async (graph, waits) => {
      const resources = new ResourceGraph();
      graph.forEach((dependencies, i) => resources.add(entry(`${i}`, dependencies.map(String))));
      const begun: string[] = [];
      const done = new Set<string>();
      await resources.teardown(async ({ id }) => {
        begun.push(id);
        const dependents = graph.flatMap((dependencies, i) =>
          dependencies.includes(Number(id)) ? [`${i}`] : [],
        );
        expect(dependents.filter((one) => !done.has(one))).toEqual([]);
        for (let turns = waits.next().value as number; turns > 0; turns--) await Promise.resolve();
        done.add(id);
      });
      expect([...begun].sort()).toEqual(graph.map((_, i) => `${i}`).sort());
      expect(resources.size).toBe(0);
    }),
    { seed: testSeed(), numRuns: soakCount(2_000) },
  );
});

describe('registration', () => {
  test('refuses an id that is taken, a dependency that is unknown, and circles', () => {
    const graph = new ResourceGraph();
    graph.add(entry('a'));
    graph.add(entry('b', ['a']));
    expect(() => graph.add(entry('a'))).toThrow(expect.objectContaining({ code: 'SPARK_RESOURCE_EXISTS' }));
    expect(() => graph.add(entry('c', ['nobody']))).toThrow(
      expect.objectContaining({ code: 'SPARK_RESOURCE_UNKNOWN', dependency: 'nobody' }),
    );
    expect(() => graph.add(entry('c', ['c']))).toThrow(
      expect.objectContaining({ code: 'SPARK_RESOURCE_CYCLE', cycle: ['c', 'c'] }),
    );
    graph.remove(graph.get('a') as ResourceEntry);
    expect(() => graph.add(entry('a', ['b']))).toThrow(
      expect.objectContaining({ code: 'SPARK_RESOURCE_CYCLE', cycle: ['a', 'b', 'a'] }),
    );
  });

  test('independent resources are begun together, the newest first', async () => {
    const graph = new ResourceGraph();
    for (const id of ['a', 'b', 'c']) graph.add(entry(id));
    const begun: string[] = [];
    const teardown = graph.teardown(async ({ id }) => void begun.push(id));
    expect(begun).toEqual(['c', 'b', 'a']);
    await teardown;
  });

  test('what is unregistered while the teardown runs does not hold it up', async () => {
    const graph = new ResourceGraph();
    graph.add(entry('a'));
    graph.add(entry('b', ['a']));
    const cleaned: string[] = [];
    await graph.teardown(async ({ id }) => {
      if (id === 'b') graph.remove(graph.get('a') as ResourceEntry);
      cleaned.push(id);
    });
    expect(cleaned).toEqual(['b', 'a']);
  });
});
