import { expect, test } from '@jest/globals';
import { fakeContext } from '@spark-perf/core/testing';
import type { HostFacts } from '../src/host-facts.js';
import { contextFor, sparkContext } from '../src/spark-context.js';

test('finds the context from whatever a host has of a request', () => {
  const { req, res } = fakeContext();
  const context = contextFor(req, res, {} as HostFacts);
  for (const source of [req, { req }, { raw: req }, { env: { incoming: req } }]) {
    expect(sparkContext(source)).toBe(context);
  }
  expect(sparkContext({})).toBeUndefined();
  expect(sparkContext({ env: undefined })).toBeUndefined();
});

test('one per request, with the facts of whoever came last, not among the names of the request', () => {
  const { req, res } = fakeContext();
  const first = contextFor(req, res, { path: () => '/a' } as HostFacts);
  expect(contextFor(req, res, { path: () => '/b' } as HostFacts)).toBe(first);
  expect(first.path).toBe('/b');
  expect(JSON.stringify(Object.keys(req))).not.toContain('spark');
  const other = fakeContext();
  expect(contextFor(other.req, other.res, {} as HostFacts)).not.toBe(first);
});
